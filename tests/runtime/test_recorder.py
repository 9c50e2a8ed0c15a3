"""Events: equal ones count up, many similar ones become one, too many are dropped."""

from kubelearn.api.objects import merge
from kubelearn.runtime.recorder import BURST, SIMILAR_LIMIT, reference_to
from tests.controllers.control_room import control_room


def told(room):
    """[message, count] of all events, as they came first."""
    events = room.api.list("events")
    found = sorted(events, key=lambda event: int(event["metadata"]["resourceVersion"]))
    return [(event["message"], event["count"]) for event in found]


def tell(room, obj, *messages, reason="Seen"):
    """Record events of one reason."""
    for message in messages:
        room.context.recorder.event(obj, "Normal", reason, message, "tests")


def test_an_event_names_its_object_and_its_source():
    """As kubectl describe shows them."""
    room = control_room()
    pod = room.pod()
    room.context.recorder.event(pod, "Warning", "Bad", "it is", "kubelet", host="n", path="spec.x")
    (event,) = room.api.list("events")
    about = event["involvedObject"]
    assert (about["kind"], about["name"], about["fieldPath"]) == ("Pod", "web", "spec.x")
    assert event["source"] == {"component": "kubelet", "host": "n"}
    assert (event["type"], event["reason"], event["count"]) == ("Warning", "Bad", 1)
    assert event["metadata"]["name"].startswith("web.")


def test_equal_events_count_up():
    """The first time stays, the last moves on."""
    room = control_room()
    pod = room.pod()
    tell(room, pod, "hello")
    room.run(30)
    tell(room, pod, "hello", "bye")
    (event,) = (one for one in room.api.list("events") if one["message"] == "hello")
    assert event["count"] == 2
    assert event["firstTimestamp"] == "2026-01-01T00:00:00Z"
    assert event["lastTimestamp"] == "2026-01-01T00:00:30Z"


def test_the_tenth_similar_event_is_combined():
    """And all after it, in one event that counts."""
    room = control_room()
    tell(room, room.pod(), *(f"made {n}" for n in range(SIMILAR_LIMIT + 2)))
    found = told(room)
    assert len(found) == SIMILAR_LIMIT
    assert found[-1] == ("(combined from similar events): made 11", 3)


def test_similar_events_are_told_apart_again_later():
    """After ten minutes without."""
    room = control_room()
    pod = room.pod()
    tell(room, pod, *(f"made {n}" for n in range(SIMILAR_LIMIT)))
    room.run(11 * 60)
    tell(room, pod, "made again")
    assert told(room)[-1] == ("made again", 1)


def test_too_many_events_about_one_object_are_dropped():
    """25 at once, then one in five minutes; other objects are not concerned."""
    room = control_room()
    pod, other = room.pod(), room.pod("other")
    tell(room, pod, *["again"] * (BURST + 10))
    tell(room, other, "hello")
    assert told(room) == [("again", BURST), ("hello", 1)]
    room.run(5 * 60)
    tell(room, pod, "again", "again")
    assert ("again", BURST + 1) in told(room)


def test_events_live_for_an_hour():
    """After their last repetition."""
    room = control_room()
    pod = room.pod()
    tell(room, pod, "once", "twice")
    room.run(30 * 60)
    tell(room, pod, "twice")
    room.run(31 * 60)
    assert told(room) == [("twice", 2)]
    room.run(30 * 60)
    assert told(room) == []


def test_a_reference_leaves_empty_fields_out():
    """A node has no namespace."""
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "uid": "u"}}
    assert reference_to(node) == {"kind": "Node", "name": "n", "uid": "u", "apiVersion": "v1"}
    assert reference_to(merge(node, {"metadata": {"namespace": "x"}}))["namespace"] == "x"


def test_forks_tell_their_own_events():
    """The original stays as it was."""
    room = control_room()
    pod = room.pod()
    tell(room, pod, "hello")
    twin = room.fork()
    tell(twin, pod, "hello")
    assert (told(room), told(twin)) == ([("hello", 1)], [("hello", 2)])


def test_full_buckets_are_forgotten():
    """They say the same as none; two events are paid back after ten minutes."""
    room = control_room()
    tell(room, room.pod(), "once", "twice")
    room.run(59 * 60)
    assert len(room.context.recorder._memory) == 1
    room.run(2 * 60)
    assert room.context.recorder._memory == {}


def test_what_somebody_changed_in_an_event_stays():
    """It still counts up; one that was deleted is written anew."""
    room = control_room()
    pod = room.pod()
    tell(room, pod, "hello", "bye")
    names = {event["message"]: event["metadata"]["name"] for event in room.api.list("events")}
    room.api.patch("events", "default", names["hello"], {"metadata": {"labels": {"a": "b"}}})
    room.api.delete("events", "default", names["bye"])
    tell(room, pod, "hello", "bye")
    assert told(room) == [("hello", 2), ("bye", 1)]
    assert room.api.get("events", "default", names["hello"])["metadata"]["labels"] == {"a": "b"}
