"""A push: all that istiod knows at a moment, and what proxies need of it, made once for all.

Proxies share what they have in common: a route table is made once for all proxies for which it
would be the same (their scope), a cluster once for all of one place. So a push to ten thousand
proxies is one object that they all point to; and where only endpoints have changed, the next push
goes on with all that was made of the last one for other hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from kubelearn.api.objects import Key, Object, get_path
from kubelearn.mesh.istio.delegates import with_delegates
from kubelearn.mesh.istio.durations import in_seconds
from kubelearn.mesh.istio.export_to import exported
from kubelearn.mesh.istio.http_routes import virtual_services as of_http_routes
from kubelearn.mesh.registry import Endpoint, Service, full_host

T = TypeVar("T")
ROOT = "istio-system"
MESH = "mesh"
REGISTRY_ONLY, ALLOW_ANY = "REGISTRY_ONLY", "ALLOW_ANY"


ALIKE = ("services", "rules", "mesh", "keys")
"""What does not change where only endpoints do."""


class Scope(NamedTuple):
    """What a proxy is, as far as its configuration depends on it."""

    namespace: str
    labels: tuple[tuple[str, str], ...] = ()
    """Only those that some rule asks for."""
    locality: str = ""


@dataclass(frozen=True)
class Push:
    """The state of the mesh that proxies work with until the next push."""

    version: int
    time: int
    services: Mapping[str, Service] = field(default_factory=dict)
    """By host."""
    endpoints: Mapping[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    """By host."""
    rules: Mapping[str, tuple[Object, ...]] = field(default_factory=dict)
    """Istio's objects by resource, the oldest first."""
    mesh: Mapping[str, Any] = field(default_factory=dict)
    """The mesh's settings: what `mesh` of the ConfigMap istio says."""
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Issuer and `jwksUri` → the keys that were fetched (JSON text)."""
    made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been made of it so far; each entry follows from the rest without endpoints."""
    placed: dict[str, dict[Any, Any]] = field(default_factory=dict, compare=False, repr=False)
    """The same by the host from whose endpoints it follows; "" for those of all hosts."""

    def after(self, last: Push | None) -> Push:
        """The push with what was made of the last one, as far as it follows from the same."""
        if last is None or any(getattr(self, part) != getattr(last, part) for part in ALIKE):
            return self
        same = {host: own for host, own in last.placed.items()
                if host and self.endpoints.get(host) == last.endpoints.get(host)}  # fmt: skip
        return replace(self, made=last.made, placed=same)

    def memo(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` makes, made once."""
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = make()
        return found

    def memo_of(self, host: str, key: Any, make: Callable[[], T]) -> T:
        """What `make` makes of the endpoints of a host, made once."""
        table = self.placed.setdefault(host, {})
        found = table.get(key)
        if found is None:
            found = table[key] = make()
        return found

    def fork(self) -> Push:
        """Itself: nothing in it changes."""
        return self

    def of(self, kind: str) -> tuple[Object, ...]:
        """The objects of a resource such as "virtualservices", the oldest first."""
        return self.rules.get(kind, ())

    @property
    def virtual_services(self) -> tuple[Mapping[str, Any], ...]:
        """The specs of all VirtualServices with full host names and the rules of delegates.

        Behind them stand those that HTTPRoutes make.
        """
        return self.memo("virtual services", lambda: (
            *with_delegates(resolved(one) for one in self.of("virtualservices")),
            *of_http_routes(self.of("httproutes"), self.services),
        ))  # fmt: skip

    def by_address(self, address: str) -> Service | None:
        """The service that has a virtual address."""
        table: dict[str, Service] = self.memo(
            "addresses",
            lambda: {one.address: one for one in self.services.values() if one.address},
        )
        return table.get(address)

    def behind(self, pod: Key) -> list[tuple[str, Endpoint]]:
        """The hosts that a pod serves, each with its endpoint there."""
        table: dict[Key, list[tuple[str, Endpoint]]] = self.memo_of("", "pods", self._by_pod)
        return table.get(pod, [])

    def _by_pod(self) -> dict[Key, list[tuple[str, Endpoint]]]:
        table: dict[Key, list[tuple[str, Endpoint]]] = {}
        for host, endpoints in self.endpoints.items():
            for one in endpoints:
                table.setdefault(one.pod, []).append((host, one))
        return table

    def scope(self, namespace: str, labels: Mapping[str, str], locality: str) -> Scope:
        """The scope of a proxy: of its labels only those that some object looks at."""
        asked: frozenset[str] = self.memo("labels", self._labels)
        kept = tuple(sorted((name, labels[name]) for name in asked if name in labels))
        return Scope(namespace, kept, locality)

    def _labels(self) -> frozenset[str]:
        names: set[str] = set()
        for one in self.virtual_services:
            for rule in (*one["http"], *one["tcp"], *one["tls"]):
                for block in rule.get("match") or ():
                    names.update(block.get("sourceLabels") or ())
        for sidecar in self.of("sidecars"):
            names.update(get_path(sidecar, "spec", "workloadSelector", "labels", default={}))
        for rule in self.of("destinationrules"):
            setting = get_path(rule, "spec", "trafficPolicy", "loadBalancer", "localityLbSetting")
            names.update(
                label.partition("=")[0] for label in (setting or {}).get("failoverPriority") or ()
            )
        return frozenset(names)

    def sidecar(self, scope: Scope) -> Object | None:
        """The Sidecar object for a proxy: by its labels, of its namespace, or of the root's."""
        labels, found = dict(scope.labels), None
        for place in (scope.namespace, ROOT):
            for one in self.of("sidecars"):
                if one["metadata"]["namespace"] != place:
                    continue
                wanted = get_path(one, "spec", "workloadSelector", "labels", default={})
                if wanted and place == scope.namespace and wanted.items() <= labels.items():
                    return one
                if not wanted and found is None:
                    found = one
        return found

    def egress(self, scope: Scope) -> tuple[str, ...] | None:
        """The egress hosts of the Sidecar object for a proxy; None when there is none."""
        found = self.sidecar(scope)
        return None if found is None else _hosts(found)

    def registry_only(self, scope: Scope) -> bool:
        """Whether a proxy lets nothing out that is not in its registry (outboundTrafficPolicy).

        A Sidecar object that says nothing leaves it to the mesh, and the mesh allows any.
        """
        said = ((self.sidecar(scope) or {}).get("spec") or {}).get("outboundTrafficPolicy")
        policy = self.mesh.get("outboundTrafficPolicy") if said is None else said
        return isinstance(policy, Mapping) and policy.get("mode", REGISTRY_ONLY) == REGISTRY_ONLY

    def destination_rules(self, host: str, namespace: str) -> list[Object]:
        """The DestinationRules for a host: of the client's namespace, its own, or the root's."""
        return self.memo(("rules", host, namespace), lambda: self._rules_for(host, namespace))

    def _rules_for(self, host: str, namespace: str) -> list[Object]:
        service = self.services.get(host)
        places = dict.fromkeys((namespace, service.namespace if service else "", ROOT))
        table: dict[Key, list[Object]] = self.memo("destination rules", self._destination_rules)
        wild: bool = self.memo("wild rules", lambda: (any("*" in name for _, name in table),))[0]
        names = (host, *_wildcards(host), "*") if wild else (host,)
        for place in places:
            for name in names:
                found = [one for one in table.get((place, name), ())
                         if place == namespace or exported_to(one, namespace)]  # fmt: skip
                if found:
                    return found
        return []

    def meddles(self, namespace: str) -> bool:
        """Whether a namespace has rules for hosts of others that do not count everywhere."""
        found: frozenset[str] = self.memo("meddling", self._meddling)
        return namespace in found or self.memo("hidden rules", self._hides)[0]

    def _hides(self) -> tuple[bool]:
        """Whether some DestinationRule is not exported to all namespaces."""
        rules = self.of("destinationrules")
        return (any((one.get("spec") or {}).get("exportTo") for one in rules),)

    def _meddling(self) -> frozenset[str]:
        found = set()
        for place, host in self.memo("destination rules", self._destination_rules):
            service = self.services.get(host)
            if service is None or service.namespace != place:
                found.add(place)
        return frozenset(found)

    def _destination_rules(self) -> dict[Key, list[Object]]:
        table: dict[Key, list[Object]] = {}
        for rule in self.of("destinationrules"):
            namespace = rule["metadata"]["namespace"]
            host = full_host((rule.get("spec") or {}).get("host") or "", namespace)
            table.setdefault((namespace, host), []).append(rule)
        return table


def exported_to(obj: Object, viewer: str) -> bool:
    """Whether one of Istio's objects counts in a namespace."""
    places = (obj.get("spec") or {}).get("exportTo") or ()
    return exported(places, obj["metadata"]["namespace"], viewer)


def _wildcards(host: str) -> list[str]:
    pieces = host.split(".")
    return [f"*.{'.'.join(pieces[place:])}" for place in range(1, len(pieces))]


def _hosts(sidecar: Object) -> tuple[str, ...] | None:
    egress = (sidecar.get("spec") or {}).get("egress")
    if not egress:
        return None
    return tuple(host for one in egress for host in one.get("hosts") or ())


def resolved(obj: Object) -> Object:
    """The spec of a VirtualService with full host names and times in seconds."""
    spec, metadata = in_seconds(obj.get("spec") or {}), obj["metadata"]
    namespace = metadata["namespace"]
    return {
        **spec,
        "name": metadata["name"],
        "namespace": namespace,
        "hosts": [full_host(host, namespace) for host in spec.get("hosts") or ()],
        "gateways": [_gateway(name, namespace) for name in spec.get("gateways") or (MESH,)],
        "http": [_rule(rule, namespace) for rule in spec.get("http") or ()],
        "tcp": [_rule(rule, namespace) for rule in spec.get("tcp") or ()],
        "tls": [_rule(rule, namespace) for rule in spec.get("tls") or ()],
    }


def _gateway(name: str, namespace: str) -> str:
    return name if name == MESH or "/" in name else f"{namespace}/{name}"


def _rule(rule: Object, namespace: str) -> Object:
    made = dict(rule)
    if rule.get("route"):
        made["route"] = [
            {**one, "destination": _destination(one["destination"], namespace)}
            for one in rule["route"]
        ]
    if rule.get("mirror"):
        made["mirror"] = _destination(rule["mirror"], namespace)
    if rule.get("mirrors"):
        made["mirrors"] = [
            {**one, "destination": _destination(one["destination"], namespace)}
            for one in rule["mirrors"]
        ]
    if rule.get("match"):
        made["match"] = [
            {**block, "gateways": [_gateway(name, namespace) for name in block["gateways"]]}
            if block.get("gateways") else block
            for block in rule["match"]
        ]  # fmt: skip
    return made


def _destination(destination: Object, namespace: str) -> Object:
    return {**destination, "host": full_host(destination["host"], namespace)}
