"""Which of Istio's objects istiod can work with: each is read once as a push would read it.

Unlike the real one: objects that get past the webhook (written while it was not there, or of a kind
or shape that it does not look at) are left out of pushes, and why() says what is wrong with them in
words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.mesh.edge import gateways_of
from kubelearn.mesh.envoy.strings import compiled
from kubelearn.mesh.istio.attributes import fields_of, when_field
from kubelearn.mesh.istio.http_routes import converted as converted_route
from kubelearn.mesh.istio.peer_authentication import effective
from kubelearn.mesh.istio.routes import Proxy, destination_cluster, http_routes
from kubelearn.mesh.istio.traffic_policy import cluster_fields, hash_policies, merged
from kubelearn.mesh.outbound import visible
from kubelearn.mesh.push import ALLOW_ANY, REGISTRY_ONLY, Push, Scope, resolved
from kubelearn.mesh.registry import entry_endpoints, entry_services
from kubelearn.mesh.telemetry.expressions import compiled as compiled_expression
from kubelearn.mesh.telemetry.metrics import changed_tags, named

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, re.error)
MODES = ("UNSET", "DISABLE", "PERMISSIVE", "STRICT")


def problem(kind: str, obj: Object) -> str:
    """What keeps istiod from using an object; "" when nothing does."""
    try:
        READERS[kind](obj)
    except KeyError as error:
        return f"a field is missing or has a value that is not known: {error}"
    except UNREADABLE as error:
        return str(error)
    return ""


def _virtual_service(obj: Object) -> None:
    rule = resolved(obj)
    if not rule["hosts"]:
        _delegate(obj)
    _connections(rule)
    for one in rule["http"]:
        if one.get("delegate") is not None:
            str(one["delegate"]["name"])
            continue
        for block in one.get("match") or (None,):
            gateways = tuple(rule["gateways"])
            found = {**one, "match": [block]} if block else one
            routes = http_routes([found], Proxy(gateways=gateways), destination_cluster(80))
            for regex in _regexes(routes):
                compiled(regex)
        if not any(one.get(way) for way in ("route", "redirect", "directResponse")):
            raise ValueError("a rule of spec.http has no route, redirect or directResponse")
        weights = [to.get("weight", 0) for to in one.get("route") or ()]
        if len(weights) > 1 and not sum(weights):
            raise ValueError("all weights of a rule of spec.http are 0")


def _connections(rule: Object) -> None:
    """The tcp and tls rules of a VirtualService."""
    for one in (*rule["tcp"], *rule["tls"]):
        if not one.get("route"):
            raise ValueError("a rule of spec.tcp or spec.tls has no route")
        for block in one.get("match") or ():
            _networks(block.get("destinationSubnets") or ())
    for block in (block for one in rule["tls"] for block in one.get("match") or ()):
        names = block.get("sniHosts") or ()
        if not names:
            raise ValueError("a match of spec.tls has no sniHosts")
        if not all(isinstance(name, str) for name in names):
            raise TypeError("sniHosts are texts")
    if any(not one.get("match") for one in rule["tls"]):
        raise ValueError("a rule of spec.tls has no match")


def _delegate(obj: Object) -> None:
    """A VirtualService without hosts: others hand over to it."""
    spec = obj["spec"]
    if not spec.get("http"):
        raise ValueError("spec.hosts names no host")
    if spec.get("gateways"):
        raise ValueError("without hosts it is a delegate, and a delegate has no gateways")
    if any(one.get("delegate") for one in spec["http"]):
        raise ValueError("a delegate does not hand over to another")


def _regexes(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if "regex" in value and isinstance(value["regex"], str):
            yield value["regex"]
        for one in value.values():
            yield from _regexes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _regexes(one)


def _destination_rule(obj: Object) -> None:
    spec = obj["spec"]
    if not spec["host"]:
        raise ValueError("spec.host is empty")
    for subset in (None, *(spec.get("subsets") or ())):
        if subset is not None and not subset["name"]:
            raise ValueError("a subset has no name")
        own = ((subset or spec).get("trafficPolicy") or {}).get("portLevelSettings") or ()
        for port in (0, *(one["port"]["number"] for one in own)):
            policy = merged(spec, port, subset)
            cluster_fields(policy)
            hash_policies(policy)


def _gateway(obj: Object) -> None:
    for server in obj["spec"]["servers"]:
        int(server["port"]["number"])
        if not all(isinstance(host, str) for host in server["hosts"]):
            raise TypeError("hosts of a server are texts")
    gateways_of(Push(0, 0, rules={"gateways": (obj,)}), {})


def _service_entry(obj: Object) -> None:
    list(entry_services(obj))
    entry_endpoints(obj)


def _sidecar(obj: Object) -> None:
    list(visible(Push(0, 0, rules={"sidecars": (obj,)}), Scope(obj["metadata"]["namespace"])))
    mode = (obj["spec"].get("outboundTrafficPolicy") or {}).get("mode", ALLOW_ANY)
    if mode not in (ALLOW_ANY, REGISTRY_ONLY):
        raise ValueError(f"mode {mode!r} of outboundTrafficPolicy: use ALLOW_ANY or REGISTRY_ONLY")
    for one in obj["spec"].get("egress") or ():
        for host in one["hosts"]:
            host.partition("/")


def _peer_authentication(obj: Object) -> None:
    effective([obj], obj["metadata"]["namespace"], {}, "")
    spec = obj.get("spec") or {}
    for mtls in (spec.get("mtls") or {}, *(spec.get("portLevelMtls") or {}).values()):
        if mtls.get("mode", "UNSET") not in MODES:
            raise ValueError(f"mode {mtls['mode']!r} of mtls: use {', '.join(MODES)}")


def _authorization_policy(obj: Object) -> None:
    namespace, spec = obj["metadata"]["namespace"], obj.get("spec") or {}
    if spec.get("action", "ALLOW") not in ("ALLOW", "DENY", "CUSTOM", "AUDIT"):
        raise ValueError(f"action {spec['action']!r}: use ALLOW, DENY, CUSTOM or AUDIT")
    if (spec.get("action") == "CUSTOM") != bool((spec.get("provider") or {}).get("name")):
        raise ValueError("spec.provider.name is what action CUSTOM needs, and no other takes")
    for rule in spec.get("rules") or ():
        sources = [one.get("source", one) for one in rule.get("from") or ()]
        operations = [one.get("operation", one) for one in rule.get("to") or ()]
        for entry in (*sources, *operations):
            for name, values in entry.items():
                fields_of(name, namespace)
                if name.lower().endswith("ipblocks"):
                    _networks(values)
        for one in rule.get("when") or ():
            when_field(one["key"])
            if one["key"].endswith(".ip"):
                _networks((*(one.get("values") or ()), *(one.get("notValues") or ())))


def _networks(values: Any) -> None:
    for value in values:
        ip_network(value, strict=False)


def _telemetry(obj: Object) -> None:
    spec = obj.get("spec") or {}
    changed = [one for entry in spec.get("metrics") or () for one in entry.get("overrides") or ()]
    for one in changed:
        named(one.get("match") or {})
        for expression in changed_tags(one).values():
            compiled_expression(expression or "true")
    for entry in spec.get("accessLogging") or ():
        compiled_expression((entry.get("filter") or {}).get("expression") or "true")
    for entry in (*(spec.get("accessLogging") or ()), *(spec.get("tracing") or ()), *changed):
        mode = (entry.get("match") or {}).get("mode") or SIDES[-1]
        if mode not in SIDES:
            raise ValueError(f"mode {mode!r}: use {', '.join(SIDES)}")
    for entry in (*(spec.get("accessLogging") or ()), *(spec.get("tracing") or ()),
                  *(spec.get("metrics") or ())):  # fmt: skip
        if not all(isinstance(one["name"], str) for one in entry.get("providers") or ()):
            raise TypeError("names of providers are texts")
    for entry in spec.get("tracing") or ():
        if not 0 <= float(entry.get("randomSamplingPercentage", 0)) <= 100:
            raise ValueError("randomSamplingPercentage is not between 0 and 100")


SIDES = ("CLIENT", "SERVER", "CLIENT_AND_SERVER")
READERS: dict[str, Callable[[Object], object]] = {
    "virtualservices": _virtual_service,
    "destinationrules": _destination_rule,
    "gateways": _gateway,
    "serviceentries": _service_entry,
    "sidecars": _sidecar,
    "peerauthentications": _peer_authentication,
    "authorizationpolicies": _authorization_policy,
    "requestauthentications": lambda obj: obj.get("spec"),
    "telemetries": _telemetry,
    "httproutes": lambda obj: converted_route(obj, ()),
}
"""How each kind is read."""
