"""Loads through an ALB in bulk: the same end for each request as one by one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cloud.aws.edge import attributes, edge

URL = "http://shop.example.com/"
FAULTS = {
    "lose": lambda c: c.fail.node("worker-1"),
    "find": lambda c: c.heal.node("worker-1"),
    "scale": lambda c: c.scale("deployment/web", 5),
    "shrink": lambda c: c.scale("deployment/web", 1),
    "wait": lambda c: c.run("40s"),
    "ask": lambda c: c.request(URL, client="internet"),
    "share": lambda c: c.load(URL, rate=5, duration="5s", client="internet"),
}


def told(names, engine, *, rate=40, said="", duration="70s"):
    """The end of each request of a load, while things happen 5 s after each other."""
    cluster = attributes(edge(), said)
    load = cluster.load(URL, rate=rate, duration=duration, client="internet", timeout="12s",
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


@pytest.mark.parametrize(
    "said",
    ["load_balancing.algorithm.type=least_outstanding_requests",
     "load_balancing.algorithm.type=weighted_random", "stickiness.enabled=true"],
)  # fmt: skip
def test_what_depends_on_more_than_turns_runs_one_by_one(said):
    """What is busy, chance of a continuum, and cookies."""
    load, cluster = told((), "auto", said=said, duration="10s")
    single = cluster.parts["loads"].ended(load.number).singles
    assert len(single) == load.totals()["sent"]
