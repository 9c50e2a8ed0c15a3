"""Where VirtualServices lead: whether hosts, ports and subsets are there.

Source: istio `pkg/config/analysis/analyzers/virtualservice/destinationhosts.go`,
`destinationrules.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object, key_of
from kubelearn.mesh.analysis.facts import Facts
from kubelearn.mesh.analysis.message import Message, listed, message
from kubelearn.mesh.registry import full_host


class Named(NamedTuple):
    """A destination of a VirtualService; `prefix` is "mirror " for one of copies."""

    destination: Object
    prefix: str


def destinations(rule: Object) -> Iterator[Named]:
    """All destinations of a VirtualService, those of copies last."""
    spec = rule["spec"]
    for kind in ("tcp", "tls", "http"):
        for one in spec.get(kind) or ():
            for to in one.get("route") or ():
                yield Named(to["destination"], "")
    for one in spec.get("http") or ():
        copies = [one["mirror"]] if one.get("mirror") else []
        for to in [*copies, *(each["destination"] for each in one.get("mirrors") or ())]:
            yield Named(to, "mirror ")


def hosts(facts: Facts) -> Iterator[Message]:
    """A host or port that there is not; a port that has to be said (IST0101, IST0112)."""
    for rule in facts.of("virtualservices"):
        for named in destinations(rule):
            yield from _host(facts, rule, named)


def _host(facts: Facts, rule: Object, named: Named) -> Iterator[Message]:
    host = named.destination["host"]
    service = facts.service(host, key_of(rule)[0])
    if service is None:
        yield message("IST0101", rule, f"{named.prefix}host", host)
        return
    number = (named.destination.get("port") or {}).get("number")
    ports = [port.number for port in service.ports]
    if not number and len(ports) > 1:
        yield message("IST0112", rule, host, listed(ports))
    elif number and number not in ports:
        yield message("IST0101", rule, "host:port", f"{host}:{number}")


def subsets(facts: Facts) -> Iterator[Message]:
    """A subset that no DestinationRule has (IST0101): requests get 503 with flag NC."""
    known = {
        (full_host(one["spec"]["host"], key_of(one)[0]), subset["name"])
        for one in facts.of("destinationrules") for subset in one["spec"].get("subsets") or ()
    }  # fmt: skip
    for rule in facts.of("virtualservices"):
        for named in destinations(rule):
            host, subset = named.destination["host"], named.destination.get("subset")
            if subset and (full_host(host, key_of(rule)[0]), subset) not in known:
                what = f"{named.prefix.strip() or 'host'}+subset in destinationrule"
                yield message("IST0101", rule, what, f"{host}+{subset}")
