"""Loads through an ALB in bulk: the same end for each request as one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cloud.aws.edge import annotate, edge

URL = "http://shop.example.com/"
SLOW = {"spec": {"template": {"metadata": {"annotations": {
    "kubelearn.dev/service-time": "lognormal 30ms 20ms"}}}}}  # fmt: skip
FAULTS = {
    "lose": lambda c: c.fail.node("worker-1"),
    "find": lambda c: c.heal.node("worker-1"),
    "scale": lambda c: c.scale("deployment/web", 5),
    "shrink": lambda c: c.scale("deployment/web", 1),
    "crash": lambda c: c.fail.pod(c.api.list("pods", "default", "app=web")[0]["metadata"]["name"]),
    "slow": lambda c: c.patch("deployment/web", SLOW),
    "wait": lambda c: c.run("40s"),
    "ask": lambda c: c.request(URL, client="internet"),
    "share": lambda c: c.load(URL, rate=5, duration="5s", client="internet"),
}


def told(names, engine, *, rate=40, said="", duration="70s", timeout="12s", targets="ip"):
    """The end of each request of a load, while things happen 5 s after each other."""
    cluster = annotate(edge(), target_group_attributes=said, target_type=targets)
    if targets != "ip":
        cluster.run("60s")
    load = cluster.load(URL, rate=rate, duration=duration, client="internet", timeout=timeout,
                        engine=engine)  # fmt: skip
    for name in names:
        cluster.run("5s")
        FAULTS[name](cluster)
    cluster.run("90s")
    return load, cluster


def ends(names, engine, **options):
    """Index, times and bin of each request."""
    return told(names, engine, **options)[0].requests()


@pytest.mark.parametrize("names", [(), ("lose", "wait", "find"), ("scale", "shrink"), ("share",)])
def test_each_request_ends_alike(names):
    """In the same bin at the same nanosecond, whose turn it ever was."""
    assert ends(names, "auto") == ends(names, "stepped")


@settings(max_examples=5)
@given(st.lists(st.sampled_from(sorted(FAULTS)), max_size=4))
def test_whatever_happens_each_request_ends_alike(names):
    """In any order."""
    assert ends(names, "auto", duration="40s") == ends(names, "stepped", duration="40s")


def test_most_of_them_run_in_bulk():
    """All but those that have to ask for the name, and those near them."""
    load, cluster = told((), "auto", rate=200, duration="50s")
    single = cluster.parts["loads"].ended(load.number).singles
    assert len(single) < 50 < load.totals()["sent"] / 100


def test_what_depends_on_more_than_turns_runs_one_by_one():
    """Chance of a continuum."""
    said = "load_balancing.algorithm.type=weighted_random"
    load, cluster = told((), "auto", said=said, duration="10s")
    single = cluster.parts["loads"].ended(load.number).singles
    assert len(single) == load.totals()["sent"]


STICKY = "stickiness.enabled=true"
OWN = "stickiness.enabled=true,stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=ID"


@pytest.mark.parametrize("said", [STICKY, OWN])
@pytest.mark.parametrize("names", [("lose", "wait", "find"), ("scale", "shrink")])
def test_cookies_that_nobody_brings_back_bind_nobody(said, names):
    """Each request of a load is the first of its client: in bulk as one by one."""
    load, cluster = told(names, "auto", said=said)
    single = cluster.parts["loads"].ended(load.number).singles
    assert len(single) < load.totals()["sent"] / 4
    assert load.requests() == ends(names, "stepped", said=said)


def test_requests_with_a_cookie_go_one_by_one():
    """It counts no more after a time, which is no event."""
    cluster = annotate(edge(), target_group_attributes=STICKY)
    load = cluster.load(URL, rate=20, duration="5s", headers={"Cookie": "AWSALB=old"})
    cluster.run("10s")
    assert (
        load.engine == "one by one: its balancer goes by cookies, which count no more after a time"
    )


LEAST = "load_balancing.algorithm.type=least_outstanding_requests"


@pytest.mark.parametrize(
    "names",
    [(), ("lose", "wait", "find"), ("scale", "shrink", "share"), ("ask", "crash", "slow", "wait")],
)
def test_each_request_goes_to_the_least_busy_target(names):
    """In bulk as one by one, at the same nanosecond."""
    assert ends(names, "auto", said=LEAST) == ends(names, "stepped", said=LEAST)


@settings(max_examples=5)
@given(
    st.lists(st.sampled_from(sorted(FAULTS)), max_size=4),
    st.sampled_from(["ip", "instance"]),
    st.sampled_from(["300ms", "1.1s", "12s"]),
    st.sampled_from([40, 280]),
)
def test_whatever_happens_the_least_busy_target_is_the_same(names, targets, timeout, rate):
    """Targets by address or by instance, patient and impatient clients, idle and overloaded."""
    how = {"said": LEAST, "targets": targets, "timeout": timeout, "rate": rate, "duration": "20s"}
    assert ends(names, "auto", **how) == ends(names, "stepped", **how)


def test_least_outstanding_requests_run_in_bulk():
    """All but those that have to ask for the name, and those near them."""
    load, cluster = told((), "auto", said=LEAST, rate=200, duration="50s")
    single = cluster.parts["loads"].ended(load.number).singles
    assert len(single) < 50 < load.totals()["sent"] / 100


@pytest.mark.parametrize("said", ["", LEAST])
def test_a_load_after_another_runs_in_bulk_too(said):
    """It goes on with the turns of the one before, and ends as it would one by one."""
    found = []
    for engine in ("auto", "stepped"):
        first, cluster = told((), engine, said=said, duration="10s")
        loads = [first]
        for _ in range(2):
            cluster.request(URL, client="internet")  # so that the name is known
            options = {"rate": 100, "duration": "5s", "client": "internet", "engine": engine}
            loads.append(cluster.load(URL, **options))
            assert engine == "stepped" or loads[-1].engine == "in bulk"
            cluster.run("5.5s")
        cluster.run("20s")
        found.append([load.requests() for load in loads])
    assert found[0] == found[1]
