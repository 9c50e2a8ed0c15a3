"""Which rule of the routes of a listener takes a request.

All rules of all routes compete: Exact path, then the longest prefix, then a method, then the most
headers, then the most query parameters, then the oldest route, then the first rule.
Source: kubernetes-sigs/gateway-api v1.5 `apis/v1/httproute_types.go` (HTTPRouteRule.Matches).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from kubelearn.api.objects import Object
from kubelearn.network.gateway.hostnames import covers, rank
from kubelearn.network.gateway.model import Request
from kubelearn.network.ingress import is_prefix

EVERYTHING: Object = {"path": {"type": "PathPrefix", "value": "/"}}


class Match(NamedTuple):
    """A rule that takes a request."""

    route: Object
    rule: Object
    match: Object
    weight: tuple[tuple[int, int], int, int, int, int, int]
    """Host, Exact, prefix, method, headers, query: more is stronger."""

    @property
    def prefix(self) -> str:
        """The path prefix that has matched; "" for an exact one."""
        path = self.match.get("path") or EVERYTHING["path"]
        return "" if path.get("type") == "Exact" else str(path.get("value", "/"))


def find(routes: list[Object], request: Request) -> Match | None:
    """The strongest match; of equal ones the first."""
    best: Match | None = None
    for one in _matches(routes, request):
        if best is None or one.weight > best.weight:
            best = one
    return best


def _matches(routes: list[Object], request: Request) -> Iterator[Match]:
    for route in routes:
        names = [one for one in route["spec"].get("hostnames") or [""]
                 if covers(one, request.hostname)]  # fmt: skip
        if not names:
            continue
        host = max(map(rank, names))
        rules: list[Object] = route["spec"].get("rules") or [{}]
        for rule in rules:
            for match in rule.get("matches") or (EVERYTHING,):
                if fits(match, request):
                    yield Match(route, rule, match, (host, *_weight(match)))


def fits(match: Object, request: Request) -> bool:
    """Whether all conditions of a match hold."""
    return (
        _path_fits(match.get("path") or EVERYTHING["path"], request.path)
        and match.get("method", request.method) == request.method
        and _headers_fit(match.get("headers") or (), request.headers)
        and _query_fits(match.get("queryParams") or (), request.query)
    )


def _path_fits(path: Object, given: str) -> bool:
    value = path.get("value", "/")
    return bool(given == value) if path.get("type") == "Exact" else is_prefix(value, given)


def _headers_fit(wanted: list[Object] | tuple[()], given: Mapping[str, str]) -> bool:
    """Names in any case, the first of repeated conditions counts; values as they are."""
    values = {name.lower(): value for name, value in given.items()}
    first: dict[str, str] = {}
    for one in wanted:
        first.setdefault(one["name"].lower(), one["value"])
    return all(values.get(name) == value for name, value in first.items())


def _query_fits(wanted: list[Object] | tuple[()], query: str) -> bool:
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given.setdefault(name, value)
    first: dict[str, str] = {}
    for one in wanted:
        first.setdefault(one["name"], one["value"])
    return all(given.get(name) == value for name, value in first.items())


def _weight(match: Object) -> tuple[int, int, int, int, int]:
    path = match.get("path") or EVERYTHING["path"]
    exact = path.get("type") == "Exact"
    return (
        int(exact),
        len(path.get("value", "/")),
        int(bool(match.get("method"))),
        len(match.get("headers") or ()),
        len(match.get("queryParams") or ()),
    )
