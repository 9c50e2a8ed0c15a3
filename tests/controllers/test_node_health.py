"""When a node was last heard of."""

from kubelearn.controllers.node_health import (
    GRACE_PERIOD,
    STARTUP_GRACE_PERIOD,
    WATCHED,
    Seen,
    is_silent,
    look,
    unknown_conditions,
)


def node(*conditions):
    """A node with conditions."""
    return {"metadata": {"creationTimestamp": "born"}, "status": {"conditions": list(conditions)}}


READY = {"type": "Ready", "status": "True", "lastHeartbeatTime": "1"}


def lease(renewed):
    """A lease."""
    return {"spec": {"renewTime": renewed}}


def test_a_new_sign_starts_the_time_anew():
    """A lease that was renewed, or a status that was posted."""
    first = look(None, node(READY), lease("a"), 5)
    assert look(first, node(READY), lease("a"), 9) is first
    assert look(first, node(READY), lease("b"), 9) == Seen(("b", "1"), 9)
    assert look(first, node({**READY, "lastHeartbeatTime": "2"}), lease("a"), 9).since == 9


def test_a_node_without_anything_has_been_seen_once():
    """Neither a lease nor a status."""
    assert look(None, node(), None, 5) == Seen(("", ""), 5)


def test_silence():
    """After fifty seconds; a node that never posted gets sixty."""
    seen = Seen(("", ""), 0)
    assert not is_silent(seen, node(READY), GRACE_PERIOD)
    assert is_silent(seen, node(READY), GRACE_PERIOD + 1)
    assert not is_silent(seen, node(), STARTUP_GRACE_PERIOD)
    assert is_silent(seen, node(), STARTUP_GRACE_PERIOD + 1)


def test_nobody_vouches_for_a_silent_node():
    """Conditions of others, and those that are Unknown already, stay."""
    other = {"type": "NetworkUnavailable", "status": "False"}
    already = {"type": "DiskPressure", "status": "Unknown", "reason": "old"}
    found = unknown_conditions(node(READY, other, already), "now")
    assert found[0] == {**READY, "status": "Unknown", "reason": "NodeStatusUnknown",
                        "message": "Kubelet stopped posting node status.",
                        "lastTransitionTime": "now"}  # fmt: skip
    assert found[1:3] == [other, already]


def test_a_node_that_never_posted():
    """Gets all four."""
    found = unknown_conditions(node(), "now")
    assert [one["type"] for one in found] == list(WATCHED)
    assert {one["reason"] for one in found} == {"NodeStatusNeverUpdated"}
    assert {one["lastHeartbeatTime"] for one in found} == {"born"}
