"""The loop of all controllers: watch, queue, reconcile, look again."""

import pytest

from kubelearn.api.errors import Conflict
from kubelearn.runtime.controller import PAUSE, WATCH_LATENCY, Controller, Mapped, Own, Owned
from kubelearn.sim.clock import MILLISECOND, SECOND
from tests.controllers.control_room import control_room

KEY = ("default", "a")


class Notes:
    """A reconciler that writes down when it was asked, and answers what it is told to."""

    name = "notes"
    watches = (Own("configmaps"),)

    def __init__(self, context, *answers):
        self.context = context
        self.answers = list(answers)
        self.looks = []

    def reconcile(self, key):
        """Note the time; the next answer is a delay, an error, or nothing."""
        self.looks.append((self.context.clock.now, key))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def times(self):
        """When it was asked."""
        return [time for time, _ in self.looks]


def watched(*answers, watches=None):
    """A room with the reconciler above as its controller."""
    room = control_room()
    notes = Notes(room.context, *answers)
    if watches is not None:
        notes.watches = watches
    controller = Controller(room.context, notes)
    room.clock.register(controller)
    return room, notes, controller


def config(room, name="a", **data):
    """Write a ConfigMap."""
    obj = {"apiVersion": "v1", "kind": "ConfigMap",
           "metadata": {"name": name, "namespace": "default"}, "data": data}  # fmt: skip
    found = room.api.find("configmaps", "default", name)
    return room.api.create(obj) if found is None else room.api.update(obj)


def test_a_write_wakes_the_controller_a_moment_later():
    """With the key of the object."""
    room, notes, _ = watched()
    config(room)
    room.run(1)
    assert notes.looks == [(WATCH_LATENCY, KEY)]


def test_writes_at_once_are_one_look():
    """Three writes, one key."""
    room, notes, _ = watched()
    for number in "123":
        config(room, n=number)
    room.run(1)
    assert len(notes.looks) == 1


def test_a_key_is_not_looked_at_twice_without_a_pause():
    """What is written meanwhile is seen in one go after it."""
    room, notes, _ = watched()
    config(room)
    room.run(0.006)
    for number in "12":
        config(room, n=number)
    room.run(1)
    assert notes.times() == [WATCH_LATENCY, WATCH_LATENCY + PAUSE]


def test_a_delay_brings_the_key_back():
    """The reconciler says in how many nanoseconds."""
    room, notes, _ = watched(2 * SECOND)
    config(room)
    room.run(5)
    assert notes.times() == [WATCH_LATENCY, WATCH_LATENCY + 2 * SECOND]


def test_a_refusal_brings_the_key_back_slower_each_time():
    """5, 10, 20 milliseconds."""
    room, notes, _ = watched(Conflict("a"), Conflict("b"), Conflict("c"))
    config(room)
    room.run(1)
    assert [(time - WATCH_LATENCY) // MILLISECOND for time in notes.times()] == [0, 5, 15, 35]


def test_a_mistake_in_a_reconciler_is_not_swallowed():
    """Only refusals of the API are part of life."""
    room, _, _ = watched(KeyError("oops"))
    config(room)
    with pytest.raises(KeyError, match="oops"):
        room.run(1)


def test_enqueue_from_outside():
    """Any key, at once."""
    room, notes, controller = watched()
    controller.enqueue(("default", "other"))
    room.run(0)
    assert notes.looks == [(0, ("default", "other"))]


def test_owned_objects_wake_their_controller():
    """The one before and the one after a change, and only the managing kind."""
    room, notes, _ = watched(watches=(Owned("pods", by="ReplicaSet"),))
    reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "uid": "u", "controller": True}
    room.pod("p", ownerReferences=[{**reference, "name": "old"}])
    room.run(1)
    patch = {"metadata": {"ownerReferences": [{**reference, "name": "new"}]}}
    room.api.patch("pods", "default", "p", patch)
    room.pod("q", ownerReferences=[{**reference, "kind": "Job", "name": "job"}])
    room.run(1)
    assert [key[1] for _, key in notes.looks] == ["old", "new", "old"]


def test_a_mapped_watch_may_wait():
    """Its delay counts from the delivery."""
    watch = Mapped("configmaps", lambda _, record: [record.key], delay=5 * SECOND)
    room, notes, _ = watched(watches=(watch,))
    config(room)
    room.run(10)
    assert notes.times() == [WATCH_LATENCY + 5 * SECOND]
