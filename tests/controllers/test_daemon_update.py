"""The rolling update of DaemonSets."""

import pytest

from kubelearn.controllers.daemon_nodes import target_node
from kubelearn.controllers.daemon_update import Limits, limits_of
from tests.controllers.control_room import CONTAINER, TEMPLATE, control_room

DS = "daemonsets.apps"
NEW = {**TEMPLATE, "spec": {"containers": [{**CONTAINER, "image": "nginx:2"}]}}


def world(strategy, nodes=3):
    """A settled DaemonSet that has just got another template."""
    room = control_room("daemonset")
    for number in range(nodes):
        room.node(f"n{number}")
    room.workload("DaemonSet", updateStrategy=strategy)
    settle(room)
    room.api.patch(DS, "default", "web", {"spec": {"template": NEW}})
    return room


def rolling(**limits):
    """RollingUpdate with these limits."""
    return {"type": "RollingUpdate", "rollingUpdate": limits}


def settle(room, *, ready=True, stop=True):
    """Pods run where they were made for, and stop."""
    for _ in range(20):
        room.run(0.1)
        for pod in room.pods():
            if pod["status"]["phase"] == "Pending":
                room.start(pod, target_node(pod), ready=ready)
        if stop:
            room.stop_all()


def images(room):
    """The images of the pods that stay."""
    return sorted(pod["spec"]["containers"][0]["image"] for pod in room.live())


@pytest.mark.parametrize(
    ("limits", "wanted"),
    [({"maxUnavailable": "50%"}, Limits(0, 2)), ({"maxSurge": "50%"}, Limits(2, 0)),
     ({}, Limits(0, 1))],
)  # fmt: skip
def test_limits_are_rounded_up(limits, wanted):
    """Of three nodes; two zeros become one unavailable."""
    assert wanted == limits_of({"spec": {"updateStrategy": rolling(**limits)}}, 3)


def test_all_pods_are_replaced_in_the_end():
    """One after the other."""
    room = world(rolling(maxUnavailable=1))
    settle(room)
    assert images(room) == ["nginx:2"] * 3


def test_only_so_many_are_unavailable():
    """Of three pods one goes first."""
    room = world(rolling(maxUnavailable=1))
    settle(room, stop=False)
    assert len(room.live()) == 2


def test_a_broken_template_stops_the_update():
    """The pods that are still old stay."""
    room = world(rolling(maxUnavailable=1))
    settle(room, ready=False)
    assert images(room) == ["nginx:1.29", "nginx:1.29", "nginx:2"]


def test_a_surge_puts_the_new_pod_beside_the_old_one():
    """The old one goes when the new one is available."""
    room = world(rolling(maxUnavailable=0, maxSurge=1))
    settle(room, ready=False)
    assert images(room) == ["nginx:1.29"] * 3 + ["nginx:2"]


def test_a_surge_ends_with_one_pod_on_each_node():
    """All new."""
    room = world(rolling(maxUnavailable=0, maxSurge=1))
    settle(room)
    assert images(room) == ["nginx:2"] * 3


def test_on_delete_waits():
    """Nothing happens until a pod is deleted."""
    room = world({"type": "OnDelete"})
    settle(room)
    assert images(room) == ["nginx:1.29"] * 3
    room.api.delete("pods", "default", room.pods()[0]["metadata"]["name"], grace=0)
    settle(room)
    assert images(room) == ["nginx:1.29", "nginx:1.29", "nginx:2"]


def test_why_says_what_the_update_waits_for():
    """Numbers of nodes and the limit."""
    room = world(rolling(maxUnavailable=1))
    settle(room, ready=False)
    reasons = room.parts["daemonset"].reconciler.explain(DS, room.get(DS))
    wanted = ("the pods of 2 nodes are of an earlier template; at most 1 node may be without an "
              "available pod, 1 are")  # fmt: skip
    assert wanted == reasons[-1].text
