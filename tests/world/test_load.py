"""Loads: every request ends in one bin, whichever way it goes."""

import pickle
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from tests.world.loaded import shop

HERE = {"client": "pod/client"}
URL = "http://web/"


def limit(cluster, **limits):
    """Give the container limits."""
    container = {"name": "web", "resources": {"limits": limits, "requests": limits}}
    patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
    cluster.patch("deployment/web", patch)
    cluster.run("60s")


def annotate(cluster, **said):
    """Describe the program of the pods anew."""
    annotations = {f"kubelearn.dev/{name.replace('_', '-')}": text for name, text in said.items()}
    patch = {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    cluster.patch("deployment/web", patch)
    cluster.run("60s")


EVENTS = {
    "scale up": lambda c: c.scale("deployment/web", 5),
    "scale down": lambda c: c.scale("deployment/web", 1),
    "crash": lambda c: c.fail.pod(c.api.list("pods", "default", "app=web")[0]["metadata"]["name"]),
    "lose a node": lambda c: c.fail.node("worker-2"),
    "find it": lambda c: c.heal.node("worker-2"),
    "cut a link": lambda c: c.fail.link("worker-1", "worker-3"),
    "ask": lambda c: c.request(URL, **HERE),
    "lose the service": lambda c: c.delete("service/web"),
}


def told(names, engine, *, rate=60, cluster=None):
    """The ends of all requests of a load during which these things happen."""
    cluster = (cluster or shop()).fork()
    load = cluster.load(URL, rate=rate, duration="8s", engine=engine, **HERE)
    for name in names:
        cluster.run("1.3s")
        with suppress(ValueError, IndexError, APIError):  # what cannot happen does not
            EVENTS[name](cluster)
    cluster.run("40s")
    return load.requests(), cluster.fingerprint()


@pytest.mark.parametrize("name", EVENTS)
def test_bulk_and_steps_end_each_request_alike(name):
    """Same time, same bin, and the same history of the cluster."""
    assert told([name], "stepped") == told([name], "auto")


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(sorted(EVENTS)), max_size=4), st.sampled_from([20, 150]))
def test_whatever_happens_both_ways_are_equal(names, rate):
    """In any order of faults and commands."""
    assert told(names, "stepped", rate=rate) == told(names, "auto", rate=rate)


def test_both_ways_are_equal_when_the_rate_changes():
    """Steps, with a pause between."""
    rate = [("0s", 20), ("2s", 200), ("4s", 0), ("5s", 50)]
    assert told([], "stepped", rate=rate) == told([], "auto", rate=rate)


def test_both_ways_are_equal_under_a_cpu_limit():
    """Programs stand still in the middle of a request."""
    cluster = shop()
    limit(cluster, cpu="300m")
    assert told([], "stepped", cluster=cluster) == told([], "auto", cluster=cluster)


@pytest.mark.parametrize("limits", [{}, {"cpu": "1500m"}])
def test_both_ways_are_equal_with_several_workers(limits):
    """Who is behind may be done before."""
    cluster = shop()
    annotate(cluster, workers="3", service_time="lognormal 60ms 60ms")
    if limits:
        limit(cluster, **limits)
    names = ["scale down", "lose a node"]
    expected = told(names, "stepped", cluster=cluster, rate=120)
    assert expected == told(names, "auto", cluster=cluster, rate=120)


def test_a_load_says_how_it_is_computed():
    """And if it takes its time, why."""
    cluster = shop()
    assert cluster.load(URL, rate=20, duration="5s", **HERE).engine == "in bulk"
    users = cluster.load(URL, users=2, duration="5s", **HERE)
    assert users.engine.startswith("one by one: each user waits")
    cluster.patch("service/web", {"spec": {"sessionAffinity": "ClientIP"}})
    cluster.run("5s")
    affine = cluster.load(URL, rate=20, duration="5s", **HERE)
    assert affine.engine.startswith("one by one: kube-proxy goes by the connections before")


def test_every_request_is_in_one_bin():
    """At any moment: sent is the sum of the others."""
    cluster = shop()
    load = cluster.load(URL, rate=200, duration="10s", **HERE)
    for _ in range(8):
        cluster.run("2s")
        counts = load.totals()
        assert counts.pop("sent") == sum(counts.values())
        assert min(counts.values()) >= 0
    assert counts["in flight"] == 0


def test_a_load_that_is_looked_at_goes_the_same_way():
    """Reading changes nothing."""
    one, other = shop(), shop()
    load = one.load(URL, rate=50, duration="5s", **HERE)
    same = other.load(URL, rate=50, duration="5s", **HERE)
    for _ in range(20):
        one.run("0.37s")
        load.report("1s")
    other.run("7.4s")
    assert load.requests() == same.requests()


def test_forks_and_saved_worlds_carry_their_loads_on():
    """Each has its own, with the same end."""
    cluster = shop()
    load = cluster.load(URL, rate=50, duration="5s", **HERE)
    cluster.run("2s")
    twin = cluster.fork()
    saved = pickle.loads(pickle.dumps(cluster))
    ends = [load.of(world.run("9s")).requests() for world in (cluster, twin, saved)]
    assert ends[0] == ends[1] == ends[2]
    assert len(ends[0]) > 200


def test_a_rewound_load_is_played_again():
    """To the same end."""
    cluster = shop()
    load = cluster.load(URL, rate=50, duration="5s", **HERE)
    cluster.run("10s")
    before = load.requests()
    cluster.rewind("33s")
    cluster.run("7s")
    assert load.requests() == before


def test_users_wait_and_think():
    """Ten users with a second of thinking send less than ten a second."""
    cluster = shop()
    load = cluster.load(URL, users=10, think="1s", duration="20s", **HERE)
    cluster.run("40s")
    counts = load.totals()
    assert 150 < counts["sent"] < 200
    assert counts["in flight"] == 0


def test_waiting_grows_with_the_load():
    """The queue, not the work, makes the difference."""
    slow = []
    for rate in (30, 130):
        cluster = shop()
        load = cluster.load(URL, rate=rate, duration="30s", **HERE)
        cluster.run("40s")
        slow.append(load.report()["p95"][0])
    assert slow[1] > 2 * slow[0]


def test_a_cpu_limit_slows_what_users_feel():
    """With a fifth of a core a pod answers 10 requests of 20 ms a second."""
    cluster = shop()
    annotate(cluster, service_time="fixed 20ms")
    fast = cluster.fork()
    limit(cluster, cpu="200m")
    reports = []
    for world in (fast, cluster):
        load = world.load(URL, rate=40, duration="20s", **HERE)
        world.run("20s")
        reports.append(load.totals())
    assert reports[0]["in flight"] < 10
    assert 550 < reports[1]["ok"] < 620


def test_the_report_counts_by_window():
    """A request belongs to the window in which it was sent."""
    cluster = shop()
    load = cluster.load(URL, rate=100, duration="4s", **HERE)
    cluster.run("10s")
    table = load.report("1s")
    assert len(table) == 4
    assert table["sent"].sum() == load.totals()["sent"]
    assert (table["p50"] <= table["p95"]).all()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "say rate"),
        ({"rate": 5, "users": 5}, "one of the two"),
        ({"rate": -1}, "amounts above 0"),
        ({"rate": [("0s", 5), ("0s", 6)]}, "each moment once, in order"),
        ({"rate": [("5s", 5)]}, "begin at 0s"),
        ({"rate": [("0s", 0), ("5s", 0)]}, "amounts above 0"),
        ({"rate": 5, "duration": 0}, "amounts above 0"),
        ({"rate": 5, "engine": "steam"}, "engine='steam'"),
        ({"users": 5, "engine": "bulk"}, "for open loops only"),
        ({"rate": float("nan")}, "finite numbers"),
        ({"rate": float("inf")}, "finite numbers"),
        ({"rate": [("0s", 5), ("1s", float("nan"))]}, "finite numbers"),
        ({"rate": 0}, "a load of no requests; say rate"),
        ({"rate": 5, "headers": 3}, "headers=3: give texts by name"),
        ({"rate": 5, "headers": {"a": 3}}, "give texts by name: {"),
        ({"rate": 5, "headers": "Host: a"}, "give texts by name: {"),
        ({"rate": 5, "timeout": 0}, "amounts above 0"),
        ({"rate": 1e9}, "about 60,000,000,000 requests, and one load has at most 20,000,000"),
        ({"users": 10**7}, "about 600,000,000 requests"),
        ({"rate": 5, "keep_alive": True}, "each user keeps a connection"),
    ],
)
def test_what_makes_no_load_is_refused(options, text):
    """With what is allowed."""
    with pytest.raises(ValueError, match=text):
        shop().load(URL, **HERE, **options)


def test_a_window_that_is_too_short_is_refused():
    """Before memory runs out."""
    cluster = shop()
    load = cluster.load(URL, rate=1, duration="1000s", **HERE)
    cluster.run("1000s")
    with pytest.raises(ValueError, match="take a longer one"):
        load.report("10ms")


def test_a_user_who_fails_in_no_time_does_not_stop_the_clock():
    """Without thinking, and without a name that means anything to a node."""
    cluster = shop()
    load = cluster.load("http://nobody/", users=1, think=0, duration="1s", client="node/worker-1")
    cluster.run("2s")
    assert load.totals()["sent"] == 1000


@pytest.mark.slow
def test_ten_million_requests():
    """They are counted, each in one bin."""
    cluster = shop()
    load = cluster.load(URL, rate=1_000_000, duration="10s", **HERE)
    cluster.run("30s")
    counts = load.totals()
    assert counts.pop("sent") == sum(counts.values()) > 9_990_000
    assert counts["in flight"] == 0


def test_failures_are_told_with_their_hop():
    """The wire where a node is dead; the program where it answers an error."""
    cluster = shop()
    load = cluster.load(URL, rate=60, duration="10s", **HERE)
    cluster.run("5s")
    cluster.fail.node("worker-2")
    cluster.run("30s")
    found = {(row.reason, row.hop) for row in load.failures().itertuples()}
    assert ("connection timed out", "wire") in found
    assert ("500", "answer") in found
    assert load.failures()["requests"].sum() == load.totals()["sent"] - load.totals()["ok"]
