"""Host names with wildcards."""

import pytest

from kubelearn.network.gateway.hostnames import covers, intersects, rank


@pytest.mark.parametrize(
    ("pattern", "host", "expected"),
    [("", "a", True), ("a.b", "a.b", True), ("*.b", "a.b", True), ("*.b", "x.a.b", True),
     ("*.b", "b", False), ("*.b", ".b", False), ("a.b", "c.b", False)],
)  # fmt: skip
def test_covers(pattern, host, expected):
    """A wildcard stands for one label or more."""
    assert covers(pattern, host) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "a", True), ("*.b", "a.b", True), ("*.b", "b", False), ("*.b", "*.a.b", True),
     ("*.a", "*.b", False), ("a", "b", False)],
)  # fmt: skip
def test_intersects(one, other, expected):
    """In both directions."""
    assert intersects(one, other) is intersects(other, one) is expected


def test_rank():
    """Exact, long wildcard, short wildcard, none."""
    order = ["a.b", "*.a.b.c", "*.b", ""]
    assert sorted(order, key=rank, reverse=True) == order
