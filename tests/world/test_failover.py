"""NodePort against LoadBalancer: the same fault, lost requests counted."""

from tests.cloud.aws.edge import edge, name_of
from tests.network.exposed import address


def loaded(cluster, url, **options):
    """A load of somebody on the internet, whose node dies after 20 s."""
    load = cluster.load(url, rate=10, duration="160s", client="internet", timeout="2s", **options)
    cluster.run("20s")
    cluster.fail.node("worker-1")
    cluster.run("150s")
    return load


def failures(load):
    """(index, sent) of the requests that were not answered ok."""
    return [(index, sent) for index, sent, _, outcome in load.requests() if outcome != "ok"]


def test_a_fixed_node_address_never_recovers():
    """All requests after the fault are lost."""
    cluster = edge()
    load = loaded(cluster, f"http://{address(cluster, 'worker-1')}:30080/")
    totals = load.totals()
    assert totals["in flight"] == 0
    lost = failures(load)
    assert lost[-1][0] == totals["sent"] - 1
    assert len(lost) > 0.8 * totals["sent"]


def test_a_load_balancer_recovers_after_its_health_check():
    """Before that a third of the requests meet the dead node, and afterwards none."""
    cluster = edge()
    start = cluster.clock.now
    load = loaded(cluster, f"http://{name_of(cluster)}/")
    totals, lost = load.totals(), failures(load)
    assert totals["sent"] == totals["ok"] + len(lost)
    assert 0 < len(lost) < 0.3 * totals["sent"]
    after = (lost[-1][1] - start) / 1e9 - 20
    # 3 checks of 10 s, then the 60 s for which the client keeps the zone's address.
    assert 30 < after < 100


def test_both_runs_are_the_same_again():
    """Request by request."""
    found = [loaded(c, f"http://{name_of(c)}/").requests() for c in (edge(), edge())]
    assert found[0] == found[1]
