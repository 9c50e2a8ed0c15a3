"""Pods by state over time."""

from kubelearn.frames import timeline
from kubelearn.frames.text import timeline_text
from kubelearn.frames.timeline import History
from kubelearn.sim.clock import SECOND
from tests.frames.fake import FakeWorld, deployment, event, node, pod, running


def told(frame: dict) -> list[tuple[float, ...]]:
    """The points with seconds for nanoseconds."""
    return [(time / SECOND, *counts) for time, *counts in frame["points"]]


def small_history() -> FakeWorld:
    """A pod that waits 2 s, starts 3 s, runs, and is gone at 9 s."""
    world = FakeWorld({"deployments.apps": [deployment()]})
    world.later(1, "pods", pod("a"))
    world.later(3, "pods", pod("a", node="worker-1", waiting="ContainerCreating"))
    world.later(6, "pods", running("a"))
    world.remove_later(9, "pods", running("a"))
    world.run("10s")
    return world


def test_counts_hold_until_the_next_point() -> None:
    """A point for each change, at the start and at the end."""
    frame = timeline(small_history())
    assert frame["states"] == ["running", "starting", "pending"]
    points = [(0, 0, 0, 0), (1, 0, 0, 1), (3, 0, 1, 0), (6, 1, 0, 0), (9, 0, 0, 0), (10, 0, 0, 0)]
    assert points == told(frame)


def test_reading_on_gives_the_same_as_reading_anew() -> None:
    """What was read stays read."""
    world, history = FakeWorld(), History()
    world.later(1, "pods", pod("a"))
    world.later(3, "pods", running("a"))
    for _ in range(5):
        world.run("1s")
        assert timeline(world) == timeline(world, history=history)


def test_after_a_rewind_it_starts_again() -> None:
    """What was given up is no longer told."""
    world, history = small_history(), History()
    timeline(world, history=history)
    world.rewind("4s")
    world.put("pods", pod("b"))
    assert timeline(world) == timeline(world, history=history)
    assert timeline(world, history=history)["points"][-1][1:] == [1, 1]


def test_a_compacted_log_begins_with_what_was_there() -> None:
    """Pods that are older than the log are counted."""
    world = small_history()
    world.put("pods", running("old"))
    world.run("5s")
    world.api.store.compact(world.api.store.revision)
    assert told(timeline(world, start=12 * SECOND)) == [(12, 1), (15, 1)]
    world.put("pods", running("new"))
    assert told(timeline(world, start=12 * SECOND)) == [(12, 1), (15, 2)]


def test_many_moments_are_thinned() -> None:
    """The first, the last and even steps between; each is a true count."""
    world = FakeWorld()
    for number in range(100):
        world.later(number + 1, "pods", running(f"p{number:03}"))
    world.run("200s")
    frame = timeline(world, most=20)
    assert 10 < len(frame["points"]) <= 20
    assert [told(frame)[0][:1], told(frame)[-1]] == [(0,), (200, 100)]
    assert all(count == min(time, 100) for time, count in told(frame))


def test_marks() -> None:
    """What the learner asked for, what broke, and when."""
    world = FakeWorld({"nodes": [node()], "deployments.apps": [deployment(desired=3)]})
    world.later(5, "deployments.apps", deployment(desired=5))
    world.later(7, "nodes", node(ready="Unknown"))
    world.later(8, "events", event(1, "BackOff", second=8, type="Warning"))
    world.later(9, "nodes", node())
    world.run("10s")
    marks = [(mark["time"] // SECOND, mark["text"]) for mark in timeline(world)["marks"]]
    assert marks == [
        (0, "added: worker-1"),
        (0, "created: deployment/web"),
        (5, "scaled 3 → 5: deployment/web"),
        (7, "NotReady: worker-1"),
        (8, "BackOff: web-1"),
        (9, "Ready: worker-1"),
    ]


def test_marks_of_one_moment_are_one() -> None:
    """A lost node takes many pods at once."""
    events = [event(n, "NodeNotReady", type="Warning", name=f"p{n}") for n in range(5)]
    marks = timeline(FakeWorld({"events": events}))["marks"]
    assert [mark["text"] for mark in marks] == ["NodeNotReady: 5 objects"]


def test_a_status_write_is_no_mark() -> None:
    """Only what was asked for counts, not how far it has come."""
    world = FakeWorld({"deployments.apps": [deployment(ready=0)]})
    world.put("deployments.apps", deployment(ready=3))
    assert len(timeline(world)["marks"]) == 1


def test_the_text_has_moments_and_marks() -> None:
    """A line a moment of change."""
    text = timeline_text(timeline(small_history()))
    assert "3s  1 starting" in text
    assert "0s  created: deployment/web" in text


def test_a_world_without_pods() -> None:
    """Nothing happened; that can be drawn too."""
    frame = timeline(FakeWorld())
    assert (frame["states"], frame["points"]) == ([], [[0]])
