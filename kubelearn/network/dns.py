"""Cluster DNS: what CoreDNS answers to a query.

Source: coredns `plugin/kubernetes/handler.go`, `plugin/backend_lookup.go`; kubeadm's Corefile,
which keeps no cache for the cluster's own zone.

Unlike the real one: answers follow a write at once; names outside the cluster's zone are not known,
nor are the SOA and NS records of the zone itself; all records of a name are answered.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from kubelearn.api.server import APIServer
from kubelearn.network.dns_zone import NO_PORT, Found, NoSuchName, Zone
from kubelearn.runtime.part import Context

SCHEMA_VERSION = "1.1.0"
VERSION_TTL = 28800
LONGEST_CHAIN = 8
"""Aliases that are followed one after the other."""


class Record(NamedTuple):
    """One DNS record; names are without the dot at the end."""

    name: str
    type: str
    data: str
    ttl: int


class Reply(NamedTuple):
    """An answer: `authority` is "SOA" when there are no records."""

    rcode: str
    answer: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    authority: str = ""


class Answer(NamedTuple):
    """What a name means: addresses, or none because it does not exist."""

    name: str
    addresses: tuple[str, ...]
    exists: bool = True
    alias: str = ""
    """The name outside the cluster that it stands for."""


class Dns:
    """The records of the cluster's zone."""

    name = "dns"
    state: ClassVar[tuple[str, ...]] = ()

    def __init__(self, context: Context, zone: Zone | None = None) -> None:
        self.context = context
        self.zone = zone or Zone()

    def answer(self, name: str) -> Answer:
        """What a client learns that asks for the IPv4 addresses of a full name."""
        if not self.zone.holds(name.lower()):
            return Answer(name, (), exists=False)
        reply = self.query(name, "A")
        addresses = tuple(record.data for record in reply.answer if record.type == "A")
        aliases = [record.data for record in reply.answer if record.type == "CNAME"]
        outside = aliases[-1] if aliases and not addresses else ""
        return Answer(name, addresses, reply.rcode == "NOERROR", outside)

    def query(self, name: str, kind: str) -> Reply:
        """What CoreDNS answers to a query for the records of a type, such as "A" or "SRV".

        ValueError for what is not modelled: names outside, SOA and NS of the zone itself.
        """
        plain = name.rstrip(".").lower()
        if kind == "PTR" and plain.endswith(".arpa"):
            return self._reverse(plain)
        if not self.zone.holds(plain):
            raise ValueError(f"{name!r} is not in {self.zone.name}: other names are not modelled")
        if plain == self.zone.name and kind in ("SOA", "NS"):
            raise ValueError(f"the {kind} record of {self.zone.name} itself is not modelled")
        try:
            answer, additional = TYPES.get(kind, _nothing)(self.zone, self.context.api, plain)
        except NoSuchName:
            return Reply("NXDOMAIN", authority="SOA")
        return Reply("NOERROR", answer, additional, "" if answer else "SOA")

    def _reverse(self, name: str) -> Reply:
        names = self.zone.reverse(self.context.api, _reversed(name))
        answer = tuple(Record(name, "PTR", each, self.zone.ttl) for each in names)
        return Reply("NOERROR", answer) if answer else Reply("NXDOMAIN", authority="SOA")


Records = tuple[tuple[Record, ...], tuple[Record, ...]]
"""Answer and additional section."""


def _addresses(kind: str) -> Callable[[Zone, APIServer, str], Records]:
    return lambda zone, api, name: (tuple(_of_family(zone, api, name, kind)), ())


def _of_family(zone: Zone, api: APIServer, name: str, kind: str, hops: int = 0) -> list[Record]:
    """The records of one family, with the alias that leads to them."""
    made: dict[Record, None] = {}
    for found in zone.find(api, name):
        if found.family == kind:
            made[Record(name, kind, found.host, zone.ttl)] = None
        elif found.family == "CNAME" and found.host.lower() != name and hops < LONGEST_CHAIN:
            made.update(dict.fromkeys(_alias(zone, api, name, found, kind, hops)))
    return list(made)


def _alias(
    zone: Zone, api: APIServer, name: str, found: Found, kind: str, hops: int
) -> list[Record]:
    alias = Record(name, "CNAME", found.host, zone.ttl)
    if not zone.holds(found.host.lower()):
        return [alias]
    try:
        behind = _of_family(zone, api, found.host.lower(), kind, hops + 1)
    except NoSuchName:
        return []
    return [alias, *behind] if behind else []


def _cname(zone: Zone, api: APIServer, name: str) -> Records:
    found = zone.find(api, name)
    aliases = [each.host for each in found[:1] if each.family == "CNAME"]
    return tuple(Record(name, "CNAME", host, zone.ttl) for host in aliases), ()


def _srv(zone: Zone, api: APIServer, name: str) -> Records:
    """Priority, weight, port, target of each; 100 is shared among all that were found."""
    found = [each for each in zone.find(api, name) if each.family != "CNAME"]
    weight = max(1, 100 // len(found)) if found else 0
    listed = [each for each in found if each.port != NO_PORT]
    answer = {
        Record(name, "SRV", f"0 {weight} {each.port} {each.domain}", zone.ttl): None
        for each in listed
    }
    more = {Record(each.domain, each.family, each.host, zone.ttl): None for each in listed}
    return tuple(answer), tuple(more)


def _txt(zone: Zone, api: APIServer, name: str) -> Records:
    if name == f"dns-version.{zone.name}":
        return (Record(name, "TXT", SCHEMA_VERSION, VERSION_TTL),), ()
    if not zone.find(api, name):
        raise NoSuchName(name)
    return (), ()


def _nothing(zone: Zone, api: APIServer, name: str) -> Records:
    """Another type: no records, if only the name exists."""
    zone.find(api, name)
    return (), ()


TYPES: dict[str, Callable[[Zone, APIServer, str], Records]] = {
    "A": _addresses("A"),
    "AAAA": _addresses("AAAA"),
    "CNAME": _cname,
    "SRV": _srv,
    "TXT": _txt,
}
"""The types that have records; a query for any other one finds none."""


def _reversed(name: str) -> str:
    """The address of a name such as 7.1.244.10.in-addr.arpa; "" for one that is none."""
    digits = name.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa").split(".")[::-1]
    text = ".".join(digits)
    if name.endswith(".ip6.arpa"):
        joined = "".join(digits)
        text = ":".join(joined[at : at + 4] for at in range(0, len(joined), 4))
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
