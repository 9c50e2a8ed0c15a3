"""Which pods a ReplicaSet gives up first."""

from functools import cmp_to_key

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.times import timestamp
from kubelearn.controllers.victims import (
    DELETION_COST,
    Candidate,
    bucket,
    choose_victims,
    compare,
    deletion_cost,
)
from kubelearn.sim.clock import SECOND

NOW = 10_000 * SECOND


def pod(name="p", node="n", phase="Running", ready=100, age=1000, restarts=0, cost=None):
    """A pod; `ready` and `age` are seconds before now, None = not ready."""
    found = []
    if ready is not None:
        since = timestamp(NOW - ready * SECOND)
        found = [{"type": "Ready", "status": "True", "lastTransitionTime": since}]
    metadata = {"name": name, "uid": name, "creationTimestamp": timestamp(NOW - age * SECOND)}
    if cost is not None:
        metadata["annotations"] = {DELETION_COST: cost}
    counts = [{"restartCount": restarts}]
    status = {"phase": phase, "conditions": found, "containerStatuses": counts}
    return {"metadata": metadata, "spec": {"nodeName": node} if node else {}, "status": status}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (pod("z", node=""), pod("a", phase="Pending")),
        (pod("z", phase="Pending"), pod("a", phase="Unknown")),
        (pod("z", phase="Unknown"), pod("a", ready=None)),
        (pod("z", ready=None), pod("a", cost="-9")),
        (pod("z", cost="-9"), pod("a", cost="3")),
        (pod("z", ready=10), pod("a", ready=500)),
        (pod("z", restarts=3), pod("a")),
        (pod("z", age=200), pod("a", age=5000)),
        (pod("a", ready=40), pod("z", ready=50)),
    ],
)
def test_who_goes_first(first, second):
    """Each question decides only ties of all before."""
    one, other = Candidate(first, 1, NOW), Candidate(second, 1, NOW)
    assert compare(one, other) < 0 < compare(other, one)


def test_crowded_nodes_lose_first():
    """Siblings of other ReplicaSets of the same owner count."""
    mine = [pod("a", "one"), pod("b", "two")]
    siblings = [*mine, pod("c", "two")]
    assert choose_victims(mine, 1, siblings, NOW) == [mine[1]]


def test_when_all_go_nobody_is_asked():
    """The order stays."""
    mine = [pod("b"), pod("a")]
    assert choose_victims(mine, 2, mine, NOW) == mine


@pytest.mark.parametrize(
    ("text", "cost"),
    [("7", 7), ("-7", -7), ("0", 0), ("+5", 0), ("05", 0), ("x", 0), ("2147483648", 0),
     ("-2147483648", -2147483648), (None, 0)],
)  # fmt: skip
def test_deletion_cost(text, cost):
    """An int32, or nothing."""
    assert deletion_cost(pod(cost=text)) == cost


@given(st.integers(1, 2**62))
def test_buckets_are_powers_of_two(age):
    """An age of twice as long is in the next one."""
    assert 2 ** bucket(age) <= age < 2 ** (bucket(age) + 1)
    assert bucket(2 * age) == bucket(age) + 1


def test_a_pod_of_the_future_is_the_youngest():
    """Its bucket is before all others."""
    assert bucket(0) == bucket(-5) == -1 < bucket(1)


PODS = st.builds(
    pod,
    name=st.sampled_from("abcdef"),
    node=st.sampled_from(["", "n"]),
    phase=st.sampled_from(["Pending", "Running"]),
    ready=st.one_of(st.none(), st.integers(1, 2000)),
    age=st.integers(1, 4000),
    restarts=st.integers(0, 2),
)


@given(PODS, PODS)
def test_comparison_is_one_of_three(one, other):
    """What goes before cannot go after."""
    there = compare(Candidate(one, 1, NOW), Candidate(other, 1, NOW))
    back = compare(Candidate(other, 1, NOW), Candidate(one, 1, NOW))
    assert (there > 0) == (back < 0)
    assert (there == 0) == (back == 0)


@given(st.lists(PODS, min_size=1, max_size=8), st.integers(0, 8))
def test_victims_are_the_first_of_the_sorted(pods, count):
    """As many as asked for."""
    chosen = choose_victims(pods, count, pods, NOW)
    assert len(chosen) == min(count, len(pods))
    ranked = sorted((Candidate(p, len(pods), NOW) for p in pods), key=cmp_to_key(compare))
    if count < len(pods) and len({p["spec"].get("nodeName") for p in pods}) == 1:
        assert chosen == [one.pod for one in ranked[:count]]


def test_nothing_decides_after_equal_buckets():
    """Pods without UID that became ready at about the same time: no later question is asked."""
    one, other = (Candidate(pod(name="", ready=n, restarts=n), 0, NOW) for n in (100, 101))
    assert compare(one, other) == compare(other, one) == 0
