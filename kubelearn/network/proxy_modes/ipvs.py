"""IPVS mode: the kernel's schedulers, and what `ipvsadm -Ln` shows.

kube-proxy gives every endpoint the weight 1, so the weighted schedulers choose as the plain ones.
Source: Linux 6.12 `net/netfilter/ipvs/ip_vs_{rr,wrr,lc,wlc,sh,dh,sed,nq}.c`; Kubernetes 1.36
`pkg/proxy/ipvs/proxier.go`.

Unlike the real one: endpoints stand in the order of their addresses, the kernel puts new ones
first; the schedulers lblc, lblcr and mh are refused.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kubelearn.network.endpoints import Backend

GOLDEN_RATIO = 0x61C88647
TABLE_BITS = 8
HEADER = (
    "IP Virtual Server version 1.2.1 (size=4096)\n"
    "Prot LocalAddress:Port Scheduler Flags\n"
    "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
)


class Connection(NamedTuple):
    """What a scheduler looks at."""

    source: str
    target: str
    turn: int
    """How many connections this virtual server has taken before."""
    active: tuple[int, ...]
    """Open connections to each endpoint."""


def _round_robin(connection: Connection, count: int) -> int:
    return connection.turn % count


def _least(connection: Connection, count: int) -> int:
    return min(range(count), key=lambda one: connection.active[one])


def _never_queue(connection: Connection, count: int) -> int:
    idle = (one for one in range(count) if not connection.active[one])
    return next(idle, _least(connection, count))


def _source(connection: Connection, count: int) -> int:
    return bucket(connection.source) % count


def _destination(connection: Connection, count: int) -> int:
    return bucket(connection.target) % count


SCHEDULERS: dict[str, Callable[[Connection, int], int]] = {
    "rr": _round_robin,
    "wrr": _round_robin,
    "lc": _least,
    "wlc": _least,
    "sed": _least,
    "nq": _never_queue,
    "sh": _source,
    "dh": _destination,
}
"""By the names of `ipvs.scheduler`: (connection, number of endpoints) → which one."""


def bucket(address: str) -> int:
    """The place of an address in the kernel's hash table (`hash_32`), 0 to 255."""
    product = int(ipaddress.IPv4Address(address)) * GOLDEN_RATIO & 0xFFFFFFFF
    return product >> (32 - TABLE_BITS)


class VirtualServer(NamedTuple):
    """One address of a Service as IPVS has it."""

    protocol: str
    address: str
    port: int
    scheduler: str
    timeout: int = 0
    """Seconds of persistence; 0 = none."""
    backends: tuple[Backend, ...] = ()


def listing(servers: Sequence[VirtualServer], active: Callable[[Backend], int]) -> str:
    """The text of `ipvsadm -Ln`."""
    lines = []
    for one in servers:
        kept = f" persistent {one.timeout}" if one.timeout else ""
        lines.append(f"{one.protocol:<4} {one.address}:{one.port} {one.scheduler}{kept}\n")
        for backend in one.backends:
            place = f"{backend.address}:{backend.port}"
            lines.append(f"  -> {place:<28} Masq    1      {active(backend):<10} 0\n")
    return HEADER + "".join(lines)
