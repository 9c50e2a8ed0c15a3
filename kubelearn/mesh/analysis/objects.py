"""Objects that cannot be used, contradict each other, or lack a field.

Source: istio `pkg/config/analysis/analyzers/virtualservice/conflictingmeshgatewayhosts.go`,
`destinationrule/ca-certificates.go`, `serviceentry/protocoladdresses.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.objects import Object, get_path, key_of
from kubelearn.mesh.analysis.facts import GROUPS, Facts
from kubelearn.mesh.analysis.message import Message, full_name, message
from kubelearn.mesh.istio.export_to import PRIVATE, PUBLIC
from kubelearn.mesh.legible import problem
from kubelearn.mesh.registry import full_host

CHECKED = ("SIMPLE", "MUTUAL")
"""Modes of TLS whose server's certificate ought to be checked."""


def usable(facts: Facts) -> Iterator[Message]:
    """Objects that istiod leaves out (IST0106)."""
    for kind in GROUPS:
        for obj in facts.all_of(kind):
            found = problem(kind, obj)
            if found:
                yield message("IST0106", obj, found)


def conflicting_hosts(facts: Facts) -> Iterator[Message]:
    """VirtualServices of sidecars for the same host: only the oldest counts (IST0109)."""
    found: dict[str, list[Object]] = {}
    for rule in facts.of("virtualservices"):
        spec, namespace = rule["spec"], key_of(rule)[0]
        if "mesh" not in (spec.get("gateways") or ("mesh",)):
            continue
        for place in _places(spec.get("exportTo") or (), namespace):
            for host in spec.get("hosts") or ():
                found.setdefault(f"{place}/{full_host(host, namespace)}", []).append(rule)
    for host, rules in found.items():
        if len(rules) > 1:
            names = ",".join(map(full_name, rules))
            yield from (message("IST0109", rule, names, host) for rule in rules)


def _places(export_to: Any, own: str) -> list[str]:
    if not export_to or PUBLIC in export_to:
        return [PUBLIC]
    return sorted({own if one == PRIVATE else one for one in export_to})


def certificates(facts: Facts) -> Iterator[Message]:
    """TLS to a server whose certificate nobody checks (IST0128, IST0129)."""
    for rule in facts.of("destinationrules"):
        policy = rule["spec"].get("trafficPolicy") or {}
        words = (full_name(rule), key_of(rule)[0])
        host = rule["spec"]["host"]
        mode = _unchecked(policy)
        if mode:
            yield message("IST0128", rule, *words, mode, host)
        for one in policy.get("portLevelSettings") or ():
            mode = _unchecked(one)
            if mode:
                port = f"number:{get_path(one, 'port', 'number')}"
                yield message("IST0129", rule, *words, mode, host, port)


def _unchecked(policy: Object) -> str:
    tls = policy.get("tls") or {}
    mode = str(tls.get("mode") or "")
    return mode if mode in CHECKED and not tls.get("caCertificates") else ""


def addresses(facts: Facts) -> Iterator[Message]:
    """Ports of TCP of a ServiceEntry that a proxy cannot tell by an address (IST0134)."""
    for entry in facts.of("serviceentries"):
        if not entry["spec"].get("addresses"):
            for port in entry["spec"].get("ports") or ():
                if port.get("protocol", "") in ("", "TCP"):
                    yield message("IST0134", entry)
