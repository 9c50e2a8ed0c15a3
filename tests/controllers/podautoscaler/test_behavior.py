"""How fast a size may change."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.podautoscaler import behavior
from kubelearn.controllers.podautoscaler.behavior import Past, ScaleEvent
from kubelearn.sim.clock import SECOND

SIZES = st.integers(1, 100)


def limited(current, desired, up=None, down=None, past=None):
    """The size and the reason between 1 and 100 replicas."""
    rules = {"up": behavior.rules_of(up, behavior.SCALE_UP),
             "down": behavior.rules_of(down, behavior.SCALE_DOWN)}  # fmt: skip
    return behavior.with_behavior(current, desired, 1, 100, **rules, past=past or Past(), now=0)[:2]


def pods(value, seconds=60, **more):
    """Rules with one policy."""
    return {"policies": [{"type": "Pods", "value": value, "periodSeconds": seconds}], **more}


def test_without_behaviour_a_size_doubles_at_most():
    """Or becomes four."""
    found = [behavior.without_behavior(size, 50, 1, 100)[:2] for size in (1, 10, 40)]
    assert found == [(4, "ScaleUpLimit"), (20, "ScaleUpLimit"), (50, "DesiredWithinRange")]


def test_the_bounds_come_first():
    """Whatever the policies say."""
    assert behavior.without_behavior(10, 50, 1, 15)[:2] == (15, "TooManyReplicas")
    assert behavior.without_behavior(10, 1, 3, 15)[:2] == (3, "TooFewReplicas")


def test_policies_limit_each_direction():
    """Each with its reason."""
    assert limited(10, 30, up=pods(5)) == (15, "ScaleUpLimit")
    assert limited(10, 2, down=pods(3)) == (7, "ScaleDownLimit")


def test_what_was_changed_in_the_period_counts():
    """The limit is for the whole period."""
    past = Past(ups=(ScaleEvent(4, -10 * SECOND), ScaleEvent(9, -61 * SECOND)))
    assert limited(14, 30, up=pods(5), past=past) == (15, "ScaleUpLimit")


def test_disabled_means_never():
    """In that direction."""
    assert limited(10, 2, down={"selectPolicy": "Disabled"}) == (10, "ScaleDownLimit")
    assert limited(10, 12, down={"selectPolicy": "Disabled"}) == (12, "DesiredWithinRange")


def test_old_changes_are_forgotten_by_slot():
    """The last outdated one makes room for the new one."""
    rules = {"scaleUp": pods(5, 60)}
    past = Past(ups=(ScaleEvent(1, -70 * SECOND), ScaleEvent(2, -5 * SECOND)))
    after = behavior.remembered(past, rules, 10, 13, 0)
    assert after.ups == (ScaleEvent(3, 0), ScaleEvent(2, -5 * SECOND))
    assert behavior.remembered(past, None, 10, 13, 0) is past


@given(SIZES, SIZES, st.integers(1, 20), st.sampled_from(["Max", "Min"]))
def test_a_limited_size_lies_between_the_old_and_the_wanted_one(current, desired, step, select):
    """It never overshoots, and never turns back."""
    rules = pods(step, selectPolicy=select)
    found, _ = limited(current, desired, up=rules, down=rules)
    assert min(current, desired) <= found <= max(current, desired)
    assert abs(found - current) <= step
