"""How the grace period is spent."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.app import Stop
from kubelearn.kubelet.grace import KILLED, Ending, ending, grace_period
from kubelearn.sim.clock import SECOND

POD = {"metadata": {}, "spec": {"terminationGracePeriodSeconds": 60}}
PROBED = {"name": "c", "livenessProbe": {"terminationGracePeriodSeconds": 10}}


def test_a_probes_own_period_holds_for_its_kills() -> None:
    """And for nothing else."""
    assert grace_period(POD, PROBED, "liveness") == 10
    assert grace_period(POD, PROBED, "startup") == 60


def test_a_deletions_period_wins() -> None:
    """What the API server wrote into the object."""
    deleted = {**POD, "metadata": {"deletionGracePeriodSeconds": 5}}
    assert grace_period(deleted, PROBED, "liveness") == 5


def test_a_program_that_stops_in_time() -> None:
    """It ends when it wants to, with its own code."""
    assert ending(0, 30 * SECOND, 0, Stop(SECOND, 143)) == Ending(SECOND, 143)


def test_a_hook_that_eats_everything_leaves_two_seconds() -> None:
    """SIGTERM at the deadline, SIGKILL two seconds later."""
    found = ending(0, 10 * SECOND, 60 * SECOND, Stop(None, KILLED))
    assert found == Ending(12 * SECOND, KILLED)


def test_a_sidecar_waits_for_its_turn() -> None:
    """Its SIGTERM comes with the turn, SIGKILL at the pod's deadline all the same."""
    assert ending(0, 30 * SECOND, 0, Stop(SECOND, 0), 5 * SECOND) == Ending(6 * SECOND, 0)
    assert ending(0, 30 * SECOND, 0, Stop(SECOND, 0), 40 * SECOND).code == KILLED


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_nobody_outlives_the_period(grace: int, hook: int, stop: int) -> None:
    """Two seconds after the deadline everything is gone."""
    end = ending(0, grace * SECOND, hook * SECOND, Stop(stop * SECOND, 0))
    assert 0 <= end.time <= (grace + 2) * SECOND
