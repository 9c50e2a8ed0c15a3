"""A path compiled: every way that a request of a load can take until some table changes.

A way is a chain of hops with the times between them; where a hop draws, ways fork. It ends at a
pod that works, or in a failure. `kubelearn.network.scout` finds the ways by going ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.api.app import Distribution
from kubelearn.api.objects import Key
from kubelearn.balancing.weighted import choose
from kubelearn.network.passages import Entered, Leg
from kubelearn.network.programs import Program
from kubelearn.network.tries import Peer
from kubelearn.sim.draws import Draws
from kubelearn.traffic.proxying import Picked

ETERNITY = 1 << 60
"""The time of something that only ends when the client gives up."""


LEAVE = "leave"
"""In place of a hop: a proxy answers by itself here, or ends the connection."""


class Stop(NamedTuple):
    """A hop on a way."""

    hop: str
    delay: int
    """Nanoseconds from the hop before it."""
    state: Mapping[str, Any]
    """What a request has found out when it enters."""


class Way(NamedTuple):
    """Hops that follow each other for certain, then a fork or a goal of the plan."""

    stops: tuple[Stop, ...]
    fork: int = -1
    goal: int = -1

    @property
    def delay(self) -> int:
        """Nanoseconds from its beginning to its last stop."""
        return sum(stop.delay for stop in self.stops)


class Passing(NamedTuple):
    """A proxy that is about to send requests on, each to a host of a cluster."""

    leg: Leg
    """As of a request that is sent on, or answered by the proxy itself, at 0."""
    cluster: Any
    """As the mesh knows it."""
    hosts: tuple[Picked, ...]
    exits: int
    """The goal of those whose answers the proxy has passed on."""
    asker: Peer
    """The pod of the proxy."""
    counts: tuple[Any, ...]
    """How the proxy counts requests, by host, and last those that have none."""
    server_counts: tuple[Any, ...]
    """How the proxies of the hosts count them; None where there is none."""


class Fork(NamedTuple):
    """A draw, the turns of a balancer, or the hosts of a proxy: one way for each outcome."""

    purpose: str
    ways: tuple[Way, ...]
    turns: bool = False
    """Whether the requests take turns here, in the order in which they are sent."""
    least: bool = False
    """Whether turns only decide between targets that have equally few unanswered requests."""
    shares: tuple[int, ...] = ()
    """Of the requests, by a number of 32 bits; empty: all outcomes are equally frequent."""
    whose: str = ""
    """The proxy that draws, as it stands in the address of the draw."""
    passing: Passing | None = None
    """Who chooses here, by what has become of the requests before."""

    @property
    def chooses(self) -> bool:
        """Whether somebody chooses here by what is under way, and nothing is drawn."""
        return self.least or self.passing is not None

    @property
    def targets(self) -> tuple[tuple[str, str], ...]:
        """The (balancer, target) of each way behind a balancer that takes turns."""
        return tuple(way.stops[0].state["target"] for way in self.ways)


class Work(NamedTuple):
    """What a pod does for a request."""

    pod: Key
    program: Program
    container: int
    """Which regular container works."""
    law: Distribution
    fails: float
    known: bool
    """Whether it knows the path."""


class Goal(NamedTuple):
    """Where a way ends: in a pod, or at the hop that makes an end of the request."""

    state: Mapping[str, Any]
    """Of a request there; in a pod, of one that has been worked on."""
    back: int
    """Nanoseconds from there, or from the end of the work, to the client."""
    work: Work | None = None
    status: int = 0
    """Of an answer that no pod gives."""
    error: str = ""
    hop: str = ""
    """The hop that makes an end of the request, if no pod does."""
    keeps: bool = True
    """Whether the balancer on the way keeps connections to this target open."""
    passes: int = 0
    """Nanoseconds from the end of the work until the answer passes the balancer of layer 7."""


class Plan(NamedTuple):
    """All ways of a load; a request stands at the beginning of `first` when it is sent."""

    origin: Mapping[str, Any]
    first: Way
    forks: tuple[Fork, ...]
    """Those that come later on a way before those that come earlier."""
    goals: tuple[Goal, ...]
    until: int = ETERNITY
    """Requests that are sent from this moment on may go other ways: a name that the client knows
    has to be asked for again."""
    group: str = ""
    """The target group of whose turns every request takes one; "" = of none."""
    reach: int = 0
    """Nanoseconds from sending a request to its turn."""
    turn: int = 0
    """The turn of the request with index 0, as the turns go by the indexes; known when it runs."""

    @property
    def least(self) -> bool:
        """Whether a balancer on the way looks for the least busy target."""
        return any(fork.least for fork in self.forks)

    @property
    def chooses(self) -> bool:
        """Whether somebody on the way chooses by what is under way."""
        return any(fork.chooses for fork in self.forks)

    @property
    def passes(self) -> bool:
        """Whether a proxy on the way chooses hosts."""
        return any(fork.passing is not None for fork in self.forks)

    def outcome(self, fork: Fork, draws: Draws, subject: str, index: int, goal: int) -> int:
        """Which way a request goes at a fork; `goal` is where it comes, if that is not drawn."""
        if fork.least:
            return fork.targets.index(self.goals[goal].state["target"])
        if fork.turns:
            return (self.turn + index) % len(fork.ways)
        if fork.shares:
            number = draws.below(1 << 32, fork.purpose, f"{subject} {fork.whose}", index)
            return choose(fork.shares, number)
        return draws.below(len(fork.ways), fork.purpose, subject, index)


def stops(plan: Plan, draws: Draws, subject: str, index: int, goal: int) -> Iterator[Stop]:
    """The hops of one request of a load on its way to its goal, one after the other."""
    way = plan.first
    while True:
        yield from way.stops
        if way.fork < 0 or plan.forks[way.fork].passing is not None:
            return
        fork = plan.forks[way.fork]
        way = fork.ways[plan.outcome(fork, draws, subject, index, goal)]


MOMENTS = ("since", "passed")
"""What of a request's state is a time: in plans it counts from the moment of sending."""


def shifted(state: Mapping[str, Any], time: int) -> Mapping[str, Any]:
    """The state with its moments later by a time: as of a request that was sent then."""
    there = {name: state[name] + time for name in MOMENTS if state.get(name) is not None}
    if state.get("legs"):
        there["legs"] = tuple(_later(leg, time) for leg in state["legs"])
    inside: Entered | None = state.get("entered")
    if inside is not None:
        there["entered"] = inside._replace(since=inside.since + time)
    return {**state, **there} if there else state


def _later(leg: Leg, time: int) -> Leg:
    """A proxy that a request has passed, and the moments of it."""
    asked = leg.asked + time if leg.asked else 0
    return leg._replace(since=leg.since + time, asked=asked, before=shifted(leg.before, time))
