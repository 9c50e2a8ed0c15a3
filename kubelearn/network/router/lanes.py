"""Lanes: what a try meets on its way from a proxy to a host and back."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.network.passages import NEVER, Entered, Leg
from kubelearn.network.plan import ETERNITY, Goal, Plan, Stop
from kubelearn.network.tries import Peer
from kubelearn.network.verdict import NO_ANSWER
from kubelearn.traffic.proxying import Picked

INBOUND = "inbound"


class Fate(NamedTuple):
    """How a try ends if nothing changes: at a moment, with a status or an error, at a hop."""

    time: int
    status: int
    error: str
    hop: str


class Lane(NamedTuple):
    """A host as one proxy reaches it; times in ns from the moment at which the try is sent."""

    pool: int
    """The fork of the plan at which its proxy chooses."""
    key: str
    """The host's name."""
    picked: Picked
    stops: tuple[Stop, ...]
    """The hops from the proxy on: the wire first."""
    goal: Goal
    connects: int
    """When the connection stands; `NEVER` if it does not come to that."""
    arrives: int
    """When it is at the program, or at the hop that makes an end of it."""

    @property
    def status(self) -> int:
        """What the program answers unless it fails; 0 where no program takes it."""
        work = self.goal.work
        return 0 if work is None else 200 if work.known else 404

    @property
    def entered(self) -> Entered | None:
        """What the server's proxy knows of it."""
        found: Entered | None = self.goal.state.get("entered")
        return found

    @property
    def server(self) -> Peer | None:
        """The pod behind it."""
        found: Leg = self.stops[0].state["legs"][-1]
        return found.server

    def cut(self, asked: int, try_until: int, deadline: int) -> Fate | None:
        """How a try ends on its way; None when it arrives."""
        last = min(try_until, deadline)
        if self.goal.work is not None and asked + self.arrives <= last and self.in_time:
            return None
        time, hop, limit = asked, "", min(last, asked + self.picked.connect_timeout)
        for stop in self.stops:
            time += stop.delay
            if time > limit:
                return Fate(limit, 0, NO_ANSWER, hop)
            hop = stop.hop
            limit = last if hop == INBOUND else limit
        if self.goal.work is not None:
            return None
        end, error = time + self.goal.back, self.goal.error
        if self.goal.back >= ETERNITY or end > limit:
            return Fate(limit, 0, error or NO_ANSWER, hop)
        return Fate(end, self.goal.status, error, hop)

    @property
    def in_time(self) -> bool:
        """Whether the connection stands before the proxy gives up waiting for it."""
        return self.connects <= self.picked.connect_timeout


def lanes_of(plan: Plan) -> list[Lane]:
    """All hosts of all proxies of a plan."""
    return [
        _lane(plan, pool, host, way.stops, way.goal)
        for pool, fork in enumerate(plan.forks)
        if fork.passing is not None
        for host, way in zip(fork.passing.hosts, fork.ways, strict=True)
    ]


def _lane(plan: Plan, pool: int, host: Picked, stops: tuple[Stop, ...], goal: int) -> Lane:
    time, connects = 0, NEVER
    for stop in stops:
        time += stop.delay
        if stop.hop == INBOUND:
            connects = time
    return Lane(pool, host.key, host, stops, plan.goals[goal], connects, time)
