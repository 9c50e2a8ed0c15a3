"""A VirtualService's CORS and fault rules as the configuration of Envoy's filters.

Source: istio `pilot/pkg/networking/core/route/route.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.mesh.istio.matches import string_matcher
from kubelearn.mesh.istio.percent import of_integer, of_percent
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration

Json = dict[str, Any]
Given = Mapping[str, Any]
TYPES = "type.googleapis.com/envoy.extensions.filters.http"


def cors_policy(cors: Given | None) -> Json | None:
    """The CORS filter's policy for a route."""
    if cors is None:
        return None
    exact = ({"exact": one} for one in cors.get("allowOrigin") or ())
    origins = [string_matcher(one) for one in cors.get("allowOrigins") or exact]
    made: Json = {
        "@type": f"{TYPES}.cors.v3.CorsPolicy",
        "allow_origin_string_match": origins,
        "forward_not_matching_preflights": cors.get("unmatchedPreflights") != "IGNORE",
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
    delay, abort = fault.get("delay") or {}, fault.get("abort") or {}
    if delay.get("fixedDelay"):
        made["delay"] = {"fixed_delay": delay["fixedDelay"], **_share(delay)}
    if abort.get("httpStatus"):
        made["abort"] = {**_share(abort), "http_status": abort["httpStatus"]}
    elif abort.get("grpcStatus"):
        made["abort"] = {**_share(abort), "grpc_status": GRPC.index(abort["grpcStatus"])}
    return made


def _share(one: Given) -> Json:
    """The share of requests that a fault hits; where nothing is said, none."""
    if one.get("percentage") is not None:
        return {"percentage": of_percent(one["percentage"].get("value", 0.0))}
    return {"percentage": of_integer(one["percent"])} if one.get("percent") else {}


GRPC = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip
"""The words of gRPC's statuses, each at its number."""
