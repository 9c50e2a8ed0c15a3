"""The arithmetic of rolling updates and proportional scaling."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kubelearn.controllers.deployment.budget import Budget
from kubelearn.controllers.deployment.rolling import (
    Share,
    Size,
    fraction,
    grown,
    may_go,
    proportional,
    without_spare,
    without_unhealthy,
)

NUMBERS = st.integers(0, 30)


@pytest.mark.parametrize(
    ("new", "total", "expected"), [(0, 10, 3), (3, 13, 3), (5, 11, 7), (12, 12, 10), (9, 9, 10)]
)
def test_the_new_replicaset_grows_into_the_room_there_is(new, total, expected):
    """Ten wanted, three more allowed."""
    assert grown(10, Budget(3, 2), new, total) == expected


def test_what_may_go_waits_for_new_pods_that_are_not_available():
    """13 exist, 8 must be available, 3 new ones are not: two may go."""
    assert may_go(10, Budget(3, 2), Size("new", 3, 0), [Size("old", 10, 10)]) == 2


def test_unavailable_old_pods_go_first():
    """From the oldest on, as many as may."""
    olds = [Size("a", 3, 1), Size("b", 5, 1)]
    assert without_unhealthy(olds, 3) == ({"a": 1, "b": 4}, False)


def test_a_status_that_is_out_of_date_stops_it():
    """More available than wanted: the ReplicaSet controller has not caught up yet."""
    olds = [Size("a", 3, 2), Size("b", 2, 5), Size("c", 4, 0)]
    assert without_unhealthy(olds, 9) == ({"a": 2}, True)
    assert without_unhealthy(olds, 1) == ({"a": 2}, False)


def test_available_old_pods_go_as_far_as_the_minimum():
    """Nine available, eight needed."""
    olds = [Size("a", 0, 0), Size("b", 6, 6)]
    assert without_spare(10, Budget(3, 2), Size("new", 3, 3), olds) == {"b": 5}


@given(NUMBERS, NUMBERS, NUMBERS, st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4))
def test_a_step_never_breaks_the_minimum(replicas, unavailable, new, olds):
    """What was available above the minimum may go, nothing else."""
    budget = Budget(1, min(unavailable, replicas))
    sizes = [Size(str(i), spec + more, spec) for i, (spec, more) in enumerate(olds)]
    fresh = Size("new", new, new)
    left = without_spare(replicas, budget, fresh, sizes)
    gone = sum(old.spec - left.get(old.name, old.spec) for old in sizes)
    available = new + sum(old.available for old in sizes)
    assert 0 <= gone <= max(0, available - (replicas - budget.unavailable))


@pytest.mark.parametrize(
    ("replicas", "shares", "expected"),
    [
        (6, [("a", 8, 13), ("b", 5, 13)], {"a": 6, "b": 3}),
        (20, [("a", 10, 10), ("b", 0, 10)], {"a": 20, "b": 0}),
        (0, [("a", 4, 10), ("b", 2, 10)], {"a": 0, "b": 0}),
        (10, [("a", 5, None)], {"a": 10}),
    ],
)
def test_replicasets_keep_their_share(replicas, shares, expected):
    """The rest goes to the first."""
    surge = 3 if replicas == 6 else 0
    assert proportional(replicas, surge, 5, [Share(*one) for one in shares]) == expected


def test_without_a_known_size_the_share_is_nothing():
    """Neither an annotation nor a status says how large the Deployment was."""
    assert fraction(Share("a", 5, None), 10, 0, 0) == 0
    assert fraction(Share("a", 5, 0), 10, 0, 5) == 5


@given(NUMBERS, NUMBERS, st.lists(st.tuples(st.integers(1, 30), st.integers(1, 60)), min_size=1))
def test_proportional_scaling_reaches_its_sum(replicas, surge, sizes):
    """Rounding loses and adds nothing, as long as the first one has enough to give."""
    shares = [Share(str(i), spec, high) for i, (spec, high) in enumerate(sorted(sizes)[::-1])]
    allowed = replicas + surge if replicas else 0
    found = proportional(replicas, surge, 0, shares)
    assume(found["0"] > 0 or replicas == 0)
    assert sum(found.values()) == allowed
    assert min(found.values()) >= 0
