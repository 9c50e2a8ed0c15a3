"""A VirtualService's CORS and fault rules as the configuration of Envoy's filters.

Source: istio `pilot/pkg/networking/core/route/route.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.mesh.istio.matches import string_matcher
from kubelearn.mesh.istio.percent import Fraction, of_integer, of_percent
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration

Json = dict[str, Any]
Given = Mapping[str, Any]
TYPES = "type.googleapis.com/envoy.extensions.filters.http"


def cors_policy(cors: Given | None) -> Json | None:
    """The CORS filter's policy for a route."""
    if cors is None:
        return None
    origins = [string_matcher(one) for one in cors.get("allowOrigins") or ()]
    made: Json = {
        "@type": f"{TYPES}.cors.v3.CorsPolicy",
        "allow_origin_string_match": origins,
    }
    for field, name in (
        ("allowMethods", "allow_methods"),
        ("allowHeaders", "allow_headers"),
        ("exposeHeaders", "expose_headers"),
    ):
        if cors.get(field):
            made[name] = ",".join(cors[field])
    if cors.get("maxAge"):
        made["max_age"] = str(parse_duration(cors["maxAge"]) // SECOND)
    if cors.get("allowCredentials") is not None:
        made["allow_credentials"] = cors["allowCredentials"]
    return made


def fault_filter(fault: Given | None) -> Json | None:
    """The fault filter's configuration for a route."""
    if fault is None:
        return None
    made: Json = {"@type": f"{TYPES}.fault.v3.HTTPFault"}
    if fault.get("delay"):
        delay = fault["delay"]
        made["delay"] = {"fixed_delay": delay["fixedDelay"], "percentage": _share(delay)}
    if fault.get("abort"):
        abort = fault["abort"]
        made["abort"] = {"percentage": _share(abort)}
        if abort.get("httpStatus"):
            made["abort"]["http_status"] = abort["httpStatus"]
    return made


def _share(one: Given) -> Fraction:
    """The share of requests that a fault hits; all when nothing is said."""
    if one.get("percentage") is not None:
        return of_percent(one["percentage"].get("value", 0.0))
    return of_integer(one.get("percent") or 100)
