"""A target of a network load balancer that becomes unhealthy, and the flows open to it."""

import pytest

from tests.cloud.aws.edge import edge, name_of, refusals, states
from tests.cloud.aws.elb.test_draining import LB, ended, sent, slow

CUT = (0, "connection reset by peer")
KEPT = (0, "timed out waiting for the answer")
TERMINATION = "target_health_state.unhealthy.connection_termination.enabled"
INTERVAL = "target_health_state.unhealthy.draining_interval_seconds"
FADING = f"{TERMINATION}=false,{INTERVAL}"


def balanced(said=""):
    """An NLB before nodes whose pods take 100 s for a request."""
    cluster = edge()
    cluster.patch(
        "service/web", {"metadata": {"annotations": {f"{LB}target-group-attributes": said}}}
    )
    return slow(cluster, "fixed 100s").run("90s")


def cut(cluster, *nodes):
    """No packet passes between the balancer's machines and these nodes any more."""
    for node in nodes:
        cluster.parts["links"].cut(f"zone/us-west-2{'abc'[node - 1]}", f"worker-{node}")
    return cluster.run("45s")


def mend(cluster, node, time):
    """Packets pass again."""
    cluster.parts["links"].mend(f"zone/us-west-2{'abc'[node - 1]}", f"worker-{node}")
    return cluster.run(time)


def flow(cluster, node=1):
    """A request through the balancer's machine in the zone of a node."""
    zone = f"us-west-2{'abc'[node - 1]}"
    return sent(cluster, f"http://{zone}.{name_of(cluster)}/", timeout=200)


def how(cluster, number):
    """Whether a request has been cut off, and after how many seconds it has ended."""
    cluster.run(until=lambda c: c.parts["requests"].finished(number))
    status, error, seconds = ended(cluster, number)
    return (status, error), seconds


@pytest.mark.parametrize(
    ("fallen", "expected"),
    [((1,), CUT), ((1, 2), CUT), ((1, 2, 3), KEPT)],
)
def test_flows_are_reset_unless_the_group_fails_open(fallen, expected):
    """With a healthy target left they are; the last one to fall ill takes nothing with it."""
    cluster = balanced()
    cut(cluster, *(node for node in fallen if node != 1))
    number = flow(cluster)
    cut(cluster, 1)
    assert states(cluster)[0] == "unhealthy"
    assert how(cluster, number)[0] == expected


def test_a_kept_flow_is_not_reset_later():
    """When another target is healthy again, the group has failed open no longer."""
    cluster = cut(balanced(), 2, 3)
    number = flow(cluster)
    mend(cut(cluster, 1), 2, "40s")
    assert states(cluster) == ["unhealthy", "healthy", "unhealthy"]
    assert how(cluster, number)[0] != CUT


@pytest.mark.parametrize(("said", "seconds"), [("", 45), (f"{FADING}=20", 65)])
def test_flows_are_reset_at_once_or_after_the_interval(said, seconds):
    """It is 30 to 40 s until the target is unhealthy."""
    cluster = balanced(said)
    number = flow(cluster)
    cut(cluster, 1)
    outcome, ended_after = how(cluster, number)
    assert outcome == CUT
    assert seconds - 15 <= ended_after <= seconds


def test_without_termination_flows_are_kept():
    """For as long as they last."""
    cluster = balanced(f"{TERMINATION}=false")
    number = flow(cluster)
    cut(cluster, 1)
    assert states(cluster)[0] == "unhealthy"
    assert how(cluster, number) == (KEPT, 200)


def test_a_target_in_its_interval_gets_nothing_new():
    """Its state says so, and so does `why`; it is unhealthy afterwards."""
    cluster = cut(balanced(f"{FADING}=60"), 1)
    assert states(cluster)[0] == "unhealthy.draining"
    assert "unless it recovers, what is open to it ends then" in str(cluster.why("service/web"))
    [zones] = [b.zones for b in cluster.parts["elb"].balancers.values() if b.kind == "network"]
    assert zones[0].address not in cluster.parts["elb"].resolve(name_of(cluster)).addresses
    cluster.run("60s")
    assert states(cluster)[0] == "unhealthy"


def test_a_target_that_recovers_in_its_interval_keeps_its_flows():
    """It is healthy again, and the end of the interval means nothing."""
    cluster = balanced(f"{FADING}=60")
    number = flow(cluster)
    cut(cluster, 1)
    assert states(cluster)[0] == "unhealthy.draining"
    mend(cluster, 1, "50s")
    assert states(cluster)[0] == "healthy"
    assert how(cluster, number)[0] == (200, "")


def test_what_is_refused():
    """An interval beside termination, and one beyond 100 hours."""
    assert f"{INTERVAL}=5 needs {TERMINATION}=false" in refusals(balanced(f"{INTERVAL}=5"))[-1]
    text = f"{INTERVAL}=360001: it must be 0 to 360000 seconds"
    assert text in refusals(balanced(f"{FADING}=360001"))[-1]


def fall(cluster, *nodes):
    """Machines that do not run any more; 45 s later their targets are unhealthy."""
    for node in nodes:
        cluster.fail.node(f"worker-{node}")
    return cluster.run("45s")


def under_load(engine, said, fallen):
    """How each request of a load ends whose nodes fail on the way."""
    cluster = slow(balanced(said), "fixed 60s")
    load = cluster.load(f"http://{name_of(cluster)}/", rate=2, duration="60s", client="internet",
                        timeout="90s", engine=engine)  # fmt: skip
    cluster.run("20s")
    fall(cluster, *fallen)
    cluster.run("150s")
    return load.requests()


@pytest.mark.parametrize("fallen", [(1,), (1, 2, 3)])
@pytest.mark.parametrize("said", ["", f"{TERMINATION}=false", f"{FADING}=10"])
def test_a_load_in_bulk_ends_as_one_by_one(said, fallen):
    """Each request has the same end."""
    assert under_load("auto", said, fallen) == under_load("stepped", said, fallen)
