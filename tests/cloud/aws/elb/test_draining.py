"""Targets that are deregistered: no new flows, and the open ones until the delay is over."""

import pytest

from kubelearn.cloud.aws.elb.model import APPLICATION, DRAINING, NETWORK
from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import attributes, edge, name_of, refusals

LB = "service.beta.kubernetes.io/aws-load-balancer-"
DELAY = "deregistration_delay.timeout_seconds"
CROSS = "load_balancing.cross_zone.enabled=true"
TERMINATION = "deregistration_delay.connection_termination.enabled"


def network(said="", pause="fixed 10ms"):
    """An NLB with targets by address whose pods live on when the Service leaves them."""
    cluster = edge()
    given = {f"{LB}nlb-target-type": "ip", f"{LB}attributes": CROSS,
             f"{LB}target-group-attributes": said}  # fmt: skip
    cluster.patch("service/web", {"metadata": {"annotations": given}})
    return slow(cluster, pause).run("90s")


def slow(cluster, pause):
    """Pods that work so long for a request."""
    said = {"metadata": {"annotations": {"kubelearn.dev/service-time": pause}}}
    cluster.patch("deployment/web", {"spec": {"template": said}})
    return cluster.run("60s")


def leave(cluster):
    """All pods leave the Service, but live on."""
    cluster.patch("service/web", {"spec": {"selector": {"app": "nobody"}}}, style="merge")
    return cluster.run("6s")


def draining(cluster):
    """The targets of the network load balancer that drain."""
    elb = cluster.parts["elb"]
    kinds = {g.name: elb.balancers[g.balancer].kind for g in elb.groups.values()}
    found = [target for (group, target), health in elb.healths.items()
             if health.state == DRAINING and kinds[group] == NETWORK]  # fmt: skip
    return sorted(found)


def sent(cluster, url, timeout=100):
    """The number of a request that has come to its pod."""
    number = cluster.parts["requests"].send(url, client="internet", timeout=timeout * SECOND)
    cluster.run("1s")
    return number


def ended(cluster, number):
    """How a request has ended, and after how many seconds."""
    call = cluster.parts["requests"].take(number)
    return call.status, call.error, round(call.latency)


@pytest.mark.parametrize(("said", "delay"), [("", 300), (f"{DELAY}=20", 20), (f"{DELAY}=0", 0)])
def test_a_target_drains_for_the_delay(said, delay):
    """Then it is unused."""
    cluster = network(said).run("310s")
    leave(cluster)
    assert len(draining(cluster)) == (3 if delay else 0)
    cluster.run(delay)
    assert draining(cluster) == []


def test_why_tells_of_it():
    """State, reason, and what becomes of open flows."""
    cluster = leave(network(f"{DELAY}=60,{TERMINATION}=true"))
    said = str(cluster.why("service/web"))
    assert "is draining since" in said
    assert "Target.DeregistrationInProgress: Target deregistration is in progress" in said
    assert "gets nothing new, unused at" in said
    assert "what is open to it ends then" in said


@pytest.mark.parametrize(
    ("terminates", "expected"),
    [("false", (200, "", 30)), ("true", (0, "connection reset by peer", 13))],
)
def test_an_open_flow_outlives_the_delay_or_is_reset(terminates, expected):
    """A request of 30 s; its target is deregistered 6 s after it came, and unused 7 s later."""
    cluster = network(f"{DELAY}=7,{TERMINATION}={terminates}", "fixed 30s")
    number = sent(cluster, f"http://{name_of(cluster)}/")
    leave(cluster)
    cluster.run("40s")
    assert ended(cluster, number) == expected


def test_a_target_that_comes_back_in_time_is_not_cut():
    """Its flows stay, and it is checked as a new one."""
    cluster = network(f"{DELAY}=20,{TERMINATION}=true", "fixed 60s")
    number = sent(cluster, f"http://{name_of(cluster)}/")
    leave(cluster)
    cluster.patch("service/web", {"spec": {"selector": {"app": "web"}}}, style="merge")
    cluster.run("80s")
    assert draining(cluster) == []
    assert ended(cluster, number)[0] == 200


@pytest.mark.parametrize(("delay", "expected"), [(25, (200, "", 30)), (7, (502, "", 13))])
def test_a_request_under_way_may_finish_within_the_delay(delay, expected):
    """Else an application load balancer answers 502; nothing new comes to the target."""
    cluster = slow(attributes(edge(), f"{DELAY}={delay}"), "fixed 30s").run("310s")
    number = sent(cluster, "http://shop.example.com/")
    leave(cluster)
    assert cluster.request("http://shop.example.com/", client="internet").status == 503
    cluster.run("40s")
    assert ended(cluster, number) == expected


def test_a_502_says_why():
    """In the trace; the balancer counts it no longer."""
    cluster = slow(attributes(edge(), f"{DELAY}=2"), "fixed 30s").run("310s")
    number = sent(cluster, "http://shop.example.com/")
    leave(cluster)
    requests = cluster.parts["requests"]
    cluster.run(until=lambda _: requests.calls[number].state.get("cut"))
    [alb] = [b for b in cluster.parts["elb"].balancers.values() if b.kind == APPLICATION]
    assert requests.under_way(alb.name) == {}
    cluster.run("10s")
    told = [step.decision for step in cluster.parts["requests"].take(number).trace]
    assert any("unused now, what is open to it ends: answers 502" in text for text in told)


def users(said):
    """Where the connections of users lead who came before their pods left, and how they fared."""
    cluster = network(said)
    load = cluster.load(f"http://{name_of(cluster)}/", users=4, think="1s", duration="5m",
                        keep_alive=True, client="internet")  # fmt: skip
    cluster.run("10s")
    leave(cluster)
    cluster.run("60s")
    return [outcome for _, _, _, outcome in load.requests()]


def test_connections_that_are_kept_open_go_on():
    """Also after the delay; with termination users have to connect anew, and nobody is there."""
    assert set(users(f"{DELAY}=10")) == {"ok"}
    cut = users(f"{DELAY}=10,{TERMINATION}=true")
    assert cut[:8] == ["ok"] * 8
    assert set(cut[-4:]) == {"connection refused"}


@pytest.mark.parametrize("said", [f"{DELAY}=3601", f"{DELAY}=-1"])
def test_what_is_refused(said):
    """Beyond an hour, on both kinds."""
    text = f"{said}: it must be 0 to 3600 seconds"
    assert text in refusals(attributes(edge(), said))[-1]
    assert text in refusals(network(said))[-1]


def under_load(door, said, engine):
    """How each request of a load ends whose targets leave on the way."""
    cluster = edge()
    named = {f"{LB}target-group-attributes": said, f"{LB}nlb-target-type": "ip"}
    cluster.patch("service/web", {"metadata": {"annotations": named}})
    attributes(slow(cluster, "fixed 3s"), said).run("60s")
    host = "shop.example.com" if door == "ALB" else name_of(cluster)
    load = cluster.load(f"http://{host}/", rate=2, duration="20s", client="internet",
                        timeout="9s", engine=engine)  # fmt: skip
    cluster.run("10s")
    leave(cluster)
    cluster.run("60s")
    return load.requests()


@pytest.mark.parametrize("door", ["ALB", "NLB"])
@pytest.mark.parametrize("said", [f"{DELAY}=1,{TERMINATION}=true", f"{DELAY}=1"])
def test_a_load_in_bulk_drains_as_one_by_one(door, said):
    """Each request has the same end."""
    assert under_load(door, said, "auto") == under_load(door, said, "stepped")
