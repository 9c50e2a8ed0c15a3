"""How far a long run has come."""

from io import StringIO

import pytest

from kubelearn.progress import PATIENCE, ProgressLine
from kubelearn.sim.clock import SECOND
from tests.world.loaded import shop


class Watch:
    """A wall clock that the test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_short_run_says_nothing():
    """Nobody wonders yet."""
    out, wall = StringIO(), Watch()
    with ProgressLine(out, wall) as line:
        line.reached(SECOND, 60 * SECOND)
    assert out.getvalue() == ""


def test_a_long_run_says_how_far_it_is_and_cleans_up():
    """On one line, not more often than one can read."""
    out, wall = StringIO(), Watch()
    with ProgressLine(out, wall) as line:
        wall.now = PATIENCE
        line.reached(60 * SECOND, 3600 * SECOND)
        line.reached(70 * SECOND, 3600 * SECOND)
        said = out.getvalue()
    assert said.strip() == "1m of 1h simulated, 1 %"
    assert out.getvalue() == f"{said}\r{' ' * len(said.strip())}\r"


def test_the_line_goes_when_a_run_is_interrupted():
    """As when it ends."""
    out, wall = StringIO(), Watch()
    line = ProgressLine(out, wall)
    wall.now = PATIENCE
    line.reached(SECOND, 2 * SECOND)
    line.__exit__(KeyboardInterrupt, None, None)
    assert out.getvalue().endswith("\r")


def test_a_run_tells_how_far_it_is():
    """Until it is there."""
    told = []
    shop().run("35s", progress=lambda done, whole: told.append((done // SECOND, whole // SECOND)))
    assert told == [(10, 35), (20, 35), (30, 35), (35, 35)]


def test_a_run_that_is_broken_off_between_two_slices_goes_on_to_the_same_end():
    """Whoever is told may end it; the history is that of a run without a break."""
    whole, broken = shop(), shop()
    loads = [world.load("http://web/", rate=50, duration="30s", client="pod/client")
             for world in (whole, broken)]  # fmt: skip

    def enough(done, _):
        if done >= 20 * SECOND:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken.run("60s", progress=enough)
    broken.run("40s")
    whole.run("60s")
    assert whole.fingerprint() == broken.fingerprint()
    assert loads[0].requests() == loads[1].requests()
