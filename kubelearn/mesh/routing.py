"""A request in a proxy: virtual host, route, what the route does, and the cluster.

Source: envoy `source/common/http/conn_manager_impl.cc`, `source/common/router/router.cc`, 1.40.

Unlike the real one: of an answer only the headers are kept that proxies add to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from kubelearn.balancing.weighted import Lot
from kubelearn.mesh.clusters import BLACK_HOLE, PASSTHROUGH
from kubelearn.mesh.envoy.local_reply import Outcome, answer_headers, handle, hits
from kubelearn.mesh.envoy.matching import Asked, asked
from kubelearn.mesh.envoy.routes import Found, find_route, shares_of
from kubelearn.mesh.hashing import hash_of
from kubelearn.mesh.istio.text_match import normalised
from kubelearn.mesh.outbound import BLOCK_ALL
from kubelearn.sim.duration import parse_duration
from kubelearn.traffic.call import PORTS, Call, Target
from kubelearn.traffic.proxying import Routed

Json = Mapping[str, Any]
REFUSED = "connection refused"
NO_CONFIGURATION = Routed("the proxy has no configuration yet: nothing listens", error=REFUSED)
NO_LISTENER = Routed("no Gateway opens port {port}: nothing listens", error=REFUSED)
NO_ROUTE = 404
BLOCKED = (
    "no virtual host for {host}, and outboundTrafficPolicy is REGISTRY_ONLY: "
    f"answers 502 itself ({BLACK_HOLE})"
)


def request_of(call: Call) -> tuple[Asked, str]:
    """The request as routes see it, and its path with the query."""
    headers = {name.lower(): value for name, value in call.headers.items()}
    given = headers.pop("host", "")
    host = given or call.target.host
    query, path = urlsplit(call.url).query, normalised(call.target.path)
    target = f"{path}?{query}" if query else path
    request = asked(call.method, host.partition(":")[0], target, headers)
    return request._replace(authority=given or _authority(call.target)), target


def _authority(target: Target) -> str:
    """The host of a URL with its port, unless that goes without saying."""
    usual = PORTS.get(target.scheme) == target.port
    return target.host if usual else f"{target.host}:{target.port}"


def route_http(hosts: Sequence[Json], call: Call, lot: Lot, source: str) -> Routed:
    """What the route table of a port makes of a request."""
    request, target = request_of(call)
    found = find_route(hosts, request, lot)
    if found is None:
        return Routed(f"no route for {request.host}{request.path}: 404", status=NO_ROUTE, flag="NR")
    if found.cluster == PASSTHROUGH:
        return Routed(f"no virtual host for {request.host}: on unchanged ({PASSTHROUGH})")
    if found.virtual_host["name"] == BLOCK_ALL:
        return Routed(BLOCKED.format(host=request.host), 502, route=BLOCK_ALL,
                      details="direct_response")  # fmt: skip
    if found.virtual_host.get("require_tls") == "ALL":
        text = f"{_named(found)}: redirect to https"
        return Routed(text, status=301, route=str(found.route.get("name") or ""))
    outcome = handle(found, request, target, lot)
    routed = _routed(found, outcome, request, target, source)
    return routed._replace(mirrors=tuple(_mirrors(found, lot)) if routed.cluster else ())


def _mirrors(found: Found, lot: Lot) -> Iterator[str]:
    """The clusters that get a copy of this request."""
    policies = found.route["route"].get("request_mirror_policies") or ()
    for number, policy in enumerate(policies):
        share = policy["runtime_fraction"]["default_value"]
        if hits(share, f"mirror {number}", lot):
            yield policy["cluster"]


def _routed(found: Found, outcome: Outcome, request: Asked, target: str, source: str) -> Routed:
    name, route = _named(found), str(found.route.get("name") or "")
    if outcome.sent is None:
        text = f"{name}: answers {outcome.status} itself"
        if outcome.flag:
            text = f"{name}: fault, {_fault(outcome)}"
        return Routed(text, int(outcome.status or 0), flag=outcome.flag, delay=outcome.delay,
                      route=route, response=answer_headers(found, outcome))  # fmt: skip
    action, sent = found.route["route"], outcome.sent
    retry = action.get("retry_policy") or {}
    query = target.partition("?")[2]
    text = f"{name} → {sent.cluster}"
    if outcome.delay:
        text = f"{name}: fault, {_fault(outcome)} → {sent.cluster}"
    return Routed(
        text,
        delay=outcome.delay,
        flag=outcome.flag,
        cluster=sent.cluster,
        host=sent.host,
        path=sent.target.partition("?")[0],
        headers=sent.headers,
        timeout=parse_duration(action.get("timeout") or "15s"),
        try_timeout=parse_duration(retry.get("per_try_timeout") or "0s"),
        retries=int(retry.get("num_retries") or 0),
        retry_on=tuple(str(retry.get("retry_on") or "").split(",")),
        back_off=parse_duration((retry.get("retry_back_off") or NO_PAUSE)["base_interval"]),
        missing=MISSING[action.get("cluster_not_found_response_code", "SERVICE_UNAVAILABLE")],
        retry_codes=tuple(retry.get("retriable_status_codes") or ()),
        avoid=int(retry.get("host_selection_retry_max_attempts") or 0),
        route=route,
        response=answer_headers(found, outcome),
        hash=hash_of(action.get("hash_policy") or (), request.headers, query, source),
        shares=shares_of(action),
    )


NO_PAUSE = {"base_interval": "0s"}
MISSING = {"SERVICE_UNAVAILABLE": 503, "NOT_FOUND": 404, "INTERNAL_SERVER_ERROR": 500}
"""Envoy's words for the status where a cluster is not there."""


def _fault(outcome: Outcome) -> str:
    delay = f"delay {outcome.delay / 1e9:g} s" if outcome.delay else ""
    abort = f"abort {outcome.status}" if outcome.status else ""
    return ", ".join(part for part in (delay, abort) if part)


def _named(found: Found) -> str:
    name = found.route.get("name")
    said = f", route {name}" if name and name != "default" else ""
    return f"{found.virtual_host['name']}{said}"


RETRIES: dict[str, Callable[[int, str], bool]] = {
    "5xx": lambda status, failure: status >= 500 or bool(failure),
    "gateway-error": lambda status, failure: status in (502, 503, 504) or bool(failure),
    "reset": lambda _status, failure: bool(failure),
    "reset-before-request": lambda _status, failure: failure == "connect",
    "connect-failure": lambda _status, failure: failure == "connect",
    "retriable-4xx": lambda status, _failure: status == 409,
}
"""Conditions of `retry_on`: (status, failure) → whether they hold; failure is "connect", "reset",
"timeout" (of one try) or "" for an answer."""


def retries(routed: Routed, status: int, failure: str) -> bool:
    """Whether a try that ended so is worth another."""
    if (
        failure == ""
        and status in routed.retry_codes
        and "retriable-status-codes" in (routed.retry_on)
    ):
        return True
    return any(
        RETRIES[name](0 if failure else status, failure)
        for name in routed.retry_on
        if name in RETRIES
    )
