"""Ring hash (ketama): hosts stand many times on a ring, a request goes to the next one.

Source: envoy `source/extensions/load_balancing_policies/ring_hash`, 1.40.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from kubelearn.balancing.host import Ask, Host
from kubelearn.balancing.xxh64 import xxh64

MINIMUM, MAXIMUM = 1024, 8 * 1024 * 1024
"""Entries on a ring."""

Entry = tuple[int, str]
"""Hash and key of the host."""


@lru_cache(maxsize=256)
def ring(hosts: tuple[Host, ...], minimum: int = MINIMUM, maximum: int = MAXIMUM) -> list[Entry]:
    """The entries in the order of their hashes.

    Every host has its share of them, and the one of the least weight a whole number.
    """
    if not hosts:
        return []
    total = sum(host.weight for host in hosts)
    least = min(host.weight for host in hosts) / total
    scale = min(ceil(least * minimum) / least, maximum)
    entries: list[Entry] = []
    target = 0.0
    for host in hosts:
        target += scale * (host.weight / total)
        number = 0
        while len(entries) < target:
            entries.append((xxh64(f"{host.key}_{number}"), host.key))
            number += 1
    return sorted(entries)


def pick_from(entries: Sequence[Entry], value: int) -> str:
    """The key of the first entry at or after a hash, round the end to the first."""
    return entries[bisect_left(entries, (value, "")) % len(entries)][1]


class RingHash:
    """Equal hashes go to the same host, and to few others when a host comes or goes."""

    def __init__(self, hosts: Sequence[Host], minimum: int = MINIMUM) -> None:
        self.hosts = {host.key: host for host in hosts}
        self.ring = ring(tuple(hosts), minimum)

    def pick(self, ask: Ask) -> Host | None:
        """The host of the hash; of a drawn one for a request without."""
        if not self.hosts:
            return None
        value = ask.draw(1 << 64, 0) if ask.hash is None else ask.hash
        return self.hosts[pick_from(self.ring, value)]

    def fork(self) -> RingHash:
        """Itself: it remembers nothing."""
        return self
