"""Tests of wall clocks."""

from datetime import datetime

import pytest

from kubelearn.controllers.cronjob.zones import UnknownZone, local, moment, zone
from kubelearn.sim.clock import SECOND


def _shown(*fields: int) -> datetime:
    """What a clock on a wall shows: it names no zone."""
    return datetime(*fields)  # type: ignore[arg-type]  # noqa: DTZ001


def test_there_and_back() -> None:
    """A local time of an ordinary day is one moment."""
    berlin = zone("Europe/Berlin")
    assert local(0, berlin) == _shown(2026, 1, 1, 1)
    assert moment(_shown(2026, 1, 1, 1), berlin) == 0


def test_a_time_that_does_not_exist_is_moved() -> None:
    """02:30 on 29 March 2026 in Berlin lies half an hour from the change."""
    berlin = zone("Europe/Berlin")
    found = moment(_shown(2026, 3, 29, 2, 30), berlin)
    assert local(found, berlin) in (_shown(2026, 3, 29, 1, 30), _shown(2026, 3, 29, 3, 30))


def test_fractions_are_dropped() -> None:
    """Clocks show whole seconds."""
    assert local(SECOND + 5, zone("")) == _shown(2026, 1, 1, 0, 0, 1)


def test_an_unknown_zone() -> None:
    """Is named."""
    with pytest.raises(UnknownZone, match="unknown time zone Mars/Olympus"):
        zone("Mars/Olympus")
