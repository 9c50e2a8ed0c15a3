"""Time in the learner's hands."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kubelearn.sim.clock import SECOND
from kubelearn.widgets import player as playing
from tests.frames.fake import FakeWorld, pod, running
from tests.widgets.screen import Screen


@pytest.fixture
def screen() -> Screen:
    """A world in which a pod appears at 1 s, runs at 3 s, and another appears at 8 s."""
    world = FakeWorld()
    world.later(1, "pods", pod("a"))
    world.later(3, "pods", running("a"))
    world.later(5, "leases.coordination.k8s.io", pod("lease"))
    world.later(8, "pods", pod("b"))
    return Screen(world)


def seconds(screen: Screen) -> float:
    """The moment that the screen shows."""
    return screen.control["now"] / SECOND


def test_step_goes_to_the_next_change(screen: Screen) -> None:
    """What nobody can see is passed over."""
    moments = []
    for _ in range(3):
        screen.say("step")
        moments.append(seconds(screen))
    assert moments == [1, 3, 8]


def test_step_at_the_end_of_all_events(screen: Screen) -> None:
    """Nothing more happens, and that is no error."""
    for _ in range(5):
        screen.say("step")
    assert (seconds(screen), screen.error) == (8, "")


def test_a_slice_is_as_long_as_the_speed_says(screen: Screen) -> None:
    """Simulated seconds a real second."""
    screen.say("speed", speed=10)
    screen.player.playing = True
    screen.player.slice()
    assert seconds(screen) == 10 * playing.TICK


@pytest.mark.parametrize("speed", [0, -1, 1e6])
def test_impossible_speeds(screen: Screen, speed: float) -> None:
    """Refused with what is possible."""
    with pytest.raises(ValueError, match="use up to 300"):
        screen.say("speed", speed=speed)
    assert "out of bounds" in screen.error


def test_an_error_is_gone_after_the_next_gesture(screen: Screen) -> None:
    """It does not stay for ever."""
    with pytest.raises(ValueError, match="out of bounds"):
        screen.say("speed", speed=0)
    screen.say("step")
    assert screen.error == ""


def in_a_loop_of_its_own(life: Coroutine[Any, Any, float]) -> float:
    """Run it in a thread: a browser test before may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, life).result()


def test_play_and_pause(screen: Screen) -> None:
    """As a task of the running loop; time stands still afterwards."""

    async def life() -> float:
        screen.say("play")
        await asyncio.sleep(3 * playing.TICK)
        assert screen.control["playing"]
        screen.say("pause")
        then = seconds(screen)
        await asyncio.sleep(3 * playing.TICK)
        return then

    then = in_a_loop_of_its_own(life())
    assert 0 < then == seconds(screen)
    assert not screen.control["playing"]


def test_two_clicks_on_play_do_not_run_twice(screen: Screen) -> None:
    """The first task gives way to the second."""

    async def life() -> int:
        screen.say("play")
        screen.say("play")
        await asyncio.sleep(0)
        await asyncio.sleep(1.5 * playing.TICK)
        running_now = [task for task in asyncio.all_tasks() if "_keep_playing" in repr(task)]
        screen.say("pause")
        return len(running_now)

    assert in_a_loop_of_its_own(life()) == 1


def test_an_error_stops_the_playing(screen: Screen) -> None:
    """It is shown, and time stands still."""
    screen.player.playing = True
    screen.player.clusters[0].run = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        screen.player.callbacks.run(screen.player.slice)
    assert not screen.player.playing
    assert screen.error == "ZeroDivisionError: division by zero"


def test_frames_are_dropped_when_nobody_draws(screen: Screen) -> None:
    """Time runs on; now and then one frame is sent all the same."""
    screen.player.playing = True
    for _ in range(100):
        screen.player.slice()
    sent = screen.kinds().count("change")
    assert playing.UNDRAWN < sent < 12
    assert seconds(screen) <= screen.player.control()["end"] / SECOND == 5


def test_frames_flow_when_they_are_drawn(screen: Screen) -> None:
    """Every slice is seen."""
    screen.player.playing = True
    for _ in range(50):
        screen.player.slice()
        screen.say("drawn", n=screen.player.number)
    assert screen.kinds().count("change") == 50


def test_looking_back_and_back_to_now(screen: Screen) -> None:
    """The past is shown, the present is kept."""
    screen.player.clusters[0].run("10s")
    screen.say("look", time=2 * SECOND)
    assert (seconds(screen), screen.control["past"], screen.pods()) == (2, True, {"a"})
    assert screen.frames[0]["pods"][0]["state"] == "pending"
    screen.say("now")
    assert (seconds(screen), screen.control["past"], screen.pods()) == (10, False, {"a", "b"})


def test_looking_at_the_end_is_now(screen: Screen) -> None:
    """The right end of the scale follows the clock."""
    screen.player.clusters[0].run("10s")
    screen.say("look", time=11 * SECOND)
    assert not screen.control["past"]


def test_a_cell_that_runs_on_does_not_take_the_view_along(screen: Screen) -> None:
    """Who looks back stays where she looks."""
    world = screen.player.clusters[0]
    world.run("4s")
    screen.say("look", time=2 * SECOND)
    world.run("10s")
    screen.say("ping")
    assert (seconds(screen), screen.control["end"]) == (2, 14 * SECOND)


def test_go_on_from_here(screen: Screen) -> None:
    """The past moment becomes the present; the time line forgets what came after."""
    world = screen.player.clusters[0]
    world.run("10s")
    screen.say("look", time=2 * SECOND)
    screen.say("go-on")
    assert (world.clock.now, screen.control["past"]) == (2 * SECOND, False)
    assert screen.messages[-1]["history"][0]["end"] == 2 * SECOND


def test_the_past_is_played_again(screen: Screen) -> None:
    """Without happening again, and then on into the present."""
    world = screen.player.clusters[0]
    world.run("10s")
    screen.say("look", time=2 * SECOND)
    screen.player.playing, screen.player.speed = True, 100.0
    screen.player.slice()
    assert (seconds(screen), world.clock.now) == (7, 10 * SECOND)
    screen.player.slice()
    assert (seconds(screen), screen.control["past"]) == (10, False)


def test_steps_through_the_past(screen: Screen) -> None:
    """From change to change, the last step is now."""
    screen.player.clusters[0].run("10s")
    screen.say("look", time=2 * SECOND)
    moments = []
    for _ in range(3):
        screen.say("step")
        moments.append(seconds(screen))
    assert moments == [3, 8, 10]


def test_two_clusters_keep_one_time() -> None:
    """Also when the next change comes earlier in one of them."""
    left, right = FakeWorld(), FakeWorld()
    left.later(3, "pods", pod("late"))
    right.later(1, "pods", pod("soon"))
    screen = Screen(left, right)
    screen.say("step")
    assert left.clock.now == right.clock.now == 3 * SECOND
