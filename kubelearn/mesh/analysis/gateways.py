"""Gateways: whether VirtualServices find theirs, whether ports are open, and who disputes them.

Source: istio `pkg/config/analysis/analyzers/virtualservice/gateways.go`,
`gateway/conflictinggateway.go`, `gateway/gateway.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Key, Object, key_of, labels_of
from kubelearn.mesh.analysis.facts import Facts
from kubelearn.mesh.analysis.message import Message, full_name, listed, message, selector_text
from kubelearn.mesh.istio.sidecar_hosts import overlap


def bound_gateways(facts: Facts) -> Iterator[Message]:
    """A Gateway that is not there (IST0101), or has none of the hosts (IST0132)."""
    gateways = {key_of(one): one for one in facts.of("gateways")}
    for rule in facts.of("virtualservices"):
        namespace, hosts = key_of(rule)[0], rule["spec"].get("hosts") or ()
        for name in rule["spec"].get("gateways") or ():
            if name == "mesh":
                continue
            home, _, own = name.rpartition("/")
            key = (home or namespace, own)
            if key not in gateways:
                yield message("IST0101", rule, "gateway", name)
            open_ = _hosts(gateways.get(key), namespace)
            if not any(overlap(one, host) for one in open_ for host in hosts):
                yield message("IST0132", rule, listed(hosts), full_name(rule), "/".join(key))


def _hosts(gateway: Object | None, viewer: str) -> Iterator[str]:
    """The hosts of a Gateway for VirtualServices of a namespace."""
    for server in (gateway or {"spec": {}})["spec"].get("servers") or ():
        for host in server["hosts"]:
            place, slash, name = host.rpartition("/")
            own = key_of(gateway)[0] if place == "." and gateway else place
            if not slash or own in ("*", viewer):
                yield name


def gateway_ports(facts: Facts) -> Iterator[Message]:
    """A selector that picks no pod (IST0101), a port that no Service of the pods has (IST0162)."""
    for gateway in facts.of("gateways"):
        selector = gateway["spec"].get("selector") or {}
        pods = list(facts.pods(selector))
        if not pods:
            yield message("IST0101", gateway, "selector", selector_text(selector))
            continue
        ports = {number for pod in pods for number in _ports(facts, pod)}
        for server in gateway["spec"].get("servers") or ():
            if server["port"]["number"] not in ports:
                number = server["port"]["number"]
                yield message("IST0162", gateway, number, selector_text(selector))


def _ports(facts: Facts, pod: Object) -> Iterator[int]:
    """The ports of the Services that pick a pod."""
    for service in facts.api.list("services", key_of(pod)[0]):
        wanted = service["spec"].get("selector") or {}
        if wanted and wanted.items() <= labels_of(pod).items():
            for port in service["spec"].get("ports") or ():
                if port.get("protocol", "TCP") == "TCP":
                    yield port["port"]


def conflicting_gateways(facts: Facts) -> Iterator[Message]:
    """Gateways of the same pods with the same port and hosts (IST0145)."""
    servers: dict[tuple[str, int], dict[Key, list[str]]] = {}
    gateways = facts.of("gateways")
    for gateway in gateways:
        text = selector_text(gateway["spec"].get("selector") or {})
        for server in gateway["spec"].get("servers") or ():
            place = servers.setdefault((text, server["port"]["number"]), {})
            place[key_of(gateway)] = server["hosts"]
    for gateway in gateways:
        text = selector_text(gateway["spec"].get("selector") or {})
        for server in gateway["spec"].get("servers") or ():
            number, hosts = server["port"]["number"], server["hosts"]
            others = servers[text, number].items()
            names = ["/".join(key) for key, own in others if key != key_of(gateway)
                     for host in hosts if any(overlap(host, one) for one in own)]  # fmt: skip
            if names:
                yield message("IST0145", gateway, ",".join(names), text, number, ",".join(hosts))
