"""Open connections."""

from kubelearn.network.conntrack import tracked
from tests.network.exposed import address, exposed


def test_an_open_connection_outlives_its_endpoint():
    """Removed from all rules, the pod still answers what it has taken."""
    cluster = exposed()
    requests = cluster.parts["requests"]
    number = requests.send(f"http://{address(cluster, 'worker-3')}:30080/", client="internet")
    cluster.run("0.0215s")
    [flow] = tracked(requests.calls, "worker-3")
    cluster.patch("service/web", {"spec": {"selector": {"app": "nobody"}}}, style="merge")
    cluster.run("10s")
    assert requests.take(number).status == 200
    assert cluster.parts["kube-proxy"].rule("worker-3", flow.address, 30080).backends == ()


def test_an_entry_tells_both_directions():
    """What was asked for, and who answers."""
    cluster = exposed()
    requests = cluster.parts["requests"]
    requests.send("http://web/", client="pod/client")
    cluster.run(until=lambda c: tracked(c.parts["requests"].calls))
    [flow] = tracked(requests.calls)
    text = str(flow)
    assert f"dst={flow.address} dport=80 src={flow.backend.address} sport=8080" in text
    assert tracked(requests.calls, "worker-1") == []
