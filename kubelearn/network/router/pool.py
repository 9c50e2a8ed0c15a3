"""The hosts of a proxy as its router in bulk sees them: whose turn it is, as long as that is plain.

All that is remembered is the mesh's own state of the cluster (`Upstream`); here is only what does
not change from one request to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kubelearn.balancing import Ask
from kubelearn.balancing.host import Host
from kubelearn.balancing.least_request import CHOICES, LeastRequest
from kubelearn.balancing.maglev import Maglev
from kubelearn.balancing.random_choice import RandomChoice
from kubelearn.balancing.ring_hash import RingHash
from kubelearn.balancing.round_robin import RoundRobin
from kubelearn.network.passages import NEVER
from kubelearn.network.plan import Passing

TWO, ONE, TURNS, FIXED, ANY = range(5)
"""How a host is found: the less busy of two drawn ones, a drawn one, in turn, always the same, or
as the mesh says each time."""
PLAIN: dict[type, int] = {
    LeastRequest: TWO, RandomChoice: ONE, RoundRobin: TURNS, RingHash: FIXED, Maglev: FIXED,
}  # fmt: skip
"""Balancers that go by nothing but draws, turns, the hash, and who is busy."""


class Upstream(Protocol):
    """One cluster as one proxy lives it; the mesh knows."""

    active: dict[str, int]
    waiting: tuple[int, ...]
    retries: int
    detector: Any
    next_tick: int

    @property
    def busy(self) -> int:
        """Requests under way."""

    def most_retries(self, busy: int) -> int:
        """How many retries may run at once."""

    def tick(self, now: int) -> None:
        """Let the intervals of outlier detection end that have ended by now."""

    def choose(
        self, draw: Callable[[str, int, int], int], value: int | None, avoid: Sequence[str],
        attempts: int,
    ) -> Any:  # fmt: skip
        """A host for a try."""

    def ended(self, host: str, status: int, now: int) -> list[str]:
        """A request ended; who is ejected by it."""

    def candidates(self) -> tuple[Host, ...] | None:
        """The hosts between which the balancer alone decides now; None where places count too."""

    def balancer(self, hosts: tuple[Host, ...]) -> Any:
        """The balancer for these hosts, which remembers what it has chosen."""


Pairs = Callable[[int], tuple[Sequence[int], Sequence[int]]]
"""Number of hosts → the two that are drawn for each new request."""
Find = Callable[[int], int]
"""Place of a new request → its host."""


class Pool:
    """A cluster in a proxy during one stretch of time."""

    def __init__(self, passing: Passing, upstream: Upstream, pairs: Pairs) -> None:
        self.upstream, self.hash, self.pairs = upstream, passing.leg.routed.hash, pairs
        self.keys = [host.key for host in passing.hosts]
        self.places = {key: place for place, key in enumerate(self.keys)}
        self.active, self.detector = upstream.active, upstream.detector
        self.fine: list[str] = []
        """Hosts of successes that outlier detection has not been told of yet."""
        limits, self.http2 = passing.cluster.thresholds, passing.cluster.http2
        self.most, self.lines = int(limits["max_requests"]), int(limits["max_connections"])
        self.most_waiting = int(limits["max_pending_requests"])
        self.room = self.most if self.http2 else min(self.most, self.lines)
        """As many may be under way while nothing has to be asked."""
        self.busy = upstream.busy
        self.failed: set[str] = set()
        """Hosts whose last answer was a failure, or that have failed in a row."""
        self.tick_at = NEVER
        self.look()

    def look(self) -> None:
        """Take over what the mesh knows: who is out, who has failed."""
        if self.detector is not None:
            self.tick_at = self.upstream.next_tick
            self.failed = {host for host, own in self.detector.hosts.items()
                           if own.failures or own.gateway_failures}  # fmt: skip
        self.way, self.hosts = ANY, list[int]()
        self.balancer: Any = None
        self.find: Find = self._find_first
        candidates = self.upstream.candidates()
        if candidates:
            self._plain(candidates)
        self.count_free()

    def _plain(self, candidates: tuple[Host, ...]) -> None:
        """Find out how hosts are chosen among these."""
        found = self.upstream.balancer(candidates)
        way = PLAIN.get(type(found), ANY)
        if (way == TWO and found.choices != CHOICES) or (way == FIXED and self.hash is None):
            return
        self.way, self.balancer = way, found
        if way == FIXED:
            candidates = (found.pick(Ask(self.hash)),)
        self.hosts = [self.places[host.key] for host in candidates]

    def count_free(self) -> None:
        """Find out up to how many may be under way for the next to be sent to a host at once."""
        self.free = 0 if self.way == ANY or self.upstream.waiting else self.room

    def _find_first(self, place: int) -> int:
        """The first host that is found so; from then on without asking how."""
        self.find = self._finder()
        return self.find(place)

    def _finder(self) -> Find:
        """How hosts are found for new requests, as long as who is in does not change."""
        hosts = self.hosts
        if self.way == FIXED:
            return lambda _place: hosts[0]
        if self.way == TURNS:
            return lambda _place: self.turn()
        one, other = self.pairs(len(hosts))
        if self.way == ONE:
            return lambda place: hosts[one[place]]
        names, busy = [self.keys[host] for host in hosts], self.active.get

        def less_busy(place: int) -> int:
            mine, rival = one[place], other[place]
            return hosts[rival if busy(names[rival], 0) < busy(names[mine], 0) else mine]

        return less_busy

    def tick(self, now: int) -> None:
        """Let intervals end."""
        self.flush()
        self.upstream.tick(now)
        self.look()

    def flush(self) -> None:
        """Tell outlier detection of the successes since it was told last."""
        for host, count in Counter(self.fine).items() if self.detector is not None else ():
            own = self.detector.hosts.get(host)
            if own is not None:
                self.detector.hosts[host] = own._replace(
                    requests=own.requests + count, successes=own.successes + count
                )
        self.fine.clear()

    # Limits

    def full(self) -> str:
        """Which limit keeps a new request from being sent at once; "" when none does."""
        waiting = 0 if self.http2 else len(self.upstream.waiting)
        if self.busy + waiting >= self.most:
            return "max_requests"
        return "max_connections" if not self.http2 and self.busy >= self.lines else ""

    @property
    def may_wait(self) -> bool:
        """Whether the queue for connections has room."""
        return len(self.upstream.waiting) < self.most_waiting

    def following(self) -> int | None:
        """The call that gets a connection that is free, if one waits for it."""
        waiting = self.upstream.waiting
        if not waiting or self.busy >= (self.most if self.http2 else self.lines):
            return None
        self.upstream.waiting = waiting[1:]
        self.count_free()
        return waiting[0]

    def waits(self, number: int) -> None:
        """A call waits for a connection."""
        self.upstream.waiting = (*self.upstream.waiting, number)
        self.free = 0

    def waits_no_longer(self, number: int) -> None:
        """A call has given up."""
        self.upstream.waiting = tuple(one for one in self.upstream.waiting if one != number)
        self.count_free()

    def retry(self, change: int) -> bool:
        """Begin (+1) or end (-1) a retry; False when the limit of retries is reached."""
        if change > 0 and self.upstream.retries >= self.upstream.most_retries(self.busy):
            return False
        self.upstream.retries = max(0, self.upstream.retries + change)
        return True

    # Hosts

    def turn(self) -> int:
        """The host whose turn it is."""
        turn: int = self.balancer.turn
        self.balancer.turn = turn + 1
        return self.hosts[turn % len(self.hosts)]

    def choose(
        self, draw: Callable[[str, int, int], int], avoid: Sequence[str], attempts: int
    ) -> tuple[int | None, tuple[int, ...], int]:
        """A host for a try, and the shares and the number of its priority."""
        if self.way == ANY:
            chosen = self.upstream.choose(draw, self.hash, avoid, attempts)
            host = None if chosen.member is None else self.places[chosen.member.host.key]
            return host, chosen.levels, chosen.level
        host = self.hosts[0]
        for index in range(attempts + 1):
            host = self._one(draw, 100 * index)
            if self.keys[host] not in avoid:
                break
        return host, (), 0

    def _one(self, draw: Callable[[str, int, int], int], index: int) -> int:
        """A host by draws from a number on, by turns, or by the hash."""
        if self.way == TURNS:
            return self.turn()
        if self.way == FIXED:
            return self.hosts[0]
        host = self.hosts[draw("host", len(self.hosts), index)]
        if self.way == TWO:
            rival = self.hosts[draw("host", len(self.hosts), index + 1)]
            if self.active.get(self.keys[rival], 0) < self.active.get(self.keys[host], 0):
                return rival
        return host

    # Tries

    def began(self, host: str) -> None:
        """A try is under way."""
        self.active[host] = self.active.get(host, 0) + 1
        self.busy += 1

    def change(self, host: str, count: int) -> None:
        """So many more, or less, are under way to a host."""
        self.busy += count
        left = self.active.get(host, 0) + count
        if left:
            self.active[host] = left
        else:
            self.active.pop(host, None)

    def ended(self, host: str, status: int, now: int) -> int | None:
        """A try is over; returns the call that gets its connection."""
        upstream = self.upstream
        if now >= self.tick_at:
            self.tick(now)
        if status >= 500:
            self.flush()
        self.busy -= 1
        if upstream.ended(host, status, now):
            self.look()
        elif self.detector is not None and host in self.detector.hosts:
            own = self.detector.hosts[host]
            if own.failures or own.gateway_failures:
                self.failed.add(host)
            else:
                self.failed.discard(host)
        return self.following()
