"""Loads through proxies in bulk end, count and remember as those that go one by one."""

import pytest

from tests.network.router.stories import told, world

SEEDS = [*range(22), 205, 220, 509]
MORE = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(22, 100)]


@pytest.fixture(scope="module")
def start():
    """Two versions of a program behind proxies."""
    return world()


@pytest.mark.xdist_group("router stories")
@pytest.mark.parametrize("seed", [*SEEDS, *MORE])
def test_in_bulk_and_one_by_one_tell_the_same_story(start, seed):
    """Each request's end, the mesh's metrics, all tries, who was ejected, what programs did."""
    stepped, bulk = told(start, seed, "stepped"), told(start, seed, "auto")
    assert "in bulk" in bulk.engines
    assert stepped.requests == bulk.requests
    assert stepped.series == bulk.series
    assert stepped.tries == bulk.tries
    assert stepped.upstreams == bulk.upstreams
    assert stepped.stations == bulk.stations
