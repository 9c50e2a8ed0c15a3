"""A whole world: boot, commands, time, errors."""

import pytest

from kubelearn.api.errors import APIError, Invalid, NotFound
from kubelearn.cluster import Cluster
from tests.world.worlds import WEB, pods_of, web_cluster


@pytest.fixture(scope="module")
def started():
    """A cluster that nobody changes."""
    return web_cluster()


def test_a_new_cluster_has_all_nodes_ready():
    """A control plane and three workers over three zones, at time zero."""
    cluster = Cluster(nodes=3, zones=3, seed=7)
    nodes = cluster.api.list("nodes")
    zones = [n["metadata"]["labels"]["topology.kubernetes.io/zone"] for n in nodes]
    ready = [c["status"] for n in nodes for c in n["status"]["conditions"] if c["type"] == "Ready"]
    assert cluster.time == 0
    assert ready == ["True"] * 4
    assert zones == ["us-west-2a", "us-west-2a", "us-west-2b", "us-west-2c"]


def test_kube_system_runs_at_time_zero():
    """Static pods, coredns and one kube-proxy for each node."""
    pods = Cluster(nodes=2, seed=1).api.list("pods", "kube-system")
    names = sorted(pod["metadata"]["name"].rsplit("-", 1)[0] for pod in pods)
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    assert names.count("kube-proxy") == 3
    assert sum(name.startswith("coredns") for name in names) == 2
    assert "kube-apiserver-control" in names


def test_an_application_becomes_ready(started):
    """From YAML to three ready endpoints."""
    (one,) = [
        s
        for s in started.api.list("endpointslices.discovery.k8s.io", "default")
        if s["metadata"]["labels"].get("kubernetes.io/service-name") == "web"
    ]
    assert [e["conditions"]["ready"] for e in one["endpoints"]] == [True] * 3


def test_apply_answers_like_kubectl():
    """created, unchanged, configured."""
    cluster = Cluster(nodes=1)
    assert cluster.apply(WEB) == "deployment.apps/web created\nservice/web created"
    assert cluster.apply(WEB) == "deployment.apps/web unchanged\nservice/web unchanged"
    changed = WEB.replace("replicas: 3", "replicas: 2")
    assert cluster.apply(changed) == "deployment.apps/web configured\nservice/web unchanged"


def test_apply_deletes_what_the_manifest_no_longer_says():
    """The last applied manifest is remembered."""
    cluster = Cluster(nodes=1)
    cluster.apply(WEB)
    cluster.apply(WEB.replace("        ports: [{containerPort: 80}]\n", ""))
    container = cluster.object("deployment/web")["spec"]["template"]["spec"]["containers"][0]
    assert "ports" not in container


def test_a_refused_apply_leaves_nothing_behind():
    """The first document is good, the second is not: neither is stored."""
    cluster = Cluster(nodes=1)
    before = cluster.fingerprint()
    with pytest.raises(Invalid, match=r'Service "web" is invalid: .spec.ports\[0\].port'):
        cluster.apply(WEB.replace("port: 80}", "port: 99999}"))
    assert cluster.fingerprint() == before
    with pytest.raises(NotFound):
        cluster.object("deployment/web")


def test_the_message_of_the_api_server():
    """Word for word."""
    with pytest.raises(Invalid) as caught:
        Cluster(nodes=1).apply(WEB.replace("replicas: 3", "replicas: -1"))
    assert str(caught.value) == (
        'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater '
        "than or equal to 0"
    )


def test_scale_changes_the_number_of_pods():
    """Up, then down."""
    cluster = web_cluster()
    cluster.scale("deployment/web", 5)
    cluster.run("30s")
    assert len(pods_of(cluster)) == 5
    cluster.scale("deployment/web", 1)
    cluster.run("60s")
    assert len(pods_of(cluster)) == 1


def test_run_until_stops_at_the_event():
    """Not later than the event that makes it true."""
    cluster = Cluster(nodes=3, seed=7)
    cluster.apply(WEB)
    cluster.run(until=lambda c: c.object("deployment/web")["status"].get("readyReplicas") == 3)
    assert 0 < cluster.time < 30


def test_run_until_gives_up_after_its_limit():
    """And says so."""
    with pytest.raises(TimeoutError, match="did not happen within 10s"):
        Cluster(nodes=1).run("10s", until=lambda c: False)


def test_run_wants_to_know_how_long():
    """The message shows both ways."""
    with pytest.raises(TypeError, match=r'run\("60s"\), or until when'):
        Cluster(nodes=1).run()


def test_step_runs_one_event():
    """The clock stands at its time."""
    cluster = Cluster(nodes=1)
    event = cluster.step()
    assert cluster.clock.now == event.time


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (lambda c: c.fail.node("worker-9"), "there is no node 'worker-9': choose one of control-"),
        (lambda c: c.fail.zone("mars"), "there is no zone 'mars': choose one of us-west-2a"),
        (lambda c: c.object("web"), 'names no object: write "kind/name"'),
        (lambda c: c.install("windows"), "'windows' cannot be installed here: choose gateway-api"),
        (lambda c: c.request("ftp://x", client="node/worker-1"), "is not a URL"),
        (lambda c: c.request("http://x", client="internet/x"), "an IPv4 address"),
        (lambda c: c.rewind("1h"), "is not in the past of this cluster: choose 0s to"),
        (lambda c: c.kubectl("proxy"), "kubectl proxy is not modelled here"),
    ],
)
def test_a_mistake_says_what_is_allowed(started, command, message):
    """What was given, what is allowed; the cluster stays as it was."""
    before = started.fingerprint()
    with pytest.raises(ValueError, match=message):
        command(started)
    assert started.fingerprint() == before


@pytest.mark.parametrize("options", [{"nodes": -1}, {"zones": 9}, {"node": {"gpu": 1}}])
def test_an_impossible_cluster_is_refused(options):
    """With what is possible."""
    with pytest.raises(ValueError, match=r"nodes|node="):
        Cluster(**options)


def test_why_says_when_nobody_acts(started):
    """An object of a kind without controller is stored and says so."""
    twin = started.fork()
    twin.apply(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "own"},
            "spec": {"controller": "example.com/own"},
        }
    )
    found = str(twin.why("ingressclass/own"))
    assert "nothing in this cluster acts on IngressClass objects yet" in found


def test_an_error_is_an_api_error(started):
    """One tree for all refusals of the API."""
    with pytest.raises(APIError, match='pods "nobody" not found'):
        started.object("pod/nobody")
