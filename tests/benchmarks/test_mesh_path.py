"""The router of the mesh in bulk; how fast it is is for `python -m tests.benchmarks`."""

import pytest

from tests.benchmarks.mesh_path import drawn, mesh, model_of, sent


@pytest.fixture(scope="module")
def start():
    """Ten pods behind proxies, one of them sick."""
    return mesh()


@pytest.mark.xdist_group("mesh path")
@pytest.mark.parametrize("rho", [0.8, 1.1])
def test_ends_equal_simpys_one_by_one(start, rho):
    """Integer nanoseconds: not nearly equal, equal."""
    load, begin = sent(start, rho, 3_000)
    stretch, scene = drawn(begin, load)
    assert model_of(scene) == [load.ends[number] for number in stretch.asks.number.tolist()]
