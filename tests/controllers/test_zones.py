"""Zones: how bad is it, how fast to evict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.zones import (
    EXCLUDE,
    Standing,
    ZoneState,
    eviction_interval,
    state_of,
    zone_of,
    zone_states,
)
from kubelearn.sim.clock import SECOND

FULL, PARTIAL, NORMAL = (
    ZoneState.FULL_DISRUPTION,
    ZoneState.PARTIAL_DISRUPTION,
    ZoneState.NORMAL,
)


def node(ready, **labels):
    """A node of a zone."""
    status = {"conditions": [{"type": "Ready", "status": ready}]}
    return {"metadata": {"name": "n", "labels": labels}, "status": status}


def stands(nodes):
    """How these nodes stand."""
    return [Standing.of(one, {}) for one in nodes]


@pytest.mark.parametrize(
    ("ready", "not_ready", "state"),
    [(0, 1, FULL), (0, 0, NORMAL), (3, 2, NORMAL), (2, 3, PARTIAL), (5, 5, NORMAL), (1, 2, NORMAL)],
)
def test_states(ready, not_ready, state):
    """More than two, and at least 55 of a hundred."""
    assert state_of(ready, not_ready) is state


def test_nodes_that_are_not_counted():
    """They ask for it with a label."""
    nodes = [node("True"), node("Unknown"), node("False")]
    assert zone_states(stands([*nodes, node("Unknown")])) == {"": PARTIAL}
    assert zone_states(stands([*nodes, node("Unknown", **{EXCLUDE: ""})])) == {"": NORMAL}


def test_a_node_is_judged_once():
    """Until it is another object."""
    one = node("True")
    known = {"n": Standing.of(one, {})}
    assert Standing.of(one, known) is known["n"]
    assert not Standing.of(node("False"), known).ready


@pytest.mark.parametrize(
    ("state", "size", "seconds"),
    [(NORMAL, 5, 10), (FULL, 5, 10), (PARTIAL, 50, None), (PARTIAL, 51, 100)],
)
def test_pace(state, size, seconds):
    """A small zone with many dead nodes is left alone."""
    interval = eviction_interval(state, size)
    assert interval == (seconds and seconds * SECOND)


def test_a_zone_is_region_and_zone():
    """A node without either is in the zone without a name."""
    labels = {"topology.kubernetes.io/region": "r", "topology.kubernetes.io/zone": "z"}
    assert zone_of(node("True", **labels)) == "r:\x00:z"
    assert zone_of(node("True")) == ""


@given(st.integers(0, 60), st.integers(0, 60))
def test_another_ready_node_never_makes_it_worse(ready, not_ready):
    """The order of the states is one of severity."""
    severity = [NORMAL, PARTIAL, FULL]
    before, after = state_of(ready, not_ready), state_of(ready + 1, not_ready)
    assert severity.index(after) <= severity.index(before)
