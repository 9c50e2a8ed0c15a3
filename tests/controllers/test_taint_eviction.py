"""Taint eviction: pods leave when their tolerations run out."""

import pytest

from kubelearn.api.objects import condition
from kubelearn.controllers.taint_eviction import tolerated_seconds
from tests.controllers.control_room import CONTAINER, control_room

TAINT = {"key": "k", "value": "v", "effect": "NoExecute"}


def tolerates(seconds=None, **more):
    """A toleration of that taint."""
    limit = {} if seconds is None else {"tolerationSeconds": seconds}
    return {"key": "k", "operator": "Exists", "effect": "NoExecute", **limit, **more}


@pytest.mark.parametrize(
    ("tolerations", "taints", "seconds"),
    [
        ([], [TAINT], 0),
        ([tolerates()], [TAINT], None),
        ([tolerates(6)], [TAINT], 6),
        ([tolerates(-6)], [TAINT], 0),
        ([tolerates(9), tolerates(3)], [TAINT], 9),
        ([tolerates(9), {**tolerates(3), "key": "x"}], [TAINT, {**TAINT, "key": "x"}], 3),
        ([tolerates(9)], [TAINT, {**TAINT, "key": "x"}], 0),
        ([tolerates(effect="NoSchedule")], [TAINT], 0),
    ],
)
def test_how_long_a_pod_may_stay(tolerations, taints, seconds):
    """For one taint the first that matches counts; over taints the shortest."""
    assert tolerated_seconds(tolerations, taints) == seconds


def world(*tolerations):
    """A pod on a node."""
    room = control_room("taint-eviction")
    room.node("n")
    spec = {"containers": [CONTAINER], "tolerations": list(tolerations)}
    room.start(room.create("Pod", "web", spec), "n")
    room.run(1)
    return room


def taint(room, *taints):
    """Put taints on the node."""
    room.api.patch("nodes", None, "n", {"spec": {"taints": list(taints) or None}})
    room.run(0.1)


def going(room):
    """Whether the pod has been asked to go."""
    return "deletionTimestamp" in room.get("pods")["metadata"]


def test_without_a_toleration_it_goes_at_once():
    """And says why."""
    room = world()
    taint(room, TAINT)
    assert going(room)
    assert condition(room.get("pods"), "DisruptionTarget")["reason"] == "DeletionByTaintManager"
    assert room.messages("TaintManagerEviction") == ["Marking for deletion Pod default/web"]


def test_it_stays_as_long_as_it_tolerates():
    """To the second."""
    room = world(tolerates(6))
    taint(room, TAINT)
    room.run(5.8)
    assert not going(room)
    room.run(0.2)
    assert going(room)


def test_a_taint_that_goes_in_time():
    """Is told, and begins anew when it comes back."""
    room = world(tolerates(6))
    taint(room, TAINT)
    room.run(4)
    taint(room)
    assert room.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/web"]
    taint(room, TAINT)
    room.run(4)
    assert not going(room)


def test_a_taint_that_is_not_tolerated_ends_the_waiting():
    """Out of service: the pod that waited for its 300 s goes now, as upstream says it."""
    room = world(tolerates(300))
    room.api.patch("nodes", None, "n", {"spec": {"taints": [TAINT]}})
    room.run(50)
    assert len(room.live()) == 1
    room.api.patch("nodes", None, "n", {"spec": {"taints": [TAINT, {**TAINT, "key": "off"}]}})
    room.run(1)
    assert room.live() == []
    assert [text.split()[0] for text in room.messages("TaintManagerEviction")] == [
        "Cancelling",
        "Marking",
    ]


def test_other_effects_do_not_evict():
    """They only keep new pods out."""
    room = world()
    taint(room, {**TAINT, "effect": "NoSchedule"})
    assert not going(room)


def test_a_pod_that_comes_later_is_judged_too():
    """When it is bound to a tainted node."""
    room = world(tolerates())
    taint(room, TAINT)
    room.start(room.pod("late"), "n")
    room.run(0.1)
    assert not going(room)
    assert "deletionTimestamp" in room.get("pods", "late")["metadata"]


def test_an_ended_pod_has_to_go_too():
    """Its phase is not looked at; having ended, it is gone at once."""
    room = world()
    room.api.patch_status("pods", "default", "web", {"phase": "Succeeded"})
    taint(room, TAINT)
    room.run(1)
    assert room.pods() == []


def test_it_explains_itself():
    """With the seconds that are left."""
    room = world(tolerates(60))
    say = room.parts["taint-eviction"].reconciler.explain
    assert say("pods", room.get("pods")) == []
    taint(room, TAINT)
    room.run(10)
    (reason,) = say("pods", room.get("pods"))
    assert reason.text == "node n has a NoExecute taint: the pod goes in 49s"
