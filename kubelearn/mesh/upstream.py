"""One cluster as one proxy lives it: who is busy, who is ejected, whose turn it is.

Source: envoy `source/common/upstream/cluster_manager_impl.cc`, `source/common/conn_pool`, 1.40.

Unlike the real one: slow start is not applied; an active connection serves one request; weights of
localities are drawn instead of being kept by earliest deadline; a retry budget is a share of what
is under way without the try that has failed; where a hash chooses, no other host is found for a
retry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kubelearn.balancing import ALGORITHMS, Ask, Balancer
from kubelearn.balancing.host import Host
from kubelearn.balancing.maglev import Maglev
from kubelearn.balancing.outlier import OutlierDetector
from kubelearn.balancing.priority import Level, choose_level, loads
from kubelearn.balancing.ring_hash import RingHash
from kubelearn.balancing.weighted import choose
from kubelearn.mesh.clusters import Cluster, Member
from kubelearn.sim.clock import MILLISECOND

Draw = Callable[[str, int, int], int]
"""(purpose, n, index) → a number in [0, n) for this try."""


class Chosen(NamedTuple):
    """The host for a try, or None with the reason."""

    member: Member | None
    text: str
    levels: tuple[int, ...] = ()
    """Percent of the requests for each priority; empty where there is one."""
    level: int = 0


class Turn(NamedTuple):
    """A host goes out (is ejected) or comes back."""

    time: int
    host: str
    out: bool


MOST_TURNS = 200


class Upstream:
    """The state of one cluster in one proxy."""

    def __init__(self, cluster: Cluster, now: int, seed: int) -> None:
        self.cluster = cluster
        self.seed = seed
        self.active: dict[str, int] = {}
        self.waiting: tuple[int, ...] = ()
        """Calls that wait for a connection, in their order."""
        self.retries = 0
        self.balancers: dict[tuple[Host, ...], Balancer] = {}
        self.detector: OutlierDetector | None = None
        self.turns: tuple[Turn, ...] = ()
        """Who went out and who came back, the newest of it."""
        self.next_tick = 0
        self._watch(now)

    def fork(self) -> Upstream:
        """A copy that goes on by itself."""
        twin = object.__new__(Upstream)
        twin.__dict__.update(self.__dict__)
        twin.active = self.active.copy()
        twin.balancers = {hosts: one.fork() for hosts, one in self.balancers.items()}
        twin.detector = None if self.detector is None else self.detector.fork()
        return twin

    # What the cluster is

    def adopt(self, cluster: Cluster, now: int) -> None:
        """Go on with a new version of the cluster; hosts that stay keep what is known of them."""
        if cluster is not self.cluster:
            self.cluster = cluster
            self._watch(now)

    def _watch(self, now: int) -> None:
        settings = self.cluster.outlier
        if settings is None:
            self.detector = None
            return
        old = self.detector
        hosts = tuple(dict.fromkeys(one.host.key for one in self.cluster.members))
        fresh = OutlierDetector.of(settings, hosts)
        if old is not None:
            fresh.hosts |= {host: own for host, own in old.hosts.items() if host in fresh.hosts}
            fresh.ejections = old.ejections
        else:
            self.next_tick = now + settings.interval * MILLISECOND
        self.detector = fresh

    def tick(self, now: int) -> None:
        """Let the intervals of outlier detection end that have ended by now."""
        if self.detector is None:
            return
        interval = self.detector.settings.interval * MILLISECOND
        while self.next_tick <= now:
            before = len(self.detector.ejections)
            back = self.detector.tick(self.next_tick // MILLISECOND)
            out = [one.host for one in self.detector.ejections[before:]]
            self._note(self.next_tick, back, out)
            self.next_tick += interval

    def _note(self, time: int, back: Sequence[str], out: Sequence[str]) -> None:
        """Remember who came back and who went out at a moment."""
        turns = [*(Turn(time, host, False) for host in back),
                 *(Turn(time, host, True) for host in out)]  # fmt: skip
        if turns:
            self.turns = (*self.turns, *turns)[-MOST_TURNS:]

    @property
    def busy(self) -> int:
        """Requests under way."""
        return sum(self.active.values())

    def most_retries(self, busy: int) -> int:
        """How many retries may run at once: a limit, or a share of the requests under way."""
        limits = self.cluster.thresholds
        budget = limits.get("retry_budget")
        if budget is None:
            return int(limits["max_retries"])
        share = budget["budget_percent"]["value"] * (busy + len(self.waiting)) / 100
        return max(int(share), int(budget["min_retry_concurrency"]))

    def full(self) -> str:
        """Which limit keeps a new request from being sent at once; "" when none does."""
        limits = self.cluster.thresholds
        if self.cluster.http2:
            return "max_requests" if self.busy >= limits["max_requests"] else ""
        if self.busy + len(self.waiting) >= limits["max_requests"]:
            return "max_requests"
        return "max_connections" if self.busy >= limits["max_connections"] else ""

    @property
    def full_of_connections(self) -> bool:
        """Whether all connections are busy."""
        limit = "max_requests" if self.cluster.http2 else "max_connections"
        return self.busy >= int(self.cluster.thresholds[limit])

    @property
    def may_wait(self) -> bool:
        """Whether the queue for connections has room."""
        return len(self.waiting) < int(self.cluster.thresholds["max_pending_requests"])

    # Picking

    def ejected(self) -> tuple[str, ...]:
        """The hosts that are out now."""
        return () if self.detector is None else tuple(self.detector.ejected())

    def choose(self, draw: Draw, value: int | None, avoid: Sequence[str], attempts: int) -> Chosen:
        """A host for a try; one of `avoid` only when `attempts` picks find no other."""
        levels = self._levels()
        out = set(self.ejected())
        counts = [Level(len(level), sum(one.host.key not in out for one in level))
                  for level in levels]  # fmt: skip
        if not any(level.total for level in counts):
            return Chosen(None, f"{self.cluster.name} has no endpoints")
        shares = loads(counts, self.cluster.panic)
        for index in range(attempts + 1):
            chosen = draw("priority", 100, index) if value is None else value
            place, _ = choose_level(shares, chosen)
            hosts = levels[place]
            if not shares.panic[place]:
                hosts = [one for one in hosts if one.host.key not in out]
            member = self._from(self._locality(hosts, draw, index), draw, value, index)
            if member is None:
                total = sum(level.total for level in counts)
                return Chosen(None, f"no healthy host: {len(out)} of {total} are ejected")
            if member.host.key not in avoid:
                break
        text = f"1 of {len(hosts)}"
        if len(levels) > 1:
            text += f", priority {place} of {len(levels)}"
        if shares.panic[place]:
            text += ", panic: ejected hosts are used too"
        elif out:
            text += f", {len(out)} ejected"
        return Chosen(member, text, shares.healthy if len(levels) > 1 else (), place)

    def candidates(self) -> tuple[Host, ...] | None:
        """The hosts between which the balancer alone decides now; None where places count too."""
        levels, out = self._levels(), set(self.ejected())
        if len(levels) > 1 or any(one.share for one in levels[0]):
            return None
        counts = [Level(len(levels[0]), sum(one.host.key not in out for one in levels[0]))]
        panics = loads(counts, self.cluster.panic).panic[0]
        return tuple(one.host for one in levels[0] if panics or one.host.key not in out)

    def balancer(self, hosts: tuple[Host, ...]) -> Balancer:
        """The balancer for these hosts, which remembers what it has chosen."""
        found = self.balancers.get(hosts)
        if found is None:
            found = self.balancers[hosts] = self._balancer(hosts)
        return found

    def _levels(self) -> list[list[Member]]:
        count = max((one.priority for one in self.cluster.members), default=0) + 1
        levels: list[list[Member]] = [[] for _ in range(count)]
        for one in self.cluster.members:
            levels[one.priority].append(one)
        return levels

    def _locality(self, hosts: list[Member], draw: Draw, index: int) -> list[Member]:
        """Where localities have weights: the hosts of one of them."""
        if not any(one.share for one in hosts):
            return hosts
        shares: dict[str, int] = {}
        for one in hosts:
            shares[one.locality] = shares.get(one.locality, 0) + one.share
        places = list(shares)
        found = places[choose(list(shares.values()), draw("locality", sum(shares.values()), index))]
        return [one for one in hosts if one.locality == found]

    def _from(
        self, members: list[Member], draw: Draw, value: int | None, index: int
    ) -> Member | None:
        if not members:
            return None
        balancer = self.balancer(tuple(one.host for one in members))
        ask = Ask(value, lambda n, place: draw("host", n, 100 * index + place),
                  lambda key: self.active.get(key, 0))  # fmt: skip
        found = balancer.pick(ask)
        return next((one for one in members if one.host == found), None)

    def _balancer(self, hosts: tuple[Host, ...]) -> Balancer:
        json = self.cluster.json
        if json["lb_policy"] == "RING_HASH":
            return RingHash(hosts, json["ring_hash_lb_config"]["minimum_ring_size"])
        if json["lb_policy"] == "MAGLEV":
            return Maglev(hosts, json["maglev_lb_config"]["table_size"])
        return ALGORITHMS[json["lb_policy"]](hosts, self.seed)

    # What became of tries

    def began(self, host: str) -> None:
        """A request to a host is under way."""
        self.active[host] = self.active.get(host, 0) + 1

    def ended(self, host: str, status: int, now: int) -> list[str]:
        """A request ended (a failed connection is 503, a timeout 504); who is ejected by it."""
        left = self.active.get(host, 0) - 1
        if left > 0:
            self.active[host] = left
        else:
            self.active.pop(host, None)
        if self.detector is None or host not in self.detector.hosts or not status:
            return []
        before = len(self.detector.ejections)
        self.detector.result(host, status, now // MILLISECOND)
        out = [one.host for one in self.detector.ejections[before:]]
        self._note(now, (), out)
        return out


class Upstreams(dict[tuple[str, str, str], Upstream]):
    """By proxy (namespace, name) and cluster; a fork copies each."""

    def fork(self) -> Upstreams:
        """A copy whose members go on by themselves."""
        return Upstreams({key: one.fork() for key, one in self.items()})
