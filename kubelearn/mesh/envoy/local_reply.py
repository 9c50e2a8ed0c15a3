"""What a route does to a request before, or instead of, sending it to its cluster.

In the order of Istio's filter chain: CORS answers preflights, faults delay or abort, then the
router redirects, answers directly, or rewrites and forwards.
Source: envoy `source/extensions/filters/http/{cors,fault}`, `source/common/router/config_impl.cc`,
1.40.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kubelearn.balancing.weighted import Lot
from kubelearn.mesh.envoy.cors import answered
from kubelearn.mesh.envoy.matching import Asked
from kubelearn.mesh.envoy.redirects import CODES, location
from kubelearn.mesh.envoy.rewriting import rewritten
from kubelearn.mesh.envoy.routes import Found
from kubelearn.sim.duration import parse_duration

Json = Mapping[str, Any]
CORS, FAULT = "envoy.filters.http.cors", "envoy.filters.http.fault"
DENOMINATORS = {"HUNDRED": 100, "TEN_THOUSAND": 10_000, "MILLION": 1_000_000}


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
    bare: bool = False
    """Whether the answer goes without the headers that a route adds."""


def handle(found: Found, asked: Asked, target: str, lot: Lot) -> Outcome:
    """What a route makes of a request; `target` is path and query as they were sent.

    `lot` decides each share of the requests that something happens to.
    """
    configs = found.route.get("typed_per_filter_config") or {}
    outcome = Outcome()
    cors = configs.get(CORS) if "route" in found.route else None
    if answered(cors, asked, outcome.headers):
        outcome.status, outcome.bare = 200, True
        return outcome
    if _fault(configs.get(FAULT), lot, outcome):
        return outcome
    if "redirect" in found.route:
        redirect, match = found.route["redirect"], found.route.get("match") or {}
        outcome.status = CODES[redirect.get("response_code", "MOVED_PERMANENTLY")]
        outcome.headers["location"] = location(redirect, match, asked, target)
    elif "direct_response" in found.route:
        outcome.status = found.route["direct_response"]["status"]
    else:
        outcome.sent = _sent(found, asked, target)
    return outcome


# Faults


def _fault(fault: Json | None, lot: Lot, outcome: Outcome) -> bool:
    """Delay, and whether the request is aborted."""
    if fault is None:
        return False
    delay, abort = fault.get("delay"), fault.get("abort")
    if delay and _meant(delay, "delay", lot):
        outcome.delay, outcome.flag = parse_duration(delay["fixed_delay"]), "DI"
    if abort and _meant(abort, "abort", lot):
        # A status of gRPC comes in an answer 200.
        outcome.status, outcome.flag = abort.get("http_status", 200), "FI"
        return True
    return False


def _meant(one: Json, purpose: str, lot: Lot) -> bool:
    """Whether a fault hits this request; one without a percentage hits none."""
    return "percentage" in one and hits(one["percentage"], purpose, lot)


def hits(fraction: Json, purpose: str, lot: Lot) -> bool:
    """Whether the lot falls into a share of all requests."""
    whole = DENOMINATORS[fraction.get("denominator", "HUNDRED")]
    share = min(int(fraction.get("numerator", 0)), whole)
    return lot(purpose, (share, whole - share)) == 0


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
    if outcome.bare:
        return headers
    for operations in (_chosen(action, found.cluster), found.route, found.virtual_host):
        change_headers(headers, operations, "response")
    return headers


def _chosen(action: Json, cluster: str) -> Json:
    clusters = (action.get("weighted_clusters") or {}).get("clusters") or ()
    return next((one for one in clusters if one["name"] == cluster), {})


def change_headers(headers: dict[str, str], operations: Json, side: str) -> None:
    """Carry out an object's `*_headers_to_add` and `*_headers_to_remove`."""
    for name in operations.get(f"{side}_headers_to_remove") or ():
        headers.pop(name.lower(), None)
    for option in operations.get(f"{side}_headers_to_add") or ():
        name, value = option["header"]["key"].lower(), option["header"]["value"]
        appends = option.get("append_action", "APPEND_IF_EXISTS_OR_ADD").startswith("APPEND")
        headers[name] = f"{headers[name]},{value}" if appends and name in headers else value
