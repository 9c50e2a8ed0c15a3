"""The time axis that pictures share."""

import re

import pytest

from kubelearn.frames.html.axis import LIFTS, Scale, label, mark_lines, moments
from kubelearn.sim.clock import HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("seconds", "distance"), [(7, 1), (60, 10), (600, 120), (7200, 900), (400_000, 50_400)]
)
def test_labels_stand_at_round_distances(seconds, distance):
    """Nine of them at most, whatever the length."""
    found = moments(Scale(0, seconds * SECOND, 40))
    assert found.step == distance * SECOND
    assert len(found) <= 9


def test_labels_begin_within_the_picture():
    """Also where it does not begin at a round moment."""
    assert moments(Scale(7 * SECOND, 47 * SECOND, 40)).start == 10 * SECOND


def test_the_last_label_ends_at_the_edge():
    """The others stand in the middle of their moment."""
    scale = Scale(0, HOUR, 40)
    assert 'text-anchor="end"' in label(HOUR, scale, 9)
    assert 'text-anchor="middle">30m<' in label(30 * MINUTE, scale, 9)


def heights(*times):
    """How high the numbers of marks stand."""
    marks = [{"time": time * SECOND, "type": "Normal"} for time in times]
    drawn = mark_lines(marks, Scale(0, 1000 * SECOND, 40), 50, 100)
    return [int(y) for y in re.findall(r'<text[^>]* y="(\d+)"', drawn)]


def test_numbers_of_near_marks_do_not_touch():
    """They are lifted in steps; far ones stand low."""
    low = 50 - 3
    assert heights(100, 101, 102, 500) == [low, *(low - lift for lift in LIFTS[1:]), low]


def test_a_warning_looks_different():
    """By its class, which has a tone and a dash."""
    drawn = mark_lines([{"time": 0, "type": "Warning"}], Scale(0, SECOND, 40), 50, 100)
    assert drawn.count("kl-alarm") == 2
