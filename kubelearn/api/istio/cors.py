"""Checks of a rule's `corsPolicy`.

Source: istio `pkg/config/validation/validation.go` (validateCORSPolicy), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import duration, header_name, nanoseconds, quoted
from kubelearn.api.istio.string_match import regex_match
from kubelearn.sim.clock import SECOND

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*")


def cors_policy(policy: Mapping[str, Any] | None) -> Iterator[str]:
    """Which other sites may ask, with which methods and headers."""
    policy = policy or {}
    for origin in policy.get("allowOrigins") or ():
        yield from _origin(origin or {})
    for method in policy.get("allowMethods") or ():
        if method not in METHODS:
            yield f"{quoted(method)} is not a supported HTTP method"
    for field in ("allowHeaders", "exposeHeaders"):
        for name in policy.get(field) or ():
            yield from () if name == "*" else header_name(name)
    if policy.get("maxAge") is not None:
        yield from _age(policy["maxAge"])


def _origin(origin: Mapping[str, Any]) -> Iterator[str]:
    if not any(origin.get(kind) for kind in ("exact", "prefix", "regex")):
        yield "'' is not a valid match type for CORS allow origins"
    else:
        yield from regex_match(origin, "corsPolicy.allowOrigins")


def _age(text: Any) -> Iterator[str]:
    yield from duration(text)
    time = nanoseconds(text)
    if time is not None and time > 0 and time % SECOND:
        yield Listed("max_age duration is accurate only to seconds precision")
