"""Plugins that break on the way to the binding: their pod waits with the reason, others go on."""

from typing import Any

import pytest

from kubelearn.scheduler.answers import WAIT
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.status import SKIP, Code, Status, unschedulable
from tests.scheduler.clusters import make_node, make_pod
from tests.scheduler.conftest import ControlPlane

DENY = "it answered 7: return None to pass, or unschedulable('the reason')"
UNBOUND = "it did not bind the pod: call handle.bind_pod(pod, node), or return SKIP"


def raises(self: Any, state: Any, pod: Any, node: Any, *more: Any) -> None:
    """For pods whose name begins with "bad"."""
    if pod.name.startswith("bad"):
        raise SystemExit(3)


def answers(answer: Any) -> Any:
    """A method with this answer for pods whose name begins with "bad"."""
    return lambda self, state, pod, node, *more: answer if pod.name.startswith("bad") else None


def plane_with(without: tuple[str, ...] = (), **methods: Any) -> ControlPlane:
    """One node of four cores, with a plugin X of these methods."""
    table = {name: plugin for name, plugin in PLUGINS.items() if name not in without}
    return ControlPlane(plugins={**table, "X": type("X", (), methods)}).nodes(1)


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ({"reserve": raises}, 'running Reserve plugin "X": on node "n0": SystemExit: 3'),
        ({"permit": raises}, 'running Permit plugin "X": on node "n0": SystemExit: 3'),
        ({"pre_bind": raises}, 'running PreBind plugin "X": on node "n0": SystemExit: 3'),
        ({"reserve": answers(7)}, f'running Reserve plugin "X": on node "n0": {DENY}'),
        (
            {"pre_bind": answers(Status(Code.WAIT))},
            f'running PreBind plugin "X": on node "n0": {WAIT}',
        ),
        (
            {"permit": answers(SKIP)},
            f'running Permit plugin "X": {DENY.replace("7", repr("Skip"))}',
        ),
    ],
)
def test_the_room_of_a_broken_pod_is_free_again(method: dict[str, Any], told: str) -> None:
    """Its node is given back; it is tried again, and a pod that needs the room is placed."""
    plane = plane_with(**method)
    plane.create(make_pod("bad", "3"))
    plane.run(5)
    assert plane.pod("bad")["status"]["conditions"][0]["reason"] == "SchedulerError"
    assert plane.events("bad")[0] == ("FailedScheduling", told)
    assert plane.scheduler.cycles > 1
    plane.create(make_pod("good", "3"))
    assert plane.run(1).node_of("good") == "n0"
    assert not plane.scheduler.cache.assumed


def test_two_refused_pods_do_not_wake_each_other() -> None:
    """The room that a cycle gives back was nobody's loss: each waits for a change, or its time."""
    plane = plane_with(reserve=answers(unschedulable("not today")))
    plane.create(make_pod("one"), make_pod("two"))
    plane.run(30)
    assert plane.scheduler.cycles == 2


def test_success_is_none_too() -> None:
    """Both spellings of it."""
    plane = plane_with(permit=lambda *_: Status(Code.SUCCESS), reserve=lambda *_: None)
    plane.create(make_pod("p"))
    assert plane.run(1).node_of("p") == "n0"


def test_what_cannot_stop_the_pod_is_a_warning() -> None:
    """After the binding, and when things are given back."""
    plane = plane_with(reserve=answers(None), unreserve=raises, permit=answers(7))
    plane.create(make_pod("bad"))
    with pytest.warns(RuntimeWarning, match='running Unreserve plugin "X": on node "n0": System'):
        plane.run(0.5)
    plane = plane_with(post_bind=raises)
    plane.create(make_pod("bad"))
    with pytest.warns(RuntimeWarning, match='running PostBind plugin "X": on node "n0": System'):
        plane.run(0.5)
    assert [event for event, _ in plane.events("bad")] == ["Scheduled"]
    assert plane.node_of("bad") == "n0"


@pytest.mark.parametrize(
    ("bind", "told"),
    [
        (lambda *_: None, f'running Bind plugin "X": on node "n0": {UNBOUND}'),
        (
            lambda *_: SKIP,
            'running Bind plugin "X": every Bind plugin left the pod to the next one',
        ),
    ],
)
def test_a_binding_that_was_not_made_is_an_error(bind: Any, told: str) -> None:
    """The pod is not said to be on a node."""
    plane = plane_with(("DefaultBinder",), bind=bind)
    plane.create(make_pod("p"))
    plane.run(1)
    assert plane.node_of("p") is None
    assert plane.events("p")[0][1].startswith(told)


def test_a_plugin_may_bind_by_itself() -> None:
    """As the default one does, and with all else that the scheduler lends."""

    def bind(self: Any, state: Any, pod: Any, node: Any, handle: Any) -> None:
        assert handle.draw(1, "x", pod) == 0
        handle.bind_pod(pod, node)

    plane = plane_with(("DefaultBinder",), bind=bind)
    plane.create(make_pod("p"))
    assert plane.run(1).node_of("p") == "n0"


def test_a_gate_that_breaks_holds_only_its_pod_back() -> None:
    """The reason is found with `why`."""

    def pre_enqueue(self: Any, pod: Any) -> None:
        raises(self, None, pod, None)

    plane = plane_with(pre_enqueue=pre_enqueue)
    plane.create(make_pod("bad"), make_pod("good"))
    plane.run(1)
    assert (plane.node_of("bad"), plane.node_of("good")) == (None, "n0")
    assert 'X holds it back: running PreEnqueue plugin "X": SystemExit: 3' in plane.why("bad")


@pytest.mark.parametrize("answer", [None, 7, ("n0", None), (None, "x")])
def test_a_postfilter_that_answers_nonsense(answer: Any) -> None:
    """Whose pod fits nowhere anyway."""
    plane = plane_with(post_filter=lambda *_: answer)
    plane.create(make_pod("big", "64"), make_pod("good"))
    plane.run(1)
    assert 'running PostFilter plugin "X": it answered' in plane.events("big")[0][1]
    assert plane.node_of("good") == "n0"


def test_a_hint_that_leaves_does_not_end_the_world() -> None:
    """Its pod is tried, as if it had said yes."""

    def hint(self: Any, pod: Any, event: Any) -> bool:
        raise SystemExit(3)

    plane = plane_with(filter=lambda self, pod, node: "no", hint=hint, events=("NodeAdd",))
    plane.create(make_pod("p"))
    plane.run(1).create(make_node("n1"))
    plane.run(2)
    assert len(plane.context.decisions.of("pods/default/p")) > 1
