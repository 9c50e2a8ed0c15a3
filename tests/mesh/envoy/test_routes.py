"""A request's way through a route table."""

import pytest

from kubelearn.mesh.envoy.matching import asked
from kubelearn.mesh.envoy.routes import find_route, header_number
from kubelearn.mesh.envoy.strings import matches_string
from kubelearn.mesh.envoy.virtual_hosts import find_virtual_host
from tests.mesh.lots import FIRST, by


def host(name, *domains):
    """A virtual host with one route to everything."""
    route = {"name": name, "match": {"prefix": "/"}, "route": {"cluster": name}}
    return {"name": name, "domains": list(domains), "routes": [route]}


HOSTS = [
    host("any", "*"),
    host("suffix", "*.example.com"),
    host("longer", "*.dev.example.com"),
    host("prefix", "shop.*"),
    host("exact", "shop.example.com"),
    host("port", "shop.example.com:8080"),
]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("shop.example.com", "exact"),
        ("SHOP.example.com", "exact"),
        ("shop.example.com:8080", "port"),
        ("a.example.com", "suffix"),
        ("a.dev.example.com", "longer"),
        ("shop.other.org", "prefix"),
        ("example.com", "any"),
    ],
)
def test_the_best_domain_wins(name, wanted):
    """Exact, then the longest suffix wildcard, then prefix wildcards, then everything."""
    assert find_virtual_host(HOSTS, name)["name"] == wanted


def test_no_route_is_none():
    """Neither a host nor a path that fits."""
    assert find_route([HOSTS[4]], asked("GET", "nobody.org", "/", {}), FIRST) is None
    only = {"domains": ["*"], "routes": [{"match": {"path": "/a"}}]}
    assert find_route([only], asked("GET", "x", "/b", {}), FIRST) is None


def route_to(match, target="/", headers=None, method="GET"):
    """Whether a match holds for a request."""
    table = [{"domains": ["*"], "routes": [{"match": match, "route": {"cluster": "c"}}]}]
    found = find_route(table, asked(method, "x", target, headers or {}), FIRST)
    return found is not None


def test_paths():
    """Exact without the query, textual prefix, whole segments, whole regular expression."""
    assert route_to({"path": "/a"}, "/a?b=c")
    assert not route_to({"path": "/a"}, "/a/")
    assert route_to({"prefix": "/a"}, "/ab")
    assert not route_to({"path_separated_prefix": "/a"}, "/ab")
    assert route_to({"path_separated_prefix": "/a"}, "/a/b")
    assert not route_to({"safe_regex": {"regex": "/r/[0-9]+"}}, "/r/12x")
    assert route_to({"path": "/A", "case_sensitive": False}, "/a")


def test_headers():
    """A missing one matches nothing but an asked-for absence."""
    number = {"name": "x", "range_match": {"start": "1", "end": "10"}}
    assert route_to({"prefix": "/", "headers": [number]}, headers={"X": "9"})
    assert not route_to({"prefix": "/", "headers": [number]}, headers={"X": "10"})
    assert not route_to({"prefix": "/", "headers": [number]}, headers={"X": "9a"})
    other = {"name": "x", "string_match": {"exact": "1"}, "invert_match": True}
    assert route_to({"prefix": "/", "headers": [other]}, headers={"x": "2"})
    assert not route_to({"prefix": "/", "headers": [other]})
    absent = {"name": "x", "present_match": True, "invert_match": True}
    assert route_to({"prefix": "/", "headers": [absent]})
    method = {"name": ":method", "string_match": {"exact": "POST"}}
    assert not route_to({"prefix": "/", "headers": [method]})


def test_query_parameters():
    """Present, or with a value; the first of several counts."""
    user = {"name": "user", "string_match": {"exact": "kim"}}
    assert route_to({"prefix": "/", "query_parameters": [user]}, "/?user=kim&user=x")
    assert not route_to({"prefix": "/", "query_parameters": [user]}, "/?user=x&user=kim")
    assert route_to({"prefix": "/", "query_parameters": [{"name": "debug"}]}, "/?debug")


def test_weighted_clusters_by_the_number_in_a_header_or_by_chance():
    """What is no unsigned 64-bit number leaves it to chance."""
    clusters = [{"name": "a", "weight": 90}, {"name": "b", "weight": 10}]
    action = {"weighted_clusters": {"header_name": "x-rand", "clusters": clusters}}
    table = [{"domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": action}]}]
    found = {
        value: find_route(table, asked("GET", "x", "/", {"x-rand": value}), by(95)).cluster
        for value in ("5", "190", "-1", "1.5", "", str(2**64))
    }
    assert found == {"5": "a", "190": "b", "-1": "b", "1.5": "b", "": "b", str(2**64): "b"}
    assert header_number(asked("GET", "x", "/", {}), "x-rand") is None


def test_a_matcher_without_a_kind_is_refused():
    """Rather than matching everything."""
    with pytest.raises(ValueError, match="matches nothing"):
        matches_string({"ignore_case": True}, "x")
