"""Whether a route's `match` holds for a request.

Source: envoy `api/envoy/config/route/v3/route_components.proto`, `source/common/router/
config_impl.cc`, `source/common/http/header_utility.cc`, 1.40.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kubelearn.mesh.envoy.strings import compiled, matches_string

Matcher = Mapping[str, Any]


class Asked(NamedTuple):
    """A request as a route sees it."""

    method: str
    host: str
    """The authority, with its port if the client sent one."""
    path: str
    """Without the query."""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    """By lower-case name; several values are joined by a comma."""
    scheme: str = "http"
    target: str = ""
    """Path and query as they were sent."""
    authority: str = ""
    """The host with its port, where `host` has lost it; "" = they are the same."""

    def header(self, name: str) -> str | None:
        """A header, or a pseudo header such as `:method`; None when it is not there."""
        pseudo = {":method": self.method, ":authority": self.host, "host": self.host,
                  ":scheme": self.scheme, ":path": self.target or self.path}  # fmt: skip
        return pseudo.get(name.lower(), self.headers.get(name.lower()))


def asked(method: str, host: str, target: str, headers: Mapping[str, str]) -> Asked:
    """The request for a target such as "/cart?user=kim"."""
    path, _, query = target.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    named = {name.lower(): value for name, value in headers.items()}
    parameters = tuple((name, value) for name, _, value in pairs)
    return Asked(method, host, path, parameters, named, target=target)


def _path(wanted: str, path: str) -> bool:
    return path == wanted


def _prefix(wanted: str, path: str) -> bool:
    return path.startswith(wanted)


def _segments(wanted: str, path: str) -> bool:
    return path == wanted or path.startswith(f"{wanted}/")


PATHS: dict[str, Callable[[str, str], bool]] = {
    "path": _path,
    "prefix": _prefix,
    "path_separated_prefix": _segments,
}
"""How a path is compared: (wanted, path) → whether it matches."""


def matches(match: Matcher, request: Asked) -> bool:
    """Whether everything in a RouteMatch holds."""
    return (
        matches_path(match, request.path)
        and all(matches_header(one, request) for one in match.get("headers") or ())
        and all(matches_query(one, request) for one in match.get("query_parameters") or ())
    )


def matches_path(match: Matcher, path: str) -> bool:
    """Whether the path fits."""
    if "safe_regex" in match:
        return compiled(match["safe_regex"]["regex"]).fullmatch(path) is not None
    for kind, test in PATHS.items():
        if kind in match:
            if match.get("case_sensitive", True):
                return test(match[kind], path)
            return test(match[kind].lower(), path.lower())
    return True


def matches_header(matcher: Matcher, request: Asked) -> bool:
    """Whether a HeaderMatcher holds; one about the value never does when the header is missing."""
    value, invert = request.header(matcher["name"]), bool(matcher.get("invert_match"))
    if "present_match" in matcher:
        return ((value is not None) == bool(matcher["present_match"])) != invert
    if value is None and matcher.get("treat_missing_header_as_empty"):
        value = ""
    if value is None:
        return False
    return _matches_value(matcher, value) != invert


def _matches_value(matcher: Matcher, value: str) -> bool:
    if "string_match" in matcher:
        return matches_string(matcher["string_match"], value)
    if "range_match" in matcher:
        return _in_range(matcher["range_match"], value)
    return True


def _in_range(wanted: Matcher, value: str) -> bool:
    """Whether a value is a whole number from `start` up to, but not including, `end`."""
    digits = value[1:] if value[:1] in ("-", "+") else value
    if not digits.isdecimal() or not digits.isascii():
        return False
    return int(wanted.get("start", 0)) <= int(value) < int(wanted.get("end", 0))


def matches_query(matcher: Matcher, request: Asked) -> bool:
    """Whether a QueryParameterMatcher holds; of several values the first counts."""
    values = [value for name, value in request.query if name == matcher["name"]]
    if "string_match" in matcher:
        return bool(values) and matches_string(matcher["string_match"], values[0])
    return bool(values) == bool(matcher.get("present_match", True))
