"""Programs in containers: the pod's own view of the cluster."""

import pytest

from kubelearn.api.errors import APIError, BadRequest, Forbidden, InternalError, NotFound
from kubelearn.cluster import Cluster
from kubelearn.world.execute import execute, find_place, perform, start

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
    - name: c
      image: nginx:1.27
      env:
        - {name: WHO, value: "$(HOSTNAME) $(NONE) $$"}
        - {name: HOST, value: "$(SHOP_SERVICE_HOST)"}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: web}, ports: [{port: 80, name: http}]}
"""


@pytest.fixture
def cluster():
    """A pod behind a Service."""
    made = Cluster(nodes=2, seed=7)
    made.apply(WEB)
    return made.run("20s")


def out(cluster, *argv, **options):
    """What a program prints."""
    return execute(cluster, "web", argv, **options).stdout


def test_environment(cluster):
    """The image's, the container's with its references, and the variables of Services."""
    address = cluster.object("service/shop")["spec"]["clusterIP"]
    found = dict(line.split("=", 1) for line in out(cluster, "env").splitlines())
    assert found["WHO"] == "web $(NONE) $"
    assert found["HOST"] == found["SHOP_SERVICE_HOST"] == address
    assert found["SHOP_SERVICE_PORT_HTTP"] == "80"
    assert found["SHOP_PORT_80_TCP_ADDR"] == address
    assert found["KUBERNETES_SERVICE_HOST"] == "10.96.0.1"


def test_files(cluster):
    """Name, hosts, resolver, and the account's token."""
    assert out(cluster, "cat", "/etc/hostname") == "web\n"
    assert f"{cluster.object('pod/web')['status']['podIP']}\tweb\n" in out(
        cluster, "cat", "/etc/hosts"
    )
    assert out(cluster, "cat", "/etc/resolv.conf").startswith("search default.svc.cluster.local ")
    folder = "/var/run/secrets/kubernetes.io/serviceaccount"
    assert out(cluster, "ls", folder) == "ca.crt\nnamespace\ntoken\n"
    assert out(cluster, "cat", f"{folder}/token").count(".") == 2


def test_requests_take_their_time(cluster):
    """And go through the modelled network."""
    before = cluster.time
    assert out(cluster, "curl", "-s", "http://shop/") == "web answers GET /\n"
    assert before < cluster.time < before + 1
    refused = execute(cluster, "web", ["curl", "-s", "shop:81"])
    assert refused.code == 28


def test_what_breaks_is_seen(cluster):
    """A dead endpoint, then no endpoint at all."""
    cluster.delete("pod/web", grace=0)
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "client"},
                   "spec": {"containers": [{"name": "c", "image": "busybox",
                                            "command": ["sleep", "9999"]}]}})  # fmt: skip
    cluster.run("20s")
    ran = execute(cluster, "client", ["wget", "-qO-", "http://shop"])
    assert "Connection refused" in ran.stderr
    assert execute(cluster, "client", ["nslookup", "nosuch"]).code == 1


def test_sleep_lets_time_pass(cluster):
    """As long as it says."""
    before = cluster.time
    assert out(cluster, "sh", "-c", "date +%s; sleep 30; date +%s").split() == [
        str(1767225600 + int(before)), str(1767225630 + int(before))]  # fmt: skip


def test_it_is_played_again(cluster):
    """What a program did to the cluster stands in the journal."""
    out(cluster, "curl", "-s", "http://shop/")
    cluster.run("5s")
    before = cluster.fingerprint()
    cluster.rewind("20s")
    cluster.run("0s")
    cluster.rewind("0s")
    assert cluster.time == 0
    twin = Cluster(nodes=2, seed=7)
    twin.apply(WEB)
    twin.run("20s")
    out(twin, "curl", "-s", "http://shop/")
    twin.run("5s")
    assert twin.fingerprint() == before


def test_input(cluster):
    """Goes to the program."""
    assert out(cluster, "sh", stdin="x=4\necho $((x+1))\n") == "5\n"


def test_a_script_without_end_is_stopped(cluster):
    """Unless it pauses; at the end of its input there is nothing to wait for."""
    for script in ("while true; do true; done", "while true; do read x; done"):
        ran = execute(cluster, "web", ["sh", "-c", script])
        said = "kubelearn: stopped after 100000 steps without a pause\n"
        assert (ran.code, ran.stderr) == (137, said)


@pytest.mark.parametrize(
    ("name", "argv", "options", "error", "text"),
    [
        ("x", ["ls"], {}, NotFound, 'pods "x" not found'),
        ("web", ["ls"], {"container": "x"}, BadRequest, "container x is not valid for pod web"),
        ("web", [], {}, BadRequest, "you must specify at least 1 command for the container"),
        ("web", ["foo"], {}, InternalError, 'exec: "foo": executable file not found in $PATH'),
        ("web", ["/x/ls"], {}, InternalError, 'exec: "/x/ls": stat /x/ls: no such file'),
    ],
)
def test_refusals(cluster, name, argv, options, error, text):
    """Of the API server, and of the container runtime."""
    with pytest.raises(error) as caught:
        execute(cluster, name, argv, **options)
    assert text in str(caught.value)


def test_an_image_without_a_shell(cluster):
    """Has its own program and nothing else."""
    with pytest.raises(InternalError, match="executable file not found"):
        execute(cluster, "etcd-control-plane", ["sh"], namespace="kube-system")


def test_where_nothing_runs(cluster):
    """A pod without a node, a container that is not there yet, a dead machine."""
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {
        "nodeSelector": {"no": "such"}, "containers": [{"name": "c", "image": "x"}]}})  # fmt: skip
    with pytest.raises(BadRequest, match="pod p does not have a host assigned"):
        execute(cluster, "p", ["ls"])
    cluster.fail.node(cluster.object("pod/web")["spec"]["nodeName"])
    with pytest.raises(APIError, match=r'container not found \("c"\)'):
        execute(cluster, "web", ["ls"])


def test_a_pod_that_dies_meanwhile(cluster):
    """Its program is gone with it."""
    place = find_place(cluster, "default", "web", "")
    run = start(cluster, place, ["sh", "-c", "echo a; curl http://shop/; echo b"])
    printed = []

    class Screen:
        def out(self, text):
            printed.append(text)
            cluster.delete("pod/web", grace=0)

        err = out

    assert perform(cluster, place, run, Screen()) == 137
    assert printed == ["a\n"]


def test_the_past_is_for_reading(cluster):
    """No program runs in it."""
    with pytest.raises(Forbidden, match="for reading only"):
        execute(cluster.at("10s"), "web", ["ls"])
