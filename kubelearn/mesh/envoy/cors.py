"""CORS: what a proxy tells a browser, and which of its questions the proxy answers itself.

A matcher that takes the text `*` takes every origin. `*` for methods or headers answers with what
was asked for. Routes that redirect or answer by themselves know no CORS.
Source: envoy `source/extensions/filters/http/cors/cors_filter.cc`, 1.40, and a real one's answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.mesh.envoy.matching import Asked
from kubelearn.mesh.envoy.strings import matches_string

Json = Mapping[str, Any]
ALL = "*"
ALLOW, ASKED = "access-control-allow-{}", "access-control-request-{}"


def answered(cors: Json | None, asked: Asked, headers: dict[str, str]) -> bool:
    """Note what the answer tells a browser; whether this is a preflight that is answered here."""
    origin = asked.header("origin")
    if cors is None or not origin:
        return False
    known = allowed(cors, origin)
    if known:
        headers |= {ALLOW.format("origin"): origin, **_credentials(cors)}
        if cors.get("expose_headers"):
            headers["access-control-expose-headers"] = cors["expose_headers"]
    if asked.method != "OPTIONS" or not asked.header(ASKED.format("method")):
        return False
    if not known and cors.get("forward_not_matching_preflights", True):
        return False
    headers |= _permitted(cors, asked)
    return True


def allowed(cors: Json, origin: str) -> bool:
    """Whether programs of an origin may ask."""
    matchers = cors.get("allow_origin_string_match") or ()
    return any(matches_string(one, ALL) or matches_string(one, origin) for one in matchers)


def _credentials(cors: Json) -> dict[str, str]:
    return {ALLOW.format("credentials"): "true"} if cors.get("allow_credentials") else {}


def _permitted(cors: Json, asked: Asked) -> dict[str, str]:
    """What the answer to a preflight says besides."""
    told = _credentials(cors)
    for part, question in (("methods", "method"), ("headers", "headers")):
        said = cors.get(f"allow_{part}")
        if said:
            wanted = asked.header(ASKED.format(question)) or ""
            told[ALLOW.format(part)] = wanted if said == ALL else said
    if cors.get("max_age"):
        told["access-control-max-age"] = cors["max_age"]
    return told
