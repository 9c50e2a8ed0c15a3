"""Draws for many indexes at once are those that are drawn one by one."""

import numpy as np
import pytest

from kubelearn.sim import draw_arrays
from kubelearn.sim.draws import Draws

DRAWS, INDEX = Draws(5), np.arange(3000)
WORDS = ("purpose", "subject")
FORMS = {
    "bits": (draw_arrays.bits, DRAWS.bits, ()),
    "uniform": (draw_arrays.uniform, DRAWS.uniform, ()),
    "below": (draw_arrays.below, DRAWS.below, (7,)),
    "exponential": (draw_arrays.exponential, DRAWS.exponential, (2e7,)),
}


@pytest.mark.parametrize("name", FORMS)
def test_columns_are_equal_to_single_draws(name):
    """Bit by bit."""
    many, one, given = FORMS[name]
    expected = [one(*given, *WORDS, index) for index in INDEX.tolist()]
    assert expected == many(DRAWS, *given, *WORDS, INDEX).tolist()


def test_normal_numbers_agree_to_the_last_bits():
    """Logarithms may differ in the last place; who rounds them looks again."""
    expected = [DRAWS.normal(*WORDS, index) for index in INDEX.tolist()]
    assert draw_arrays.normal(DRAWS, *WORDS, INDEX) == pytest.approx(expected, rel=1e-14)


def test_the_tails_of_the_normal_distribution():
    """Where the three approximations meet, and far out."""
    from statistics import NormalDist

    shares = [2.0**-53, 1e-12, 0.001, 0.0749, 0.0751, 0.5, 0.9249, 0.9251, 0.999999]
    found = draw_arrays.inverse_normal(np.array(shares))
    assert found == pytest.approx([NormalDist().inv_cdf(share) for share in shares], rel=1e-14)


def test_a_value_near_a_half_is_computed_again():
    """By Python, which the single draws use."""
    found = draw_arrays.rounded(np.array([1.5 - 1e-9, 7.25]), lambda at: [1.4, 0.0][at])
    assert found.tolist() == [1, 7]
