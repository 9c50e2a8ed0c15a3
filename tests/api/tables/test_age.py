"""How long ago, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.tables import human_duration, since
from kubelearn.sim.clock import SECOND


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (119, "119s"), (125, "2m5s"), (10800, "3h"), (90000, "25h"), (864000, "10d")],
)
def test_two_units_while_they_matter(seconds, text):
    """Then one."""
    assert human_duration(seconds * SECOND) == text


def test_no_time_stamp_is_unknown():
    """As kubectl prints it."""
    assert since(None, 0) == "<unknown>"
    assert since("2026-01-01T00:00:00Z", 5 * SECOND) == "5s"


@given(st.integers(0, 10**10))
def test_words_never_claim_more_than_is_true(seconds):
    """The units that are printed add up to at most the real age."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
    total, number = 0, ""
    for letter in human_duration(seconds * SECOND):
        if letter.isdigit():
            number += letter
        else:
            total, number = total + int(number) * units[letter], ""
    assert total <= seconds
