"""Tests that have to stay together, in their order, do so when they are spread over workers."""

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_stays_on_one_worker(request):
    """pytest-xdist tells groups by the ends of test ids; not all versions of pytest let it."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests are not spread over workers by groups")
    assert request.node.nodeid.endswith("@together"), "install the versions of pyproject.toml"
