"""A DestinationRule's traffic policy as fields of an Envoy cluster.

Source: istio `pilot/pkg/networking/core/cluster_traffic_policy.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.mesh.istio.durations import seconds

Json = dict[str, Any]
Given = Mapping[str, Any]
UNLIMITED = 4294967295
"""Istio's limits where nothing is said: 2^32 - 1."""
CONNECT_TIMEOUT = "10s"
POLICIES = {
    "": "LEAST_REQUEST", "UNSPECIFIED": "LEAST_REQUEST", "LEAST_CONN": "LEAST_REQUEST",
    "LEAST_REQUEST": "LEAST_REQUEST", "ROUND_ROBIN": "ROUND_ROBIN", "RANDOM": "RANDOM",
    "PASSTHROUGH": "CLUSTER_PROVIDED",
}  # fmt: skip
PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
RING, TABLE = 1024, 65537


def merged(rule: Given | None, port: int, subset: Given | None = None) -> Given:
    """The policy for a port: the rule's, a subset's fields over it, a port's own instead."""
    policy: Json = {}
    for one in (rule, subset):
        said = (one or {}).get("trafficPolicy") or {}
        policy |= {name: value for name, value in said.items() if name != "portLevelSettings"}
        for own in said.get("portLevelSettings") or ():
            if (own.get("port") or {}).get("number") == port:
                # What a port says replaces the policy; only what it leaves out of tls stays.
                policy = {name: value for name, value in own.items() if name != "port"}
    return policy


def subset_of(rules: Sequence[Given], name: str) -> Given | None:
    """The subset of a name in any of the rules; None when no rule has it."""
    for rule in rules:
        for subset in (rule.get("spec") or {}).get("subsets") or ():
            if subset["name"] == name:
                return subset  # type: ignore[no-any-return]
    return None


def cluster_fields(policy: Given) -> Json:
    """Limits, balancing and outlier detection of a cluster."""
    pool = policy.get("connectionPool") or {}
    tcp, http = pool.get("tcp") or {}, pool.get("http") or {}
    threshold = {
        "max_connections": tcp.get("maxConnections") or UNLIMITED,
        "max_pending_requests": http.get("http1MaxPendingRequests") or UNLIMITED,
        "max_requests": http.get("http2MaxRequests") or UNLIMITED,
        "max_retries": http.get("maxRetries") or UNLIMITED,
        "track_remaining": True,
        **_budget(policy.get("retryBudget")),
    }
    made: Json = {
        "connect_timeout": seconds(tcp.get("connectTimeout") or CONNECT_TIMEOUT),
        "circuit_breakers": {"thresholds": [threshold]},
        **_balancing(policy.get("loadBalancer") or {}),
    }
    if policy.get("outlierDetection") is not None:
        outlier = policy["outlierDetection"]
        made["outlier_detection"] = outlier_detection(outlier)
        share = {"value": outlier.get("minHealthPercent") or 0}
        made["common_lb_config"] = {"healthy_panic_threshold": share}
    options = _protocol(http)
    return {**made, "typed_extension_protocol_options": options} if options else made


def _budget(said: Given | None) -> Json:
    """A limit of retries that grows with the requests; by default Istio writes 0.2 percent."""
    if said is None:
        return {}
    percent = 0.2 if said.get("percent") is None else said["percent"]
    least = said.get("minRetryConcurrency") or 3
    return {"retry_budget": {"budget_percent": {"value": percent}, "min_retry_concurrency": least}}


def outlier_detection(outlier: Given) -> Json:
    """Envoy's outlier detection; ejection by success rate is off."""
    made: Json = {"enforcing_success_rate": 0}
    for field, name in (
        ("consecutive5xxErrors", "consecutive_5xx"),
        ("consecutiveGatewayErrors", "consecutive_gateway_failure"),
    ):
        if outlier.get(field) is not None:
            made[name] = outlier[field]
            made[f"enforcing_{name}"] = 100 if outlier[field] else 0
    for field, name in (("interval", "interval"), ("baseEjectionTime", "base_ejection_time")):
        if outlier.get(field):
            made[name] = seconds(outlier[field])
    if outlier.get("maxEjectionPercent"):
        made["max_ejection_percent"] = outlier["maxEjectionPercent"]
    if outlier.get("splitExternalLocalOriginErrors"):
        made["split_external_local_origin_errors"] = True
    return made


def _balancing(balancer: Given) -> Json:
    hashed = balancer.get("consistentHash")
    if hashed is None:
        name = POLICIES[balancer.get("simple") or ""]
        made: Json = {"lb_policy": name}
        warmup = balancer.get("warmup") or {}
        duration = warmup.get("duration") or balancer.get("warmupDurationSecs")
        if duration and name in ("ROUND_ROBIN", "LEAST_REQUEST"):
            slow = {
                "slow_start_window": seconds(duration),
                "aggression": {
                    "runtime_key": "", "default_value": float(warmup.get("aggression") or 1)},
                "min_weight_percent": {"value": float(warmup.get("minimumPercent") or 10)},
            }  # fmt: skip
            made[f"{name.lower()}_lb_config"] = {"slow_start_config": slow}
        return made
    if "maglev" in hashed:
        size = (hashed["maglev"] or {}).get("tableSize") or TABLE
        return {"lb_policy": "MAGLEV", "maglev_lb_config": {"table_size": int(size)}}
    least = (hashed.get("ringHash") or {}).get("minimumRingSize")
    size = least or hashed.get("minimumRingSize") or RING
    return {"lb_policy": "RING_HASH", "ring_hash_lb_config": {"minimum_ring_size": int(size)}}


def _protocol(http: Given) -> Json:
    common: Json = {}
    if http.get("maxRequestsPerConnection"):
        common["max_requests_per_connection"] = http["maxRequestsPerConnection"]
    if http.get("idleTimeout"):
        common["idle_timeout"] = seconds(http["idleTimeout"])
    upgrade = http.get("h2UpgradePolicy") == "UPGRADE"
    if not common and not upgrade:
        return {}
    protocol = "http2_protocol_options" if upgrade else "http_protocol_options"
    options: Json = {
        "@type": f"type.googleapis.com/{PROTOCOL_OPTIONS}",
        "explicit_http_config": {protocol: {}},
    }
    if common:
        options["common_http_protocol_options"] = common
    return {PROTOCOL_OPTIONS: options}


def hash_policies(policy: Given) -> list[Json]:
    """The hash policies of routes to a cluster; none for other ways of balancing."""
    hashed = (policy.get("loadBalancer") or {}).get("consistentHash")
    if hashed is None:
        return []
    if hashed.get("httpHeaderName"):
        return [{"header": {"header_name": hashed["httpHeaderName"]}}]
    if hashed.get("httpCookie"):
        cookie = hashed["httpCookie"]
        made = {"name": cookie["name"]}
        if cookie.get("ttl") is not None:
            made["ttl"] = seconds(cookie["ttl"])
        if cookie.get("path"):
            made["path"] = cookie["path"]
        return [{"cookie": made}]
    if hashed.get("useSourceIp"):
        return [{"connection_properties": {"source_ip": True}}]
    if hashed.get("httpQueryParameterName"):
        return [{"query_parameter": {"name": hashed["httpQueryParameterName"]}}]
    return []
