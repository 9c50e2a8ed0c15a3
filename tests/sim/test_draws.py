"""Addressed draws: pure, well spread, independent of each other."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.sim.draws import SUFFIX_ALPHABET, Draws


def test_a_draw_is_a_pure_function_of_its_address():
    """Asking for other draws in between changes nothing."""
    draws = Draws(7)
    first = draws.uniform("arrival", "web", 3)
    draws.uniform("arrival", "web", 4)
    assert draws.uniform("arrival", "web", 3) == first == Draws(7).uniform("arrival", "web", 3)


@pytest.mark.parametrize(
    "other", [(8, "arrival", "web", 3), (7, "x", "web", 3), (7, "arrival", "y", 3)]
)
def test_every_part_of_the_address_counts(other):
    """Another seed, purpose or subject gives other bits."""
    seed, *address = other
    assert Draws(seed).bits(*address) != Draws(7).bits("arrival", "web", 3)


def test_uniform_numbers_fill_the_interval():
    """Ten classes of 10,000 draws are all near 1,000 (5 sigma)."""
    draws, counts = Draws(1), [0] * 10
    for index in range(10_000):
        counts[int(draws.uniform("u", "s", index) * 10)] += 1
    assert all(abs(count - 1000) < 150 for count in counts)


@given(st.integers(1, 10**6), st.integers(0, 2**40))
def test_below_stays_below(count, index):
    """Never the count itself, never negative."""
    assert 0 <= Draws(3).below(count, "p", "s", index) < count


def test_below_nothing_is_refused():
    """There is no outcome to draw."""
    with pytest.raises(ValueError, match="no outcome"):
        Draws().below(0, "p", "s")


def test_exponential_has_its_mean():
    """Within four standard errors over 20,000 draws."""
    draws = Draws(5)
    mean = sum(draws.exponential(1_000_000, "e", "s", i) for i in range(20_000)) / 20_000
    assert abs(mean - 1_000_000) < 4 * 1_000_000 / 20_000**0.5


def test_names_use_upstreams_alphabet():
    """No vowels, no look-alikes, five different calls give five names."""
    names = {Draws(2).suffix(5, "generateName", "web-", i) for i in range(5)}
    assert len(names) == 5
    assert set("".join(names)) <= set(SUFFIX_ALPHABET)


def test_uuids_are_version_4():
    """As the API server's are."""
    assert Draws(2).uuid("uid", "pods/default/web")[14] == "4"


def test_draws_do_not_depend_on_the_hash_seed():
    """Two processes with different string hashes draw the same."""
    code = "from kubelearn.sim.draws import Draws; print(Draws(9).uuid('uid', 'x'))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != ""
