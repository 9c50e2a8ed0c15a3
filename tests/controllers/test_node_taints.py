"""The taints that follow from the state of a node."""

import pytest

from kubelearn.controllers.node_taints import (
    has_no_execute,
    no_execute_key,
    with_no_execute,
    with_no_schedule,
    without_no_execute,
)

PREFIX = "node.kubernetes.io/"


def node(taints=(), cordoned=False, **conditions):
    """A node with conditions, and taints as "key:effect"."""
    found = [{"type": kind, "status": status} for kind, status in conditions.items()]
    pairs = (text.rsplit(":", 1) for text in taints)
    listed = [{"key": key, "effect": effect} for key, effect in pairs]
    spec = {"taints": listed, **({"unschedulable": True} if cordoned else {})}
    return {"metadata": {"name": "n"}, "spec": spec, "status": {"conditions": found}}


def texts(taints):
    """As "key:effect", the prefix left out."""
    return [f"{one['key'].removeprefix(PREFIX)}:{one['effect']}" for one in taints]


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (node(Ready="True"), []),
        (node(Ready="False"), ["not-ready:NoSchedule"]),
        (node(Ready="Unknown"), ["unreachable:NoSchedule"]),
        (node(MemoryPressure="True", DiskPressure="False"), ["memory-pressure:NoSchedule"]),
        (node(cordoned=True), ["unschedulable:NoSchedule"]),
        (node([f"{PREFIX}not-ready:NoSchedule", "mine:NoSchedule"], Ready="True"),
         ["mine:NoSchedule"]),
        (node([f"{PREFIX}unreachable:NoExecute"], Ready="True"), ["unreachable:NoExecute"]),
    ],
)  # fmt: skip
def test_no_schedule_follows_conditions_and_cordon(obj, expected):
    """Other taints stay as they are."""
    assert texts(with_no_schedule(obj, "now")) == expected


def test_a_taint_that_is_there_keeps_its_time():
    """Only a new one gets one."""
    obj = node([f"{PREFIX}not-ready:NoSchedule"], Ready="False", PIDPressure="True")
    found = with_no_schedule(obj, "now")
    assert ["timeAdded" in one for one in found] == [False, True]


@pytest.mark.parametrize(
    ("status", "key"), [("True", None), ("False", "not-ready"), ("Unknown", "unreachable")]
)
def test_the_evicting_taint_fits_the_state(status, key):
    """It replaces its opposite."""
    obj = node([f"{PREFIX}unreachable:NoExecute"], Ready=status)
    assert no_execute_key(obj) == (key and PREFIX + key)
    expected = f"{key or 'unreachable'}:NoExecute"
    assert texts(with_no_execute(obj, "now")) == [expected]


def test_taking_it_away_again():
    """Evicting taints of others stay."""
    obj = node([f"{PREFIX}not-ready:NoExecute", "mine:NoExecute"], Ready="True")
    assert has_no_execute(obj)
    assert texts(without_no_execute(obj)) == ["mine:NoExecute"]
    assert not has_no_execute(node(["mine:NoExecute"]))
