"""Checks of which requests an `http` rule is for.

Source: istio `pkg/config/validation/virtualservice.go` (validateHTTPRouteMatchRequest), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kubelearn.api.istio.gateway_names import gateway_names
from kubelearn.api.istio.names import (
    header_name,
    is_jwt_claim,
    is_label,
    labels,
    port,
)
from kubelearn.api.istio.string_match import regex_match, string_match

Match = Mapping[str, Any]
PSEUDO_HEADERS = (":method", ":scheme", ":authority", ":path", ":status")
ANY_VALUE = "*"


def http_matches(matches: Sequence[Match | None] | None) -> Iterator[str]:
    """All `match` blocks of a rule: first what they compare, then where they hold."""
    present = [match for match in matches or () if match is not None]
    for match in present:
        yield from _request(match)
    for match in present:
        yield from _origin(match)


def _request(match: Match) -> Iterator[str]:
    for name, wanted in sorted((match.get("headers") or {}).items()):
        if wanted is None:
            yield f"header match {name} cannot be null"
        yield from _header(name)
        yield from string_match(wanted, "headers")
    for name, wanted in sorted((match.get("withoutHeaders") or {}).items()):
        yield from _header(name)
        if (wanted or {}).get("regex") != ANY_VALUE:
            yield from string_match(wanted, "withoutHeaders")
    yield from regex_match(match.get("uri"), "uri")
    for field in ("scheme", "method", "authority"):
        yield from string_match(match.get(field), field)
    for _, wanted in sorted((match.get("queryParams") or {}).items()):
        yield from string_match(wanted, "queryParams")


def _header(name: str) -> Iterator[str]:
    if not is_jwt_claim(name) and name not in PSEUDO_HEADERS:
        yield from header_name(name)


def _origin(match: Match) -> Iterator[str]:
    if match.get("port"):
        yield from port(match["port"])
    yield from labels(match.get("sourceLabels"))
    yield from gateway_names(match.get("gateways"))
    namespace = match.get("sourceNamespace")
    if namespace and not is_label(namespace):
        yield f"sourceNamespace match {namespace} is invalid"
