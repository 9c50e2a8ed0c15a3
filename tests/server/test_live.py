"""What the kubelets and add-ons answer over the API: logs, programs, ports, tokens, metrics."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server import Request, respond
from kubelearn.server.connections import Attach, Exec, PortForward

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
       "spec": {"containers": [{"name": "c", "image": "nginx"}]}}  # fmt: skip
COUNTER = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "counter"}, "spec": {
    "containers": [{"name": "c", "image": "busybox", "command": [
        "sh", "-c", "i=0; while true; do echo $i; i=$((i+1)); sleep 1; done"]}]}}  # fmt: skip
PODS = "/api/v1/namespaces/default/pods"


@pytest.fixture(scope="module")
def cluster():
    """Two pods."""
    made = Cluster(nodes=1, seed=7)
    made.apply([POD, COUNTER])
    return made.run("30s")


def ask(cluster, path, method="GET", body=None, arguments=(), **query):
    """The answer to one request."""
    request = Request(method, path, {name: str(text) for name, text in query.items()}, body,
                      arguments=tuple(arguments))  # fmt: skip
    return respond(cluster, request)


def log(cluster, **query):
    """The lines of the counter's log."""
    return ask(cluster, f"{PODS}/counter/log", **query).body.splitlines()


def test_which_lines(cluster):
    """The last ones, those since a moment, so many bytes."""
    every = log(cluster)
    assert every == [str(number) for number in range(len(every))]
    assert log(cluster, tailLines=2) == every[-2:]
    assert log(cluster, sinceSeconds=3) == every[-4:]
    assert log(cluster, sinceTime="2026-01-01T00:00:29Z") == every[-2:]
    assert log(cluster, tailLines=0) == []


def test_times_of_lines(cluster):
    """With nine digits, moved when the edge says so."""
    answer = ask(cluster, f"{PODS}/counter/log", tailLines=1, timestamps="true")
    assert answer.content_type == "text/plain"
    assert answer.body == f"2026-01-01T00:00:30.000000000Z {len(log(cluster)) - 1}\n"
    assert answer.log.text(3600 * 10**9).startswith("2026-01-01T01:00:30.000000000Z ")


def test_bytes_of_a_log(cluster):
    """Cut behind the last that is wanted."""
    answer = ask(cluster, f"{PODS}/counter/log", limitBytes=5)
    assert (answer.log.cut(b"0\n1\n2\n"), answer.log.ended, answer.log.cut(b"3")) == (
        b"0\n1\n2", True, b"")  # fmt: skip


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ({"tailLines": -1}, 422, "tailLines: Invalid value: -1: must be greater than or equal to"),
        ({"sinceSeconds": 0}, 422, "sinceSeconds: Invalid value: 0: must be greater than 0"),
        ({"limitBytes": 0}, 422, "limitBytes: Invalid value: 0: must be greater than 0"),
        ({"sinceSeconds": 1, "sinceTime": "2026-01-01T00:00:00Z"}, 422, "at most one of"),
        ({"tailLines": "x"}, 400, 'parsing "x": invalid syntax'),
        ({"sinceTime": "now"}, 400, 'parsing time "now"'),
        ({"stream": "Both"}, 422, 'stream: Unsupported value: "Both"'),
        ({"stream": "Stderr"}, 500, "ask for stream=All"),
        ({"container": "x"}, 400, "container x is not valid for pod counter"),
    ],
)
def test_logs_that_are_refused(cluster, query, code, text):
    """By the rules of PodLogOptions."""
    answer = ask(cluster, f"{PODS}/counter/log", **query)
    assert (answer.code, text in answer.body["message"]) == (code, True)


def test_exec_is_a_connection(cluster):
    """101 with the words of the program, in their order, however often a parameter comes."""
    words = [("command", "sh"), ("command", "-c"), ("command", "ls"), ("stdout", "1")]
    answer = ask(cluster, f"{PODS}/web/exec", arguments=words, stdout=1, command="ls")
    assert answer.code == 101
    assert isinstance(answer.connection, Exec)
    assert answer.connection.argv == ("sh", "-c", "ls")
    tty = ask(cluster, f"{PODS}/web/exec", command="sh", stdout=1, stderr=1, tty=1).connection
    assert (tty.streams.tty, tty.streams.stderr) == (True, False)


def test_attach_and_port_forward_are_connections(cluster):
    """Attach hears what comes from now on."""
    attached = ask(cluster, f"{PODS}/counter/attach", stdout=1).connection
    assert isinstance(attached, Attach)
    assert attached.log.more(cluster) == []
    forward = ask(cluster, f"{PODS}/web/portforward", ports="80,81").connection
    assert isinstance(forward, PortForward)
    assert forward.ports == (80, 81)


@pytest.mark.parametrize(
    ("place", "query", "code", "text"),
    [
        ("web/exec", {"stdout": 1}, 400, "you must specify at least 1 command"),
        ("web/exec", {"command": "ls"}, 400, "at least 1 of stdin, stdout, stderr"),
        ("x/exec", {"command": "ls"}, 404, 'pods "x" not found'),
        ("web/attach", {"container": "x", "stdout": 1}, 400, "container x is not valid"),
        ("web/portforward", {"ports": "http"}, 400, "unable to parse http as ports"),
    ],
)
def test_connections_that_are_refused(cluster, place, query, code, text):
    """With a Status."""
    answer = ask(cluster, f"{PODS}/{place}", **query)
    assert (answer.code, text in answer.body["message"]) == (code, True)


def test_who_may_only_read_may_not_run(cluster):
    """A WebSocket opens with GET, and needs the right to create all the same."""
    twin = cluster.fork()
    rules = [{"apiGroups": [""], "resources": ["pods/exec", "pods/log"], "verbs": ["get"]}]
    twin.apply([
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"},
         "rules": rules},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
         "metadata": {"name": "b"}, "subjects": [{"kind": "User", "name": "eve"}],
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}},
    ])  # fmt: skip
    request = Request("GET", f"{PODS}/web/exec", {"command": "ls", "stdout": "1"}, user="eve")
    answer = respond(twin, request)
    assert (answer.code, "cannot create resource" in answer.body["message"]) == (403, True)
    assert respond(twin, Request("GET", f"{PODS}/web/log", user="eve")).code == 200


def test_what_does_not_run(cluster):
    """In plain text, as the kubelet says it."""
    twin = cluster.fork()
    twin.fail.node("worker-1")
    answer = ask(twin, f"{PODS}/web/exec", command="ls", stdout=1)
    assert (answer.code, answer.body) == (500, 'container not found ("c")')
    dead = ask(twin, f"{PODS}/web/portforward")
    assert "connect: no route to host" in dead.body["message"]


ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default/token"


def request_token(cluster, **spec):
    """A TokenRequest."""
    head = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
    return ask(cluster, ACCOUNT, "POST", {**head, "spec": spec})


def test_a_token_and_its_review(cluster):
    """Whom it belongs to; bound to a pod if one is named."""
    answer = request_token(cluster, boundObjectRef={"kind": "Pod", "name": "web"})
    assert (answer.code, answer.body["spec"]["expirationSeconds"]) == (201, 3600)
    head = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    review = {**head, "spec": {"token": answer.body["status"]["token"]}}
    status = ask(cluster, "/apis/authentication.k8s.io/v1/tokenreviews", "POST", review).body[
        "status"
    ]
    assert status["authenticated"] is True
    assert status["user"]["username"] == "system:serviceaccount:default:default"


@pytest.mark.parametrize(
    ("spec", "code", "text"),
    [
        ({"expirationSeconds": 5}, 422, "may not specify a duration less than 10 minutes"),
        ({"expirationSeconds": 2**33}, 422, "may not specify a duration larger than 2^32 seconds"),
        ({"boundObjectRef": {"kind": "Pod", "name": "x"}}, 404, 'pods "x" not found'),
        ({"boundObjectRef": {"kind": "Pod", "name": "web", "uid": "x"}}, 409, "does not match the"),
        ({"boundObjectRef": {"kind": "Cow", "name": "x"}}, 500, "cannot bind token"),
    ],
)
def test_tokens_that_are_refused(cluster, spec, code, text):
    """Too short, too long, bound to what is not there."""
    answer = request_token(cluster, **spec)
    assert (answer.code, text in answer.body["message"]) == (code, True)


METRICS = "/apis/metrics.k8s.io/v1beta1"


def test_metrics_come_with_the_add_on(cluster):
    """Not served, not answering yet, then usage of nodes and pods."""
    twin = cluster.fork()
    assert ask(twin, f"{METRICS}/nodes").code == 404
    twin.install("metrics-server")
    assert ask(twin, f"{METRICS}/nodes").code == 503
    groups = [each["name"] for each in ask(twin, "/apis").body["groups"]]
    assert groups[-1] == "metrics.k8s.io"
    twin.run("3m")
    nodes = ask(twin, f"{METRICS}/nodes").body
    assert [each["metadata"]["name"] for each in nodes["items"]] == ["control-plane", "worker-1"]
    found = ask(twin, f"{METRICS}/namespaces/default/pods/web").body
    assert (found["kind"], found["containers"]) == (
        "PodMetrics", [{"name": "c", "usage": {"cpu": "0", "memory": "51200Ki"}}])  # fmt: skip
    some = ask(twin, f"{METRICS}/pods", labelSelector="k8s-app=metrics-server").body["items"]
    assert len(some) == 1
    assert ask(twin, f"{METRICS}/namespaces/default/pods/x").code == 404
    assert ask(twin, f"{METRICS}/nodes", "DELETE").code == 405
    assert ask(twin, f"{METRICS}/cows").code == 404
