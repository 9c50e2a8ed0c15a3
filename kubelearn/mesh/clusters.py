"""Clusters: where a proxy can send requests to, in Envoy's JSON and as the model uses them.

Source: istio `pilot/pkg/networking/core/cluster.go`, `cluster_builder.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.api.objects import key_of
from kubelearn.balancing.host import Host
from kubelearn.balancing.outlier import OutlierSettings
from kubelearn.mesh.istio.locality import Endpoint as Place
from kubelearn.mesh.istio.locality import distributed, falls_under, priorities
from kubelearn.mesh.istio.traffic_policy import cluster_fields, merged, subset_of
from kubelearn.mesh.push import Push, Scope
from kubelearn.mesh.registry import Endpoint, Service
from kubelearn.mesh.transport import transport
from kubelearn.sim.clock import MILLISECOND
from kubelearn.sim.duration import parse_duration

Json = dict[str, Any]
PASSTHROUGH, BLACK_HOLE = "PassthroughCluster", "BlackHoleCluster"
INBOUND_PASSTHROUGH = "InboundPassthroughCluster"


class Member(NamedTuple):
    """A host of a cluster."""

    host: Host
    address: str
    port: int
    mtls: bool
    locality: str
    priority: int = 0
    share: int = 0
    """Load-balancing weight of its locality; 0 = localities have no weights."""


class Cluster(NamedTuple):
    """A cluster as a proxy knows it."""

    name: str
    json: Json
    members: tuple[Member, ...]
    tls: str
    """Of the policy: "auto", DISABLE, SIMPLE, MUTUAL or ISTIO_MUTUAL."""
    http2: bool = False
    passthrough: bool = False

    @property
    def thresholds(self) -> Json:
        """The limits of the circuit breaker."""
        return self.json["circuit_breakers"]["thresholds"][0]  # type: ignore[no-any-return]

    @property
    def panic(self) -> float:
        """The panic threshold in percent."""
        common = self.json.get("common_lb_config") or {}
        return float((common.get("healthy_panic_threshold") or {"value": 50}).get("value") or 0)

    @property
    def connect_timeout(self) -> int:
        """How long a connection may take, in ns."""
        return parse_duration(self.json["connect_timeout"])

    @property
    def outlier(self) -> OutlierSettings | None:
        """The settings of outlier detection; None when nobody is ejected."""
        found = self.json.get("outlier_detection")
        if found is None:
            return None
        own = {name: value for name, value in found.items() if name in OutlierSettings._fields}
        for name in ("interval", "base_ejection_time"):
            if name in own:
                own[name] = parse_duration(own[name]) // MILLISECOND
        return OutlierSettings(**own)


def split_name(name: str) -> tuple[int, str, str]:
    """Port, subset and host of "outbound|9080|v1|reviews.default.svc.cluster.local"."""
    _, port, subset, host = name.split("|")
    return int(port), subset, host


def cluster(push: Push, scope: Scope, name: str) -> Cluster | None:
    """A cluster by its name; None when a proxy has none of this name (503 NC)."""
    if name.count("|") != 3:
        return None
    host = split_name(name)[2]
    service = push.services.get(host)
    if service is not None and not service.shown(scope.namespace):
        return None
    rules = push.destination_rules(host, scope.namespace)
    # What a proxy gets depends on the rule that counts for it, seldom on where it is.
    by = key_of(rules[0]) if rules else ("", "")
    policy = push.memo(("policy", name, by), lambda: _policy(rules, name))
    place = scope._replace(namespace="") if _by_place(policy) else NOWHERE
    key = ("cluster", name, by, place)
    return push.memo_of(host, key, lambda: (_made(push, place, name, rules, policy),))[0]


NOWHERE = Scope("")


def _policy(rules: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    port, subset, _ = split_name(name)
    spec = (rules[0].get("spec") or {}) if rules else None
    return merged(spec, port, subset_of(rules, subset) if subset else None)


def _by_place(policy: Mapping[str, Any]) -> bool:
    """Whether hosts are ordered by where the proxy is.

    Without outlier detection nobody would notice that a place fails, so nothing fails over.
    """
    setting = (policy.get("loadBalancer") or {}).get("localityLbSetting") or {}
    return policy.get("outlierDetection") is not None and setting.get("enabled", True) is not False


def policy_for(push: Push, namespace: str, host: str, port: int, subset: str) -> Mapping[str, Any]:
    """The traffic policy of a cluster."""
    rules = push.destination_rules(host, namespace)
    return _policy(rules, f"outbound|{port}|{subset}|{host}")


def _made(
    push: Push,
    scope: Scope,
    name: str,
    rules: Sequence[Mapping[str, Any]],
    policy: Mapping[str, Any],
) -> Cluster | None:
    port, subset, host = split_name(name)
    service = push.services.get(host)
    found = service.port(port) if service is not None else None
    if service is None or found is None:
        return None
    labels: Mapping[str, str] = {}
    if subset:
        own = subset_of(rules, subset)
        if own is None:
            return None
        labels = own.get("labels") or {}
    members = [
        one for one in push.endpoints.get(host, ())
        if labels.items() <= one.labels.items() and one.port(found.name)
    ]  # fmt: skip
    mode = str((policy.get("tls") or {}).get("mode") or "auto")
    json = {"name": name, **_discovery(service, policy), **cluster_fields(policy)}
    if json["type"] == "ORIGINAL_DST":  # the client has chosen the host: nothing to balance
        json = {field: value for field, value in json.items() if not _balances(field)}
        json["lb_policy"] = "CLUSTER_PROVIDED"
    placed = _placed(members, found.name, policy, scope)
    if any(one.share for one in placed):
        json.setdefault("common_lb_config", {})["locality_weighted_lb_config"] = {}
    json |= transport(mode, name, policy.get("tls") or {})
    if json["lb_policy"] != "CLUSTER_PROVIDED":
        json["load_assignment"] = _assignment(name, placed)
    passes = json["lb_policy"] == "CLUSTER_PROVIDED"
    pool = (policy.get("connectionPool") or {}).get("http") or {}
    upgraded = pool.get("h2UpgradePolicy") == "UPGRADE"
    return Cluster(name, json, tuple(placed), mode, upgraded, passes)


def _balances(field: str) -> bool:
    return field.endswith("_lb_config") and field != "common_lb_config"


def _discovery(service: Service, policy: Mapping[str, Any]) -> Json:
    simple = (policy.get("loadBalancer") or {}).get("simple")
    if service.resolution == "ORIGINAL_DST" or simple == "PASSTHROUGH":
        return {"type": "ORIGINAL_DST"}
    if service.resolution in ("STRICT_DNS", "LOGICAL_DNS"):
        return {"type": service.resolution, "dns_lookup_family": "V4_ONLY"}
    # istiod would say EDS and send the hosts apart; in one file they stand in the cluster itself.
    return {"type": "STATIC"}


def _placed(
    endpoints: Sequence[Endpoint], port: str, policy: Mapping[str, Any], scope: Scope
) -> list[Member]:
    """The hosts with their priorities and weights, by where the proxy is."""
    places = [Place(one.locality, one.labels, one.weight) for one in endpoints]
    setting = (policy.get("loadBalancer") or {}).get("localityLbSetting") or {}
    ranks, shares = [0] * len(places), [0] * len(places)
    if _by_place(policy):
        rules = [one for one in setting.get("distribute") or ()
                 if _from(one.get("from") or "", scope.locality)]  # fmt: skip
        if setting.get("distribute"):
            if rules:
                shares = distributed(places, rules[0].get("to") or {})
        elif scope.locality or setting.get("failoverPriority"):
            ranks = priorities(places, setting, scope.locality, dict(scope.labels))
    chosen = zip(endpoints, ranks, shares, strict=True)
    made = [
        Member(Host(f"{one.address}:{one.port(port)}", one.weight), one.address, one.port(port),
               one.mtls, one.locality, level, share)
        for one, level, share in chosen if share or not any(shares)
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one.priority, one.locality, one.host.key))


def _from(rule: str, locality: str) -> bool:
    return bool(locality) and falls_under(locality, rule)


def _assignment(name: str, members: Sequence[Member]) -> Json:
    """Envoy's ClusterLoadAssignment."""
    groups: dict[tuple[int, str], list[Member]] = {}
    for one in members:
        groups.setdefault((one.priority, one.locality), []).append(one)
    return {
        "cluster_name": name,
        "endpoints": [_group(level, place, own) for (level, place), own in groups.items()],
    }


def _group(level: int, place: str, members: Sequence[Member]) -> Json:
    region, zone, subzone = (*place.split("/"), "", "")[:3]
    said = {"region": region, "zone": zone, "sub_zone": subzone}
    weight = sum(one.share for one in members) or sum(one.host.weight for one in members)
    made: Json = {
        "lb_endpoints": [_endpoint(one) for one in members],
        "load_balancing_weight": weight,
    }
    if any(said.values()):
        made["locality"] = {name: value for name, value in said.items() if value}
    return {**made, "priority": level} if level else made


def _endpoint(member: Member) -> Json:
    socket = {"address": member.address, "port_value": member.port}
    made: Json = {
        "endpoint": {"address": {"socket_address": socket}},
        "health_status": "HEALTHY",
        "load_balancing_weight": member.host.weight,
    }
    if member.mtls:
        match = {"envoy.transport_socket_match": {"tlsMode": "istio"}}
        made["metadata"] = {"filter_metadata": match}
    return made


def special_clusters() -> list[Json]:
    """The clusters that every proxy has: on to where it was meant for, and nowhere."""
    return [
        {"name": BLACK_HOLE, "type": "STATIC", "connect_timeout": "10s"},
        *(
            {
                "name": name,
                "type": "ORIGINAL_DST",
                "connect_timeout": "10s",
                "lb_policy": "CLUSTER_PROVIDED",
            }
            for name in (PASSTHROUGH, INBOUND_PASSTHROUGH)
        ),
    ]
