"""A scout goes ahead of a load: it walks the very hops of a request, with every outcome of a draw.

So a compiled path is what the hops do, whatever they do. It has no plan where a hop asks what
happened before (affinity, turns of a balancer, proxies of a mesh, programs that call others) or
would change something (a name that has to be asked for).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from kubelearn.api.errors import NotFound
from kubelearn.network import proxied
from kubelearn.network.plan import ETERNITY, Fork, Goal, Plan, Stop, Way, Work
from kubelearn.network.programs import program_of
from kubelearn.network.requests import CLIENT, Calls, Requests
from kubelearn.network.views import (
    APIView,
    BalancersView,
    DnsView,
    KnownNames,
    MachinesView,
    ProxiesView,
    Reads,
    StillClock,
    Uncertain,
)
from kubelearn.network.watched import Watched
from kubelearn.traffic.call import Call, Target

MOST_GOALS = 30_000
PASSED = ("resolver", "kube-proxy", "wire", "load-balancer", "pod", "answer")
"""The hops that a scout may pass; at others something is remembered."""
NUMBER = 1


class Drawn(Exception):
    """A hop draws, and no outcome has been chosen for the scout."""

    def __init__(self, count: int, purpose: str) -> None:
        self.count, self.purpose = count, purpose


class Moved(NamedTuple):
    """What a hop has put on the clock: the next hop, or an end."""

    delay: int
    method: str
    args: tuple[Any, ...]
    state: Mapping[str, Any]


class Scout(Requests):
    """Requests that go nowhere; each entered hop tells what it would do next."""

    def __init__(self, real: Requests) -> None:
        # Not a part of its own: it shares what it does not change with the real one.
        self.__dict__.update(real.__dict__)
        self.real, self.reads = real, Reads()
        self.still = StillClock(real.context.clock.now)
        seen: Any = {"clock": self.still, "api": APIView(real.context.api, self.reads)}
        self.context = replace(real.context, **seen)
        views = {"machines": MachinesView, "proxies": ProxiesView, "dns": DnsView,
                 "balancers": BalancersView}  # fmt: skip
        for name, view in views.items():
            setattr(self, name, view(getattr(real, name), self.reads))
        self.calls = Calls()
        self.known_names = KnownNames(real.known_names, self.reads, self.still.now)
        self.learnt_names = []
        self.outcomes: list[int] = []
        self.forks: dict[Any, Way] = {}
        self.made: list[Fork] = []
        self.goals: dict[Any, int] = {}
        self.ends: list[Goal] = []

    def draw(self, call: Call, count: int, purpose: str) -> int:  # noqa: ARG002
        """The outcome that was chosen for this draw."""
        if count == 1:
            return 0
        if not self.outcomes:
            raise Drawn(count, purpose)
        return self.outcomes.pop(0)

    def uniform(self, call: Call, purpose: str) -> float:  # noqa: ARG002
        """A hop on the way draws from a continuum."""
        raise Uncertain

    def normal(self, call: Call, purpose: str) -> float:  # noqa: ARG002
        """A hop on the way draws from a continuum."""
        raise Uncertain

    # Walking

    def plan(self, url: str, client: str, namespace: str, method: str) -> Plan:
        """All ways of a load; Uncertain where there is no saying."""
        try:
            origin = self.clients.origin(client, namespace)
        except (NotFound, ValueError):
            gone = Goal({}, 0, error=f"{client} itself is gone", hop=CLIENT)
            return Plan({}, Way((), goal=0), (), (gone,))
        if self.policies.any:
            raise Uncertain
        now = self.still.now
        self.call = Call(NUMBER, url, method, client, now, Target.of(url), {}, ETERNITY, load=1)
        self.calls[NUMBER] = self.call
        first = self._way("resolver", origin)
        start = Stop("resolver", 0, origin)
        first = first._replace(stops=(start, *first.stops))
        return Plan(origin, first, tuple(self.made), tuple(self.ends), self.reads.until)

    def _way(self, hop: str, state: Mapping[str, Any], outcomes: tuple[int, ...] = ()) -> Way:
        """From a hop on, with these outcomes of its first draws."""
        if hop == "pod":
            work = self._work(state)
            if work is not None:
                return self._to_goal(work)
        try:
            moved = self._enter(hop, state, outcomes)
        except Drawn as draw:
            return self._fork(hop, state, outcomes, draw)
        if moved.method == "leave":
            _, status, error = moved.args
            return self._to_goal(self._end(moved, hop, status, error))
        _, onward = moved.args
        rest = self._way(onward, moved.state)
        return rest._replace(stops=(Stop(onward, moved.delay, moved.state), *rest.stops))

    def _enter(self, hop: str, state: Mapping[str, Any], outcomes: tuple[int, ...]) -> Moved:
        call = self.call
        call.state = state
        if proxied.hop_for(self, call, hop) not in PASSED:
            raise Uncertain
        self.still.put.clear()
        self.outcomes = list(outcomes)
        self.enter(NUMBER, hop)
        if len(self.still.put) != 1 or self.outcomes:
            raise Uncertain
        delay, method, (_, *args) = self.still.put[0]
        return Moved(ETERNITY if delay > ETERNITY // 2 else delay, method, (0, *args), call.state)

    def _fork(
        self, hop: str, state: Mapping[str, Any], outcomes: tuple[int, ...], draw: Drawn
    ) -> Way:
        """The ways behind a draw; where all are the same it decides nothing."""
        key = (hop, _hashable(state), outcomes)
        if key not in self.forks:
            ways = tuple(self._way(hop, state, (*outcomes, each)) for each in range(draw.count))
            if all(way == ways[0] for way in ways):
                self.forks[key] = ways[0]
            else:
                self.made.append(Fork(draw.purpose, ways))
                self.forks[key] = Way((), fork=len(self.made) - 1)
        return self.forks[key]

    def _to_goal(self, goal: Goal) -> Way:
        key = (_hashable(goal.state), *goal[1:])
        if key not in self.goals:
            if len(self.goals) >= MOST_GOALS:
                raise Uncertain
            self.goals[key] = len(self.ends)
            self.ends.append(goal)
        return Way((), goal=self.goals[key])

    def _end(self, moved: Moved, hop: str, status: int, error: str) -> Goal:
        keeps = self._keeps(moved.state)
        return Goal(moved.state, moved.delay, None, status, error, hop, keeps)

    def _keeps(self, state: Mapping[str, Any]) -> bool:
        target = state.get("target")
        return not target or self.balancers.keeps(*target)

    def _work(self, state: Mapping[str, Any]) -> Goal | None:
        """What a pod does for a request; None when it does not take it."""
        pod = self.context.api.find("pods", *state["pod"])
        if pod is None or self.machines.silence(pod, state["port"]):
            return None
        app = self.app_of(pod, state["port"])
        if app.calls or app.stores:
            raise Uncertain
        program = program_of(pod)
        worked = {**state, "calls": (), "answer": 200, "program": program,
                  "forwards": app.forwards}  # fmt: skip
        back = self._enter("answer", worked, ())
        if back.method != "leave" or back.args[1] != 200:
            raise Uncertain
        known = app.paths is None or self.call.target.path in app.paths
        index = self.programs.serving(pod, state["port"])
        work = Work(state["pod"], program, index, app.service_time, app.fails, known)
        return Goal(worked, back.delay, work, keeps=self._keeps(state))

    def watched(self) -> Watched:
        """All that it has read."""
        reads, real = self.reads, self.real
        return Watched(
            real.context.api.store.revision,
            tuple((*place, obj) for place, obj in reads.objects.items()),
            tuple(reads.addresses.items()),
            tuple(reads.counts.items()),
            tuple(reads.rows.items()),
            tuple(reads.alive.items()),
            tuple(reads.tables.items()),
            real.links.cuts(),
            real.balancers.view(),
            real.policies.any,
            tuple(reads.names.items()),
            reads.until,
        )


def _hashable(state: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(state.items()))


def compile_path(
    requests: Requests, url: str, client: str, namespace: str, method: str = "GET"
) -> tuple[Plan | None, Watched]:
    """The plan, if there is one now, and what to watch for the next change."""
    scout = Scout(requests)
    try:
        plan = scout.plan(url, client, namespace, method)
    except Uncertain:
        return None, scout.watched()
    return plan, scout.watched()
