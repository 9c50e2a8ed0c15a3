"""kube-proxy and the wire: how connections are opened, and how they are not."""

import pytest

from kubelearn.network.hops import HOPS
from kubelearn.network.verdict import NO_ROUTE, REFUSED, TIMED_OUT
from tests.network.small import shop


@pytest.fixture
def cluster():
    """web, back and a client."""
    return shop()


def ip(cluster, name):
    """The address of a pod or Service."""
    obj = cluster.object(name)
    return obj["spec"].get("clusterIP") or obj["status"]["podIP"]


def outcome(call):
    """How a call ended, and after how many whole seconds."""
    return call.error, int(call.latency)


def test_hops_in_their_order():
    """The list is the way of a request."""
    hops = [
        "connection",
        "resolver",
        "kube-proxy",
        "wire",
        "load-balancer",
        "pod",
        "relay",
        "relayed",
        "calls",
        "answer",
    ]
    proxies = ["outbound", "edge", "upstream", "overdue", "inbound"]
    assert list(HOPS) == [*hops[:5], *proxies, *hops[5:]]


def test_no_endpoint_means_refused(cluster):
    """kube-proxy rejects at once."""
    cluster.patch("service/back", {"spec": {"selector": {"app": "nobody"}}})
    cluster.run("2s")
    call = cluster.request("http://back:9080/", client="pod/client")
    assert outcome(call) == (REFUSED, 0)
    assert "no endpoint is ready for default/back: REJECT" in call.trace[1].decision


def test_no_endpoint_here_under_policy_local_means_timed_out(cluster):
    """The packets are dropped without a word."""
    cluster.patch("service/back", {"spec": {"internalTrafficPolicy": "Local"}})
    cluster.run("2s")
    call = cluster.request("http://back:9080/", client="pod/client")
    assert outcome(call) == (TIMED_OUT, 10)
    assert "DROP" in call.trace[1].decision


def test_a_port_that_the_service_does_not_have_times_out(cluster):
    """No rule fits, and the address is nobody's."""
    call = cluster.request("http://back:9081/", client="pod/client")
    assert outcome(call) == (TIMED_OUT, 10)


def test_a_port_on_which_nothing_listens_is_refused(cluster):
    """The machine of the pod says so."""
    call = cluster.request(f"http://{ip(cluster, 'pod/back')}:1/", client="pod/client")
    assert outcome(call) == (REFUSED, 0)


def test_an_address_that_no_pod_has_has_no_route(cluster):
    """Its node looks for the owner and gives up after three seconds."""
    call = cluster.request("http://10.244.1.250/", client="pod/client")
    assert outcome(call) == (NO_ROUTE, 3)


def test_an_address_of_nobody_times_out(cluster):
    """Such as that of a Service that is gone."""
    call = cluster.request("http://10.96.200.200/", client="pod/client")
    assert outcome(call) == (TIMED_OUT, 10)


def test_a_dead_node_does_not_answer(cluster):
    """Until it is found out, its pods stay endpoints."""
    cluster.fail.node("worker-2")
    call = cluster.request(f"http://{ip(cluster, 'pod/back')}:9080/", client="pod/client")
    assert outcome(call) == (TIMED_OUT, 10)


def test_a_cut_link_loses_the_packets(cluster):
    """Other ways are not looked for."""
    url = f"http://{ip(cluster, 'pod/back')}:9080/"
    cluster.fail.link("worker-3", "worker-2")
    assert outcome(cluster.request(url, client="pod/client")) == (TIMED_OUT, 10)
    assert cluster.request(url, client="node/worker-1").ok
    cluster.heal.link("worker-3", "worker-2")
    assert cluster.request(url, client="pod/client").ok


def test_a_node_refuses_where_nothing_listens(cluster):
    """Its pods in the host's network share its address."""
    nodes = cluster.api.list("nodes")
    address = nodes[1]["status"]["addresses"][0]["address"]
    call = cluster.request(f"http://{address}:22/", client="pod/client")
    assert outcome(call) == (REFUSED, 0)


def test_each_connection_draws_its_endpoint(cluster):
    """Both pods of web get some of twenty."""
    calls = [cluster.request("http://web/", client="pod/client") for _ in range(20)]
    bodies = {call.body.split()[0] for call in calls}
    assert len(bodies) == 2
