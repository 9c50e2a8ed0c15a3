"""What the front end is shown."""

import pytest

from kubelearn.frames import cluster_view
from kubelearn.sim.clock import SECOND
from tests.frames.fake import FakeWorld, large_world, pod, running, small_world
from tests.widgets.screen import Screen


@pytest.fixture
def screen() -> Screen:
    """The small world on a screen."""
    return Screen(small_world())


def test_hello_gets_everything(screen: Screen) -> None:
    """Frames, time control, and the time line."""
    assert screen.kinds() == ["frames"]
    assert screen.control["end"] == 90 * SECOND
    assert screen.messages[0]["history"][0]["kind"] == "timeline"


def test_a_ping_is_answered_at_once(screen: Screen) -> None:
    """Nothing else happens while nothing changes."""
    screen.say("ping")
    assert screen.kinds()[1:] == ["pong"]


def test_a_ping_shows_what_cells_have_done(screen: Screen) -> None:
    """The picture follows the cluster within a heartbeat."""
    screen.player.clusters[0].put("pods", pod("fresh"))
    screen.say("ping")
    assert screen.kinds()[1:] == ["pong", "change"]
    assert "fresh" in screen.pods()


def test_following_changes_gives_the_frame(screen: Screen) -> None:
    """After many messages the screen has what a new frame says."""
    world = screen.player.clusters[0]
    for number in range(5):
        world.put("pods", running(f"more-{number}"))
        world.run("1s")
        screen.say("ping")
    fresh = cluster_view(world)
    assert fresh["pods"] == screen.frames[0]["pods"]
    assert fresh["summary"] == screen.frames[0]["summary"]


def test_numbers_follow_each_other(screen: Screen) -> None:
    """A front end sees when it missed one."""
    for _ in range(3):
        screen.player.clusters[0].run("1s")
        screen.say("ping")
    numbers = [message["n"] for message in screen.messages if "n" in message]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_select_and_let_go(screen: Screen) -> None:
    """The detail comes and goes."""
    screen.say("select", key="pod/default/crash", tab="why")
    assert screen.frames[0]["detail"]["why"] == "Pod crash is as asked."
    screen.say("select", key="")
    assert screen.frames[0]["detail"] is None


def test_why_is_only_worked_out_when_it_is_looked_at(screen: Screen) -> None:
    """Of the past it can take long."""
    world = screen.player.clusters[0]
    screen.say("select", key="pod/default/crash", tab="yaml")
    assert (world.asked, screen.frames[0]["detail"]["why"]) == (0, "")
    screen.say("select", key="pod/default/crash", tab="why")
    assert world.asked == 1


def test_while_playing_why_is_made_once_for_an_object(screen: Screen) -> None:
    """Not for every frame."""
    world = screen.player.clusters[0]
    screen.say("select", key="pod/default/crash", tab="why")
    screen.player.playing = True
    before = world.asked
    for _ in range(5):
        screen.player.slice()
    assert world.asked - before <= 1


def test_unknown_messages_are_said(screen: Screen) -> None:
    """With what is allowed."""
    screen.say("dance")
    assert "unknown message 'dance'" in screen.error
    assert "hello" in screen.error


def test_two_clusters_are_compared() -> None:
    """Both boards get the keys in which they differ."""
    left, right = small_world(), small_world()
    right.put("pods", pod("extra"))
    screen = Screen(left, right, names=("left", "right"))
    assert [frame["marks"] for frame in screen.frames] == [[], ["pod/default/extra"]]
    left.put("pods", pod("extra"))
    screen.say("ping")
    assert [frame["marks"] for frame in screen.frames] == [[], []]


def test_the_time_line_is_sent_only_when_something_was_written() -> None:
    """It is the largest part of a message."""
    screen = Screen(FakeWorld())
    screen.player.clusters[0].run("1s")
    screen.say("ping")
    assert "history" not in screen.messages[-1]
    screen.player.clusters[0].put("pods", pod("new"))
    screen.say("ping")
    assert "history" in screen.messages[-1]


def test_a_slice_of_a_large_cluster_is_a_small_message() -> None:
    """Nothing but what changed."""
    world = large_world()
    screen = Screen(world)
    screen.player.playing = True
    screen.player.slice()
    assert screen.messages[-1]["d"][0].keys() == {"time", "timeText", "summary"}
