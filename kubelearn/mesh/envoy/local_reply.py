"""What a route does to a request before, or instead of, sending it to its cluster.

In the order of Istio's filter chain: CORS answers preflights, faults delay or abort, then the
router redirects, answers directly, or rewrites and forwards.
Source: envoy `source/extensions/filters/http/{cors,fault}`, `source/common/router/config_impl.cc`,
1.40.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kubelearn.balancing.weighted import Lot
from kubelearn.mesh.envoy.matching import Asked
from kubelearn.mesh.envoy.routes import Found
from kubelearn.mesh.envoy.strings import matches_string
from kubelearn.sim.duration import parse_duration

Json = Mapping[str, Any]
CORS, FAULT = "envoy.filters.http.cors", "envoy.filters.http.fault"
DENOMINATORS = {"HUNDRED": 100, "TEN_THOUSAND": 10_000, "MILLION": 1_000_000}
CODES = {
    "MOVED_PERMANENTLY": 301,
    "FOUND": 302,
    "SEE_OTHER": 303,
    "TEMPORARY_REDIRECT": 307,
    "PERMANENT_REDIRECT": 308,
}
DEFAULT_PORTS = {"http": 80, "https": 443}


class Sent(NamedTuple):
    """The request as it leaves for its cluster."""

    cluster: str
    host: str
    target: str
    """Path and query."""
    headers: dict[str, str]


@dataclass
class Outcome:
    """What becomes of a request: an answer of the proxy itself, or what is sent on."""

    status: int | None = None
    """None when it is sent on."""
    sent: Sent | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """Of the answer, whoever gives it."""
    delay: int = 0
    """ns before anything else."""
    flag: str = ""
    """The response flag, such as FI."""


def handle(found: Found, asked: Asked, target: str, lot: Lot, scheme: str = "http") -> Outcome:
    """What a route makes of a request; `target` is path and query as they were sent.

    `lot` decides each share of the requests that something happens to.
    """
    configs = found.route.get("typed_per_filter_config") or {}
    outcome = Outcome()
    if _preflight(configs.get(CORS), asked, outcome):
        return outcome
    if _fault(configs.get(FAULT), lot, outcome):
        return outcome
    if "redirect" in found.route:
        outcome.status = CODES[found.route["redirect"].get("response_code", "MOVED_PERMANENTLY")]
        outcome.headers["location"] = location(found.route["redirect"], asked, target, scheme)
    elif "direct_response" in found.route:
        outcome.status = found.route["direct_response"]["status"]
    else:
        outcome.sent = _sent(found, asked, target)
    return outcome


# CORS


def _preflight(cors: Json | None, asked: Asked, outcome: Outcome) -> bool:
    """Note what the answer tells a browser; whether this is a preflight that is answered here."""
    origin = asked.header("origin")
    if cors is None or not origin:
        return False
    if not any(matches_string(one, origin) for one in cors.get("allow_origin_string_match") or ()):
        return False
    outcome.headers["access-control-allow-origin"] = origin
    if cors.get("allow_credentials"):
        outcome.headers["access-control-allow-credentials"] = "true"
    if asked.method != "OPTIONS" or not asked.header("access-control-request-method"):
        if cors.get("expose_headers"):
            outcome.headers["access-control-expose-headers"] = cors["expose_headers"]
        return False
    for name in ("allow_methods", "allow_headers", "max_age"):
        if cors.get(name):
            outcome.headers[f"access-control-{name.replace('_', '-')}"] = cors[name]
    outcome.status = 200
    return True


# Faults


def _fault(fault: Json | None, lot: Lot, outcome: Outcome) -> bool:
    """Delay, and whether the request is aborted."""
    if fault is None:
        return False
    delay, abort = fault.get("delay"), fault.get("abort")
    if delay and hits(delay["percentage"], "delay", lot):
        outcome.delay, outcome.flag = parse_duration(delay["fixed_delay"]), "DI"
    if abort and hits(abort["percentage"], "abort", lot):
        outcome.status, outcome.flag = abort.get("http_status", 503), "FI"
        return True
    return False


def hits(fraction: Json, purpose: str, lot: Lot) -> bool:
    """Whether the lot falls into a share of all requests."""
    whole = DENOMINATORS[fraction.get("denominator", "HUNDRED")]
    share = min(int(fraction.get("numerator", 0)), whole)
    return lot(purpose, (share, whole - share)) == 0


# Redirect


def location(redirect: Json, asked: Asked, target: str, scheme: str) -> str:
    """Where a redirect leads; a port that is usual for the scheme is left out, unless it came."""
    new_scheme = redirect.get("scheme_redirect") or scheme
    host = redirect.get("host_redirect") or asked.host
    port = redirect.get("port_redirect")
    if port and ":" not in host and port != DEFAULT_PORTS.get(new_scheme):
        host = f"{host}:{port}"
    path, question, query = target.partition("#")[0].partition("?")
    wanted = redirect.get("path_redirect")
    if wanted and "?" in wanted:
        return f"{new_scheme}://{host}{wanted}"
    return f"{new_scheme}://{host}{wanted or path}{question}{query}"


# Forward


def _sent(found: Found, asked: Asked, target: str) -> Sent:
    action = found.route["route"]
    chosen = _chosen(action, found.cluster)
    path, question, query = target.partition("#")[0].partition("?")
    path = rewritten(action, found.route.get("match") or {}, path)
    host = action.get("host_rewrite_literal") or chosen.get("host_rewrite_literal") or asked.host
    headers = dict(asked.headers)
    for operations in (chosen, found.route, found.virtual_host):
        change_headers(headers, operations, "request")
    return Sent(found.cluster, host, f"{path}{question}{query}", headers)


def answer_headers(found: Found, outcome: Outcome) -> dict[str, str]:
    """The headers that a proxy adds to an answer, its own or another's."""
    action = found.route.get("route") or {}
    headers = dict(outcome.headers)
    for operations in (_chosen(action, found.cluster), found.route, found.virtual_host):
        change_headers(headers, operations, "response")
    return headers


def _chosen(action: Json, cluster: str) -> Json:
    clusters = (action.get("weighted_clusters") or {}).get("clusters") or ()
    return next((one for one in clusters if one["name"] == cluster), {})


def rewritten(action: Json, match: Json, path: str) -> str:
    """The path that is sent on."""
    if "prefix_rewrite" in action:
        kinds = ("path", "prefix", "path_separated_prefix")
        matched = next((match[kind] for kind in kinds if kind in match), "")
        return str(action["prefix_rewrite"]) + path[len(matched) :]
    if "regex_rewrite" in action:
        regex = action["regex_rewrite"]
        substitution = re.sub(r"\\(\d)", r"\\g<\1>", regex["substitution"])
        pattern = regex["pattern"]["regex"]
        # Envoy's pattern `.*` stands for the whole path once, not for the empty rest behind it.
        return re.sub(pattern, substitution, path, count=1 if pattern == ".*" else 0)
    return path


def change_headers(headers: dict[str, str], operations: Json, side: str) -> None:
    """Carry out an object's `*_headers_to_add` and `*_headers_to_remove`."""
    for name in operations.get(f"{side}_headers_to_remove") or ():
        headers.pop(name.lower(), None)
    for option in operations.get(f"{side}_headers_to_add") or ():
        name, value = option["header"]["key"].lower(), option["header"]["value"]
        appends = option.get("append_action", "APPEND_IF_EXISTS_OR_ADD").startswith("APPEND")
        headers[name] = f"{headers[name]},{value}" if appends and name in headers else value
