"""Maglev: a table of prime size in which every host takes its turns at its own places.

Source: envoy `source/extensions/load_balancing_policies/maglev`, 1.40; Eisenbud and others,
"Maglev", NSDI 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kubelearn.balancing.host import Ask, Host
from kubelearn.balancing.xxh64 import xxh64

SIZE = 65537


class _Turns:
    """A host's own order of all places, as far as it has got."""

    def __init__(self, host: Host, weight: float, size: int) -> None:
        self.key, self.weight, self.size = host.key, weight, size
        self.target = 0.0
        """The round in which it takes its next place."""
        self.place = xxh64(host.key) % size
        self.skip = xxh64(host.key, 1) % (size - 1) + 1

    def take(self, table: list[str]) -> None:
        """Take the next free place."""
        while table[self.place]:
            self.place = (self.place + self.skip) % self.size
        table[self.place] = self.key


@lru_cache(maxsize=64)
def maglev_table(hosts: tuple[Host, ...], size: int = SIZE) -> list[str]:
    """Which host (by key) has each of `size` (a prime) places; lighter hosts miss turns."""
    if not hosts:
        return []
    total = sum(host.weight for host in hosts)
    ordered = sorted(hosts, key=lambda host: host.key)
    turns = [_Turns(host, host.weight / total, size) for host in ordered]
    heaviest = max(turn.weight for turn in turns)
    table, left, number = [""] * size, size, 1
    while left:
        for turn in turns:
            if not left or number * turn.weight < turn.target:
                continue
            turn.target += heaviest
            turn.take(table)
            left -= 1
        number += 1
    return table


class Maglev:
    """Nearly as steady as a ring, with shares that are almost exactly equal."""

    def __init__(self, hosts: Sequence[Host], size: int = SIZE) -> None:
        self.hosts = {host.key: host for host in hosts}
        self.table = maglev_table(tuple(hosts), size)

    def pick(self, ask: Ask) -> Host | None:
        """The host of the hash; of a drawn one for a request without."""
        if not self.hosts:
            return None
        value = ask.draw(1 << 64, 0) if ask.hash is None else ask.hash
        return self.hosts[self.table[value % len(self.table)]]

    def fork(self) -> Maglev:
        """Itself: it remembers nothing."""
        return self
