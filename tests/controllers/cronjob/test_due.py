"""Tests of which run is due."""

import pytest

from kubelearn.api.objects import Object
from kubelearn.controllers.cronjob.due import PADDING, ScheduleError, due, wait
from kubelearn.controllers.cronjob.schedule import parse
from kubelearn.sim.clock import SECOND

MINUTE = 60 * SECOND


def _cronjob(**spec: int) -> Object:
    return {"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": spec}


def test_only_the_last_of_many_missed_runs_is_due() -> None:
    """After three hours of a run each minute."""
    found = due(_cronjob(), 180 * MINUTE + SECOND, parse("* * * * *"))
    assert found == (0, 180 * MINUTE, "many")


def test_a_deadline_forgets_what_was_before() -> None:
    """Nothing is missed then."""
    cronjob = _cronjob(startingDeadlineSeconds=5)
    found = due(cronjob, 10 * MINUTE + 30 * SECOND, parse("* * * * *"))
    assert found == (10 * MINUTE + 25 * SECOND, None, "none")


def test_the_wait_ends_after_the_next_run() -> None:
    """A tenth of a second after it."""
    assert wait(_cronjob(), 20 * SECOND, parse("* * * * *")) == 40 * SECOND + PADDING


def test_a_schedule_that_never_fires() -> None:
    """Is an error."""
    with pytest.raises(ScheduleError, match="less than 1 second"):
        due(_cronjob(), 0, parse("0 0 31 2 *"))
