"""What exercises tell about lost requests and about a day's load."""

import pytest

from kubelearn.learn.answers.nb04 import BUDGET, CALM, LIMIT, SHOP_DAY, WHY_NOT
from kubelearn.learn.answers.nb05 import ABRUPT, LATER, NOTHING_LOST, READY
from kubelearn.learn.feedback import RIGHT
from kubelearn.learn.load_checks import told
from kubelearn.learn.scaling_checks import FAST, HOURS, a_day
from kubelearn.sim.clock import SECOND


def test_losses_are_grouped_by_what_was_said():
    """How many, from when to when, and what it says of the pod."""
    failed = [(n * SECOND, "no route to host") for n in (1, 2, 3)]
    [line] = told([*failed])
    assert line.startswith("1s  3 lost between 1s and 3s: no route to host: the pod was gone")


@pytest.mark.parametrize(
    ("missing", "words"), [(READY, "connection refused"), (LATER, "no route to host")]
)
def test_each_end_of_a_pods_life_has_its_losses(missing, words):
    """Only those of the end that is not looked after."""
    feedback = NOTHING_LOST.check(NOTHING_LOST.solution.replace(missing, ""))
    lost = [line for line in feedback.timeline if " lost between " in line]
    assert any(words in line for line in lost)
    other = {"connection refused", "no route to host"} - {words}
    assert not any(each in line for each in other for line in lost)


def test_both_ends_are_told_at_once():
    """What was given loses at both."""
    feedback = NOTHING_LOST.check(ABRUPT + "# an attempt")
    told_of = " ".join(feedback.timeline)
    assert "connection refused" in told_of
    assert "no route to host" in told_of


def test_a_day_has_a_rate_for_each_minute():
    """It goes through the given hours, evenly between them."""
    rates = dict(a_day())
    assert [rates[f"{hour * FAST}s"] for hour in range(24)] == list(HOURS)
    assert HOURS[7] < rates["2160s"] < HOURS[8]


def test_p95_is_told_hour_by_hour():
    """24 numbers; those above the limit are marked; and the replica-hours."""
    feedback = SHOP_DAY.check(SHOP_DAY.solution.replace(CALM, ""))
    rows = [line for line in feedback.timeline if line.startswith("hours")]
    numbers = [one for row in rows for one in row.split("p95 ")[1].split(" ms")[0].split(", ")]
    assert len(numbers) == 24
    assert all(float(one.rstrip("!")) <= LIMIT for one in numbers if not one.endswith("!"))
    assert f"{BUDGET} are allowed" in feedback.text


def test_the_arithmetic_is_shown():
    """Of the last sync."""
    feedback = WHY_NOT.check(WHY_NOT.solution)
    assert feedback.outcome == RIGHT
    assert any("requested = " in line for line in feedback.timeline)
