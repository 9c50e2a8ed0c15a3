"""The official Python client, which checks every answer against its models."""

import pytest

kubernetes = pytest.importorskip("kubernetes", reason="the official client is not installed")
from kubernetes import client, config, dynamic, stream, watch  # noqa: E402
from kubernetes.client.exceptions import ApiException  # noqa: E402


@pytest.fixture
def api(server):
    """The client of the kubeconfig."""
    with config.new_client_from_config(str(server.kubeconfig)) as made:
        yield made


@pytest.fixture
def core(api):
    """The core group."""
    return client.CoreV1Api(api)


def test_lists(api, core):
    """Pods and nodes as objects of the client's own classes."""
    pods = core.list_namespaced_pod("default", label_selector="app=web").items
    assert [pod.status.phase for pod in pods] == ["Running", "Running"]
    assert len(core.list_node().items) == 3
    assert client.VersionApi(api).get_code().minor == "36"


def test_patch_and_watch(api):
    """The watch lets time pass until the new pod is ready."""
    apps, watching = client.AppsV1Api(api), watch.Watch()
    apps.patch_namespaced_deployment("web", "default", {"spec": {"replicas": 3}})
    ready = 0
    for event in watching.stream(apps.list_namespaced_deployment, "default", timeout_seconds=20):
        ready = event["object"].status.ready_replicas
        if ready == 3:
            watching.stop()
    assert ready == 3


def test_server_side_apply(api, core):
    """Through the dynamic client; another manager's field is a conflict."""
    maps = dynamic.DynamicClient(api).resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}
    options = {"name": "c", "namespace": "default"}
    maps.server_side_apply(body=body, field_manager="one", **options)
    assert core.read_namespaced_config_map("c", "default").data == {"a": "1"}
    with pytest.raises(dynamic.exceptions.ConflictError, match='conflict with \\\\"one\\\\"'):
        maps.server_side_apply(body={**body, "data": {"a": "2"}}, field_manager="two", **options)


def test_logs(core, pod):
    """The last line, and all that comes while it is followed."""
    assert core.read_namespaced_pod_log(pod, "default", tail_lines=1).endswith("listens on 80\n")
    with pytest.raises(ApiException, match="container x is not valid for pod"):
        core.read_namespaced_pod_log(pod, "default", container="x")


def test_exec(core, pod):
    """What a program prints, and the code with which it ends."""
    how = {"stdout": True, "stderr": True, "stdin": False, "tty": False}
    call = core.connect_get_namespaced_pod_exec
    assert stream.stream(call, pod, "default", command=["hostname"], **how) == f"{pod}\n"
    words = ["sh", "-c", "echo a; echo b >&2; exit 3"]
    ran = stream.stream(call, pod, "default", command=words, _preload_content=False, **how)
    ran.run_forever(timeout=20)
    assert (ran.read_stdout(), ran.read_stderr(), ran.returncode) == ("a\n", "b\n", 3)


def test_standard_input(core, pod):
    """A shell reads what is written to it."""
    how = {"stdout": True, "stderr": True, "stdin": True, "tty": False}
    call = core.connect_get_namespaced_pod_exec
    ran = stream.stream(call, pod, "default", command=["sh"], _preload_content=False, **how)
    ran.write_stdin("echo $((6*7))\n")
    assert ran.readline_stdout(timeout=20) == "42"
    ran.write_stdin("exit 5\n")
    ran.run_forever(timeout=20)
    assert ran.returncode == 5


def test_eviction(server, core, pod):
    """The pod goes, and another takes its place."""
    core.create_namespaced_pod_eviction(
        pod, "default", client.V1Eviction(metadata=client.V1ObjectMeta(name=pod))
    )
    server.world.run("60s")
    names = [each.metadata.name for each in core.list_namespaced_pod("default").items]
    assert (len(names), pod in names) == (2, False)


def test_port_forward(core, pod):
    """Requests go through the pod; a port on which nobody listens says so."""
    call = core.connect_get_namespaced_pod_portforward
    forward = stream.portforward(call, pod, "default", ports="80,81")
    socket = forward.socket(80)
    socket.setblocking(True)
    socket.sendall(b"GET /index.html HTTP/1.1\r\nHost: web\r\n\r\n")
    assert socket.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
    forward.close()
    assert "connection refused" in forward.error(81)


def test_tokens(api, core):
    """A token of an account, and who has it."""
    spec = client.V1TokenRequestSpec(audiences=[], expiration_seconds=600)
    body = client.AuthenticationV1TokenRequest(spec=spec)
    token = core.create_namespaced_service_account_token("default", "default", body).status.token
    review = client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token))
    status = client.AuthenticationV1Api(api).create_token_review(review).status
    assert (status.authenticated, status.user.username) == (
        True, "system:serviceaccount:default:default")  # fmt: skip
