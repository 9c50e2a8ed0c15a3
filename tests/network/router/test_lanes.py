"""The way of a try to a host and back, with all that may cut it short."""

import pytest

from kubelearn.network.passages import NEVER
from kubelearn.network.plan import ETERNITY, Goal, Stop
from kubelearn.network.router.lanes import Lane
from kubelearn.network.verdict import NO_ANSWER, TIMED_OUT
from kubelearn.traffic.proxying import Picked

STOPS = (Stop("wire", 0, {}), Stop("inbound", 10, {}), Stop("pod", 5, {}))
HOST = Picked("", "10.0.0.1", 80, connect_timeout=100)


def lane(goal, stops=STOPS, host=HOST):
    """A host 15 ns away."""
    return Lane(0, host.key, host, stops, goal, 10, 15)


@pytest.mark.parametrize(
    ("goal", "try_until", "deadline", "expected"),
    [
        (Goal({}, 7, status=403, hop="inbound"), NEVER, NEVER, (1022, 403, "", "pod")),
        (Goal({}, 7, status=403, hop="inbound"), 1020, NEVER, (1020, 0, NO_ANSWER, "pod")),
        (Goal({}, ETERNITY, error=TIMED_OUT), NEVER, 1500, (1500, 0, TIMED_OUT, "pod")),
        (Goal({}, 7, status=403), NEVER, 1005, (1005, 0, NO_ANSWER, "wire")),
        (Goal({}, 7, status=403), 1012, NEVER, (1012, 0, NO_ANSWER, "inbound")),
    ],
)
def test_a_try_ends_with_its_answer_or_with_whoever_gives_up_first(
    goal, try_until, deadline, expected
):
    """The hop is where it was then; sent at 1000."""
    assert lane(goal).cut(1000, try_until, deadline) == expected


def test_a_connection_has_a_time_of_its_own():
    """From the moment on at which it stands that of the try counts."""
    stops = (Stop("wire", 0, {}), Stop("inbound", 200, {}), Stop("pod", 5, {}))
    late = Lane(0, HOST.key, HOST, stops, Goal({}, 7, status=200), 200, 205)
    assert not late.in_time
    assert late.cut(0, NEVER, NEVER) == (100, 0, NO_ANSWER, "wire")
