"""Which changes of nodes and pods are events."""

from kubelearn.scheduler import events
from kubelearn.scheduler.info import node_info, pod_info
from tests.scheduler.clusters import make_node, make_pod


def test_a_cordon_is_a_change_of_taints() -> None:
    """As upstream counts it."""
    old, new = node_info(make_node("n")), node_info(make_node("n", unschedulable=True))
    assert [event.name for event in events.node_changes(old, new)] == [events.NODE_TAINT]


def test_a_heartbeat_is_no_event() -> None:
    """Conditions do not matter to placement."""
    old = make_node("n")
    new = {**old, "status": {**old["status"], "conditions": [{"type": "Ready"}]}}
    assert list(events.node_changes(node_info(old), node_info(new))) == []


def test_the_last_gate_is_an_event() -> None:
    """Fewer gates are not enough."""
    gates = [{"name": "a"}, {"name": "b"}]
    both, one = (pod_info(make_pod("p", schedulingGates=gates[:n])) for n in (2, 1))
    none = pod_info(make_pod("p"))
    assert list(events.waiting_pod_changes(both, one)) == []
    assert [e.name for e in events.waiting_pod_changes(one, none)] == [events.OWN_GATES]


def test_a_smaller_request_is_an_event() -> None:
    """For placed pods."""
    big, small = pod_info(make_pod("p", "2")), pod_info(make_pod("p", "1"))
    assert [e.name for e in events.assigned_pod_changes(big, small)] == [events.POD_SCALE_DOWN]
    assert list(events.assigned_pod_changes(small, big)) == []
