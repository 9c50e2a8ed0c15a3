"""Health checks of load balancers, and what they meet."""

import pytest

from kubelearn.network.probing import probe
from kubelearn.traffic.balancers import Ask
from tests.network.exposed import address, change, exposed


@pytest.fixture
def cluster():
    """Two web pods behind a NodePort."""
    return exposed()


def check(cluster, node, port=30080, path=""):
    """A check of a port of a node."""
    place = f"zone/us-west-2{'abc'[int(node[-1]) - 1]}"
    requests = cluster.parts["requests"]
    return probe(requests, place, address(cluster, node), port, Ask("test", path))


@pytest.mark.parametrize(
    ("port", "path", "ok", "says", "waits"),
    [
        (30080, "", True, "200", False),
        (30080, "/", True, "200", False),
        (30081, "", False, "connection refused", False),
    ],
)
def test_what_a_check_meets(cluster, port, path, ok, says, waits):
    """The rules of the node, as a request does."""
    found = check(cluster, "worker-3", port, path)
    assert (found.ok, found.says, found.waits) == (ok, says, waits)


def test_a_dead_node_does_not_answer(cluster):
    """The check fails only at its timeout."""
    cluster.fail.node("worker-3")
    found = check(cluster, "worker-3")
    assert (found.ok, found.waits) == (False, True)


def test_without_pods_all_nodes_refuse(cluster):
    """REJECT, not silence."""
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    assert check(cluster, "worker-1").says == "connection refused"


def test_policy_local_is_silent_where_no_pod_is(cluster):
    """And kube-proxy's own check says 503 there."""
    change(cluster, type="LoadBalancer", externalTrafficPolicy="Local")
    port = cluster.object("service/web")["spec"]["healthCheckNodePort"]
    assert check(cluster, "worker-3").waits
    assert [check(cluster, f"worker-{n}", port, "/healthz").says for n in (1, 3)] == ["200", "503"]


def test_a_pods_address_is_checked_directly(cluster):
    """As for targets of type ip."""
    pod = cluster.api.list("pods", "default", "app=web")[0]["status"]["podIP"]
    requests = cluster.parts["requests"]
    assert probe(requests, "zone/us-west-2a", pod, 8080, Ask("x")).ok
    assert probe(requests, "zone/us-west-2a", pod, 9, Ask("x")).says == "connection refused"
    assert probe(requests, "zone/us-west-2a", "10.244.9.9", 80, Ask("x")).waits


def test_a_check_costs_no_work(cluster):
    """The program's queue is as it was."""
    before = dict(cluster.parts["programs"].stations)
    check(cluster, "worker-1", path="/")
    assert cluster.parts["programs"].stations == before


@pytest.mark.parametrize(
    ("image", "path", "says"),
    [
        ("example.com/web", "/AWS.ALB/healthcheck", "12"),
        ("example.com/web", "/grpc.health.v1.Health/Check", "0"),
        ("nginx", "/grpc.health.v1.Health/Check", "connection reset by peer"),
    ],
)
def test_a_method_of_grpc(cluster, image, path, says):
    """A program has it, or has none of this name, or speaks no gRPC at all."""
    told = {"annotations": {"kubelearn.dev/listens": "8080"}}
    template = {"metadata": told, "spec": {"containers": [{"name": "web", "image": image}]}}
    cluster.patch("deployment/web", {"spec": {"template": template}})
    cluster.run("60s")
    requests = cluster.parts["requests"]
    ask = Ask("test", path, rpc=True)
    found = probe(requests, "zone/us-west-2a", address(cluster, "worker-1"), 30080, ask)
    assert found.says == says
