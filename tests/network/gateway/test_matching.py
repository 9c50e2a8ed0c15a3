"""Which rule takes a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.network.gateway.matching import find
from kubelearn.network.gateway.model import Request

MATCHES = [
    {"path": {"type": "Exact", "value": "/a"}},
    {"path": {"type": "PathPrefix", "value": "/a"}},
    {"path": {"type": "PathPrefix", "value": "/"}, "method": "GET"},
    {"headers": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]},
    {"headers": [{"name": "X", "value": "1"}]},
    {"queryParams": [{"name": "q", "value": "1"}]},
    {},
]
"""From the strongest to the weakest."""
ALL = Request("GET", "/a", headers={"x": "1", "y": "2"}, query="q=1")


@given(st.lists(st.sampled_from(range(len(MATCHES))), min_size=1, unique=True))
def test_the_strongest_match_wins_wherever_it_stands(order):
    """Exact, prefix, method, headers, query parameters."""
    rules = [{"name": number, "matches": [MATCHES[number]]} for number in order]
    assert find([{"spec": {"rules": rules}}], ALL).rule["name"] == min(order)


def test_equal_ones_go_to_the_first():
    """The oldest route, then the first rule."""
    rules = [{"name": "one"}, {"name": "two"}]
    routes = [{"spec": {"rules": rules}}, {"spec": {"rules": [{"name": "three"}]}}]
    assert find(routes, ALL).rule["name"] == "one"


@pytest.mark.parametrize(
    ("change", "fits"),
    [({}, True), ({"headers": {"X": "2"}}, False), ({"query": "q=2&q=1"}, False),
     ({"path": "/ab"}, False), ({"method": "PUT"}, False)],
)  # fmt: skip
def test_all_conditions_have_to_hold(change, fits):
    """Of repeated query parameters the first counts."""
    match = {
        "path": {"value": "/a"}, "method": "GET",
        "headers": [{"name": "x", "value": "1"}, {"name": "X", "value": "9"}],
        "queryParams": [{"name": "q", "value": "1"}],
    }  # fmt: skip
    routes = [{"spec": {"rules": [{"matches": [match]}]}}]
    assert (find(routes, ALL._replace(**change)) is not None) is fits


def test_the_more_exact_host_of_two_routes():
    """A host of the route comes before its path."""
    wild = {"spec": {"hostnames": ["*.b.c"], "rules": [{"matches": [MATCHES[0]]}]}}
    exact = {"spec": {"hostnames": ["a.b.c"], "rules": [{"name": "exact"}]}}
    assert find([wild, exact], ALL._replace(host="A.b.c:80")).rule["name"] == "exact"
