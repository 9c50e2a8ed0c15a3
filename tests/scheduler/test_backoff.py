"""Back-off."""

from kubelearn.scheduler.backoff import Backoff
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.queue import QueuedPod
from kubelearn.sim.clock import SECOND
from tests.scheduler.clusters import make_pod

USUAL = Backoff()
POD = pod_info(make_pod("p"))


def test_it_doubles_up_to_ten_seconds() -> None:
    """None before the first failure."""
    assert [USUAL.duration(n) // SECOND for n in range(7)] == [0, 1, 2, 4, 8, 10, 10]


def test_it_ends_at_a_full_second() -> None:
    """The end is cut to its second, and that second has to pass."""
    failed = QueuedPod(POD, int(0.3 * SECOND), unschedulable=1)
    assert USUAL.expiry(failed) == SECOND
    assert USUAL.backing_off(failed, int(1.9 * SECOND))
    assert not USUAL.backing_off(failed, 2 * SECOND)


def test_errors_count_instead_of_refusals() -> None:
    """After an error its own count decides."""
    assert USUAL.expiry(QueuedPod(POD, 0, unschedulable=9, errors=3)) == 4 * SECOND


def test_the_configuration_sets_both_ends() -> None:
    """As podInitialBackoffSeconds and podMaxBackoffSeconds say."""
    backoff = Backoff(2 * SECOND, 6 * SECOND)
    assert [backoff.duration(n) // SECOND for n in range(5)] == [0, 2, 4, 6, 6]
