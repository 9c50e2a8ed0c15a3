"""A VirtualService's HTTP rules as Envoy's routes.

Source: istio `pilot/pkg/networking/core/route/route.go` (BuildHTTPRoutesForVirtualService), 1.27.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from kubelearn.mesh.envoy.redirects import DEFAULT_PORTS
from kubelearn.mesh.istio.filters import cors_policy, fault_filter
from kubelearn.mesh.istio.headers import authority_of, header_operations
from kubelearn.mesh.istio.matches import applies_to, is_catch_all, route_match
from kubelearn.mesh.istio.percent import mirror_fraction
from kubelearn.mesh.istio.retries import retry_policy

Json = dict[str, Any]
Given = Mapping[str, Any]
CORS, FAULT = "envoy.filters.http.cors", "envoy.filters.http.fault"
MESH = "mesh"


class Proxy(NamedTuple):
    """For whom routes are made."""

    namespace: str = "default"
    labels: Given = MappingProxyType({})
    gateways: tuple[str, ...] = (MESH,)
    port: int = 80
    """Of the listener."""


Cluster = Callable[[Given], str]
"""The cluster of a destination."""


def cluster_name(port: int, subset: str, host: str, direction: str = "outbound") -> str:
    """The name of a cluster: "outbound|80|v1|reviews.default.svc.cluster.local"."""
    return f"{direction}|{port}|{subset}|{host}"


def destination_cluster(port: int) -> Cluster:
    """The namer of clusters on a listener of a port, which a destination's own port overrides."""

    def name(destination: Given) -> str:
        own = (destination.get("port") or {}).get("number") or port
        return cluster_name(own, destination.get("subset") or "", destination["host"])

    return name


def http_routes(rules: Sequence[Given], proxy: Proxy, cluster: Cluster) -> list[Json]:
    """The routes of a VirtualService's `http`; what follows a catch-all is left out."""
    routes: list[Json] = []
    for rule in rules:
        for block in rule.get("match") or (None,):
            if block is not None and not _meant(block, proxy):
                continue
            routes.append(http_route(rule, block, proxy, cluster))
            if is_catch_all(routes[-1]["match"]):
                return routes
    return routes


def concerns(rules: Sequence[Given], proxy: Proxy) -> bool:
    """Whether a proxy gets any route of a VirtualService's `http`."""
    return any(not rule.get("match") or any(_meant(block, proxy) for block in rule["match"])
               for rule in rules)  # fmt: skip


def _meant(block: Given, proxy: Proxy) -> bool:
    if block.get("port") and block["port"] != proxy.port:
        return False
    return applies_to(block, proxy.namespace, proxy.labels, proxy.gateways)


def http_route(rule: Given, block: Given | None, proxy: Proxy, cluster: Cluster) -> Json:
    """One route of one rule."""
    route: Json = {"match": route_match(block)}
    if rule.get("name"):
        route["name"] = rule["name"]
    route |= header_operations(rule.get("headers") or {})
    if rule.get("redirect"):
        route["redirect"] = _redirect(rule["redirect"], proxy.port)
    elif rule.get("directResponse"):
        route["direct_response"] = _direct(rule["directResponse"])
    else:
        route["route"] = _action(rule, block, cluster)
    filters = {CORS: cors_policy(rule.get("corsPolicy")), FAULT: fault_filter(rule.get("fault"))}
    made = {name: config for name, config in filters.items() if config is not None}
    return {**route, "typed_per_filter_config": made} if made else route


def _redirect(redirect: Given, port: int) -> Json:
    made: Json = {"response_code": CODES[redirect.get("redirectCode") or 301]}
    uri = redirect.get("uri") or ""
    if redirect.get("replacesPrefix"):
        made["prefix_rewrite"] = uri
    elif uri:
        made["path_redirect"] = uri
    if redirect.get("authority"):
        made["host_redirect"] = redirect["authority"]
    if redirect.get("scheme"):
        made["scheme_redirect"] = redirect["scheme"]
    derived = port if redirect.get("derivePort") == "FROM_REQUEST_PORT" else 0
    told = redirect.get("port") or derived
    if told and told != DEFAULT_PORTS.get(redirect.get("scheme") or "http"):
        made["port_redirect"] = told
    return made


CODES = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}
"""Envoy's words for the codes of a redirect."""


def _direct(response: Given) -> Json:
    made: Json = {"status": response["status"]}
    if response.get("body"):
        made["body"] = {"inline_string": response["body"].get("string", "")}
    return made


def _action(rule: Given, block: Given | None, cluster: Cluster) -> Json:
    action: Json = _destinations(rule.get("route") or (), cluster)
    action["timeout"] = rule.get("timeout") or "0s"
    if rule.get("gatewaySemantics"):
        action["cluster_not_found_response_code"] = "INTERNAL_SERVER_ERROR"
    policy = retry_policy(rule.get("retries"))
    if policy is not None:
        action["retry_policy"] = policy
    action |= _rewrite(rule.get("rewrite") or {}, block or {})
    authority = authority_of(rule.get("headers") or {})
    if authority:
        action["host_rewrite_literal"] = authority
    mirrors = _mirrors(rule, cluster)
    return {**action, "request_mirror_policies": mirrors} if mirrors else action


def _destinations(routes: Sequence[Given], cluster: Cluster) -> Json:
    """One cluster, or several with their weights; those of weight 0 vanish."""
    weighted = [one for one in routes if one.get("weight", 0) or len(routes) == 1]
    if len(weighted) == 1 and not weighted[0].get("headers"):
        return {"cluster": cluster(weighted[0]["destination"])}
    return {"weighted_clusters": {"clusters": [_weighted(one, cluster) for one in weighted]}}


def _weighted(one: Given, cluster: Cluster) -> Json:
    made = {"name": cluster(one["destination"]), "weight": one.get("weight") or 100}
    operations = one.get("headers") or {}
    authority = authority_of(operations)
    if authority:
        made["host_rewrite_literal"] = authority
    return {**made, **header_operations(operations)}


def _rewrite(rewrite: Given, block: Given) -> Json:
    made: Json = {}
    if rewrite.get("uri"):
        uri = block.get("uri") or {}
        if "exact" in uri or "regex" in uri:
            made["regex_rewrite"] = {"pattern": {"regex": ".*"}, "substitution": rewrite["uri"]}
        else:
            made["prefix_rewrite"] = rewrite["uri"]
    if rewrite.get("uriRegexRewrite"):
        regex = rewrite["uriRegexRewrite"]
        made["regex_rewrite"] = {
            "pattern": {"regex": regex["match"]},
            "substitution": regex["rewrite"],
        }
    if rewrite.get("authority"):
        made["host_rewrite_literal"] = rewrite["authority"]
    return made


def _mirrors(rule: Given, cluster: Cluster) -> list[Json]:
    mirrors = []
    if rule.get("mirror"):
        fraction = mirror_fraction(rule)
        if fraction is not None:
            mirrors.append(_mirror(cluster(rule["mirror"]), fraction))
    for one in rule.get("mirrors") or ():
        fraction = mirror_fraction({"mirrorPercentage": one.get("percentage")})
        if fraction is not None:
            mirrors.append(_mirror(cluster(one["destination"]), fraction))
    return mirrors


def _mirror(name: str, fraction: Json) -> Json:
    return {
        "cluster": name,
        "runtime_fraction": {"default_value": fraction},
        "disable_shadow_host_suffix_append": True,
    }
