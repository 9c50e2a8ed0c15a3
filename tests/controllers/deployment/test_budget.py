"""How far a rolling update may go."""

import pytest

from kubelearn.controllers.deployment.budget import Budget, budget_of, fenceposts, scaled


def deployment(replicas, kind="RollingUpdate", **rolling):
    """A Deployment with a strategy."""
    strategy = {"type": kind, **({"rollingUpdate": rolling} if rolling else {})}
    return {"spec": {"replicas": replicas, "strategy": strategy}}


@pytest.mark.parametrize(
    ("value", "total", "up", "down"), [(3, 10, 3, 3), ("25%", 10, 3, 2), ("0%", 10, 0, 0)]
)
def test_percentages_are_rounded_as_told(value, total, up, down):
    """Surge up, unavailable down."""
    assert (scaled(value, total, up=True), scaled(value, total, up=False)) == (up, down)


def test_a_text_that_is_no_percentage():
    """Says what was given and what is allowed."""
    with pytest.raises(ValueError, match=r"'oops'.*25%"):
        scaled("oops", 10, up=True)


@pytest.mark.parametrize(
    ("surge", "unavailable", "expected"),
    [(0, 0, (0, 1)), ("1%", "1%", (1, 0)), ("25%", "25%", (1, 1)), (2, "50%", (2, 2))],
)
def test_fenceposts(surge, unavailable, expected):
    """Of four replicas; both zero would never move."""
    assert fenceposts(surge, unavailable, 4) == expected


def test_more_cannot_be_unavailable_than_there_are():
    """And a Deployment of none may still surge."""
    assert budget_of(deployment(3, maxSurge=1, maxUnavailable=10)) == Budget(1, 3)
    assert budget_of(deployment(0, maxSurge=1, maxUnavailable=10)) == Budget(1, 0)


def test_another_strategy_has_no_budget():
    """Recreate neither surges nor counts."""
    assert budget_of(deployment(3, "Recreate")) == Budget(0, 0)
