"""The wire: what is reachable from where, and the way back."""

import pytest

from kubelearn.network.wires import way_back
from kubelearn.traffic.call import Call, Target
from tests.network.exposed import address, ask, change, decision, exposed, seen_source


@pytest.fixture
def cluster():
    """Two web pods behind a NodePort."""
    return exposed()


def test_the_internet_reaches_no_pod_and_no_service(cluster):
    """Their addresses are known inside only."""
    for target in (
        cluster.object("service/web")["spec"]["clusterIP"],
        cluster.object("pod/client")["status"]["podIP"],
    ):
        call = cluster.request(f"http://{target}/", client="internet")
        assert call.error == "connection timed out"
        assert "the internet knows no way" in decision(call, "wire")


def test_a_pods_address_stays_inside(cluster):
    """Another node sees that of the pod's node."""
    change(cluster, externalTrafficPolicy="Local")
    call = ask(cluster, "worker-1", "pod/client")
    assert seen_source(call) == address(cluster, "worker-3")


def test_a_pod_sees_another_pods_address(cluster):
    """A ClusterIP keeps the sender."""
    own = cluster.object("pod/client")["status"]["podIP"]
    assert seen_source(cluster.request("http://web/", client="pod/client")) == own


def test_health_check_port(cluster):
    """kube-proxy answers 200 where the Service has a ready pod, else 503."""
    change(cluster, type="LoadBalancer", externalTrafficPolicy="Local")
    port = cluster.object("service/web")["spec"]["healthCheckNodePort"]
    found = [ask(cluster, f"worker-{n}", port=port).status for n in (1, 2, 3)]
    assert found == [200, 200, 503]


def test_the_way_back_passes_what_was_passed():
    """In the opposite order."""
    call = Call(1, "http://x/", "GET", "internet", 0, Target.of("http://x/"))
    call.state = {"node": "internet", "server": "worker-1", "via": ("zone/a", "worker-2")}
    assert way_back(call) == [
        ("worker-1", "worker-2"), ("worker-2", "zone/a"), ("zone/a", "internet"),
    ]  # fmt: skip
