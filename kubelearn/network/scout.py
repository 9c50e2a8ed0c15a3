"""A scout goes ahead of a load: it walks the very hops of a request, with every outcome of a draw.

So a compiled path is what the hops do, whatever they do. It has no plan where a hop asks what
happened before (affinity, cookies, programs that call others) or would change something (a name
that has to be asked for); at a proxy of the mesh that chooses hosts it forks to all of them. The
turns of a balancer have one while a load takes them alone and all its requests need the same time
to the balancer: then they come in the order of sending.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, NoReturn

from kubelearn.api.errors import NotFound
from kubelearn.network import proxied
from kubelearn.network.passages import PROXIES, Leg
from kubelearn.network.plan import (
    ETERNITY,
    LEAVE,
    Fork,
    Goal,
    Plan,
    Stop,
    Way,
    Work,
    shifted,
)
from kubelearn.network.programs import program_of
from kubelearn.network.requests import CLIENT, Calls, Requests
from kubelearn.network.router.ahead import proxies_ahead
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
from kubelearn.traffic.balancers import NO_HEADERS
from kubelearn.traffic.call import Call, Target

MOST_GOALS = 30_000
MOST_OUTCOMES = 1_000
"""Of one draw: those with more stand for a continuum."""
PASSED = ("resolver", "kube-proxy", "wire", "load-balancer", *PROXIES, "inbound", "pod", "answer")
"""The hops that a scout may pass; at others something is remembered."""
NUMBER = 1


class Drawn(Exception):
    """A hop draws, and no outcome has been chosen for the scout."""

    def __init__(
        self,
        count: int,
        purpose: str,
        *,
        turns: bool = False,
        least: bool = False,
        shares: tuple[int, ...] = (),
        whose: str = "",
    ) -> None:
        self.count, self.purpose, self.turns, self.least = count, purpose, turns, least
        self.shares, self.whose = shares, whose


class Moved(NamedTuple):
    """What a hop has put on the clock: the next hop, or an end."""

    delay: int
    method: str
    args: tuple[Any, ...]
    state: Mapping[str, Any]


class Place(NamedTuple):
    """Where the scout is: before a hop, with the outcomes that its first draws shall have."""

    hop: str
    state: Mapping[str, Any]
    elapsed: int = 0
    """Nanoseconds since the request was sent."""
    outcomes: tuple[int, ...] = ()

    @property
    def is_timed(self) -> bool:
        """Whether it matters here how long ago the request was sent.

        A balancer on layer 7 goes by the time since it has sent a request on.
        """
        return self.state.get("since") is not None

    @property
    def key(self) -> object:
        """Equal for places from which everything goes on alike."""
        elapsed = self.elapsed if self.is_timed else 0
        return self.hop, _hashable(self.state), elapsed, self.outcomes


class Scout(Requests):
    """Requests that go nowhere; each entered hop tells what it would do next."""

    def __init__(self, real: Requests, timeout: int, taken: frozenset[str] | None) -> None:
        # Not a part of its own: it shares what it does not change with the real one.
        self.__dict__.update(real.__dict__)
        self.real, self.reads = real, Reads()
        self.timeout = timeout
        self.taken = taken
        """The target groups of which others take turns; None: anybody may, of any."""
        self.group = ""
        self.counted = False
        """Whether the balancer has asked how busy its targets are."""
        self.sent = real.context.clock.now
        self.still = StillClock(self.sent)
        seen: Any = {"clock": self.still, "api": APIView(real.context.api, self.reads)}
        self.context = replace(real.context, **seen)
        views = {"machines": MachinesView, "proxies": ProxiesView, "dns": DnsView}
        for name, view in views.items():
            setattr(self, name, view(getattr(real, name), self.reads))
        balancers: Any = BalancersView(real.balancers.scouted(self, self.turn), self.reads)
        self.balancers = balancers
        self.mesh: Any = real.mesh.scouted(self.context, self.machines, self.lot, doubt)
        self.calls = Calls()
        self.known_names = KnownNames(real.known_names, self.reads, self.sent)
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
        if count > MOST_OUTCOMES:
            raise Uncertain(f"{purpose} is drawn from too many outcomes")
        if not self.outcomes:
            raise Drawn(count, purpose)
        return self.outcomes.pop(0)

    def turn(self, group: str, count: int) -> int:
        """The turn that was chosen; of one group only, and of none of which others take turns."""
        if self.taken is None or group in self.taken or self.group not in ("", group):
            raise Uncertain("others take turns at its balancer, or may")
        self.group = group
        if not self.outcomes:
            raise Drawn(count, "turn", turns=True, least=self.counted)
        self.counted = False
        return self.outcomes.pop(0)

    def lot(self, purpose: str, weights: Sequence[int], proxy: str) -> int:
        """The place that was chosen for a lot of a proxy."""
        sure = [place for place, weight in enumerate(weights) if weight]
        if len(sure) == 1:
            return sure[0]
        if not self.outcomes:
            raise Drawn(len(weights), purpose, shares=tuple(weights), whose=proxy)
        return self.outcomes.pop(0)

    def under_way(self, balancer: str) -> Mapping[tuple[str, str], int]:  # noqa: ARG002
        """Nothing, so that the target whose turn it is is chosen.

        A balancer that asks this and whose turn it is sends to the least busy target, and to the
        first of several in turn.
        """
        self.counted = True
        return {}

    def uniform(self, call: Call, purpose: str) -> float:  # noqa: ARG002
        """A hop on the way draws from a continuum."""
        raise Uncertain(f"{purpose} is drawn from a continuum")

    def normal(self, call: Call, purpose: str) -> float:  # noqa: ARG002
        """A hop on the way draws from a continuum."""
        raise Uncertain(f"{purpose} is drawn from a continuum")

    # Walking

    def plan(
        self, url: str, client: str, namespace: str, method: str, headers: Mapping[str, str]
    ) -> Plan:
        """All ways of a load; Uncertain where there is no saying."""
        self.headers = headers
        try:
            origin = self.clients.origin(client, namespace)
        except (NotFound, ValueError):
            gone = Goal({}, 0, error=f"{client} itself is gone", hop=CLIENT)
            return Plan({}, Way((), goal=0), (), (gone,))
        if self.policies.any:
            raise Uncertain("there are NetworkPolicies")
        self.call = Call(
            NUMBER, url, method, client, self.sent, Target.of(url), headers, ETERNITY, load=1
        )
        self.calls[NUMBER] = self.call
        self.target = self.call.target
        first = self.way(Place("resolver", origin))
        start = Stop("resolver", 0, origin)
        first = first._replace(stops=(start, *first.stops))
        if self.mesh.until is not None:
            self.reads.until = min(self.reads.until, self.mesh.until)
        return Plan(origin, first, tuple(self.made), tuple(self.ends), self.reads.until,
                    self.group, self._reach(first) if self.group else 0)  # fmt: skip

    def _reach(self, first: Way) -> int:
        """How long all requests take to their turn; Uncertain if they differ in it."""
        found = set()
        ahead = {(first.fork, first.delay)}
        while ahead:
            number, delay = ahead.pop()
            if number >= 0 and not self.made[number].turns:
                ahead |= {(way.fork, delay + way.delay) for way in self.made[number].ways}
            else:
                found.add(None if number < 0 else delay)
        if len(found) > 1 or None in found:
            raise Uncertain(
                "its requests need different times to the balancer where they take turns"
            )
        reach = int(found.pop() or 0)
        if reach >= self.timeout and any(fork.least for fork in self.made):
            raise Uncertain("its clients give up before they come to the balancer")
        return reach

    def way(self, place: Place) -> Way:
        """From a place on."""
        if place.hop == "upstream":
            return self._passing(place)
        if place.hop == "pod":
            work = self._work(place)
            if work is not None:
                return self.to_goal(work)
        try:
            moved = self._enter(place)
        except Drawn as draw:
            return self._fork(place, draw)
        if moved.method == "leave" and _answers_itself(moved.state):
            rest = self._passing(Place("upstream", moved.state, place.elapsed + moved.delay))
            return rest._replace(stops=(Stop(LEAVE, moved.delay, moved.state),))
        if moved.method == "leave":
            _, status, error = moved.args
            return self.to_goal(self._end(moved, place.hop, status, error))
        onward = proxied.hop_for(self, self.call, moved.args[1])
        rest = self.way(Place(onward, moved.state, place.elapsed + moved.delay))
        return rest._replace(stops=(Stop(onward, moved.delay, moved.state), *rest.stops))

    def _enter(self, place: Place) -> Moved:
        call = self.call
        call.state, call.headers = shifted(place.state, self.sent), self.headers
        call.target = self.target
        for leg in place.state.get("legs", ()):
            if leg.picked is not None:
                call.target, call.headers = proxied.asks(leg)
        call.timeout = self.timeout if place.is_timed else ETERNITY
        self.still.now = self.sent + place.elapsed
        if proxied.hop_for(self, call, place.hop) not in PASSED:
            raise Uncertain(f"the hop {place.hop!r} goes by what has happened before")
        if place.hop == "inbound" and not place.state.get("legs"):
            raise Uncertain("only its server has a proxy, whose telemetry counts each request")
        self.still.put.clear()
        self.outcomes, self.counted = list(place.outcomes), False
        self.enter(NUMBER, place.hop)
        put = [one for one in self.still.put if one[1] != "pass_by"]
        if len(put) != 1 or self.outcomes or self.counted:
            raise Uncertain(f"the hop {place.hop!r} does more than to pass a request on")
        delay, method, (_, *args) = put[0]
        state = shifted(call.state, -self.sent)
        if state.get("legs") and state["legs"][-1].picked is None:
            # When that was is told by the way; so all ways to a proxy go on alike.
            state = {**state, "legs": (*state["legs"][:-1], state["legs"][-1]._replace(since=0))}
        return Moved(ETERNITY if delay > ETERNITY // 2 else delay, method, (0, *args), state)

    def _fork(self, place: Place, draw: Drawn) -> Way:
        """The ways behind a draw; where all are the same it decides nothing."""
        key = place.key
        if key not in self.forks:
            ways = tuple(
                self.way(place._replace(outcomes=(*place.outcomes, each)))
                for each in range(draw.count)
            )
            if all(way == ways[0] for way in ways) and not draw.turns:
                self.forks[key] = ways[0]
            else:
                self.made.append(_checked(Fork(draw.purpose, ways, draw.turns, draw.least,
                                               draw.shares, draw.whose)))  # fmt: skip
                self.forks[key] = Way((), fork=len(self.made) - 1)
        return self.forks[key]

    def _passing(self, place: Place) -> Way:
        """The ways to all hosts of a proxy that chooses one when a request is there."""
        key = place.key
        if key not in self.forks:
            self.made.append(proxies_ahead(self, place))
            self.forks[key] = Way((), fork=len(self.made) - 1)
        return self.forks[key]

    def to_goal(self, goal: Goal) -> Way:
        """The way that ends here."""
        key = (_hashable(goal.state), *goal[1:])
        if key not in self.goals:
            if len(self.goals) >= MOST_GOALS:
                raise Uncertain(f"its requests may end in more than {MOST_GOALS:,} ways")
            self.goals[key] = len(self.ends)
            self.ends.append(goal)
        return Way((), goal=self.goals[key])

    def _end(self, moved: Moved, hop: str, status: int, error: str) -> Goal:
        keeps = self.keeps(moved.state)
        return Goal(moved.state, moved.delay, None, status, error, hop, keeps)

    def keeps(self, state: Mapping[str, Any]) -> bool:
        """Whether the balancer on a way keeps connections to its target open."""
        target = state.get("target")
        return not target or self.balancers.keeps(*target)

    def _work(self, place: Place) -> Goal | None:
        """What a pod does for a request; None when it does not take it."""
        state = place.state
        pod = self.context.api.find("pods", *state["pod"])
        if pod is None or self.machines.silence(pod, state["port"]):
            return None
        app = self.app_of(pod, state["port"])
        own = app.calls or app.stores or app.admits or app.serves or app.tls
        if own or self.relays.entry(pod, state["port"]):
            raise Uncertain("its program asks others, stores something, or speaks TLS")
        program = program_of(pod)
        if (state.get("since") or 0) + (state.get("idle") or ETERNITY) < self.timeout:
            raise Uncertain("its clients wait longer than the idle timeout of its balancer")
        worked = {**state, "calls": (), "answer": 200, "program": program,
                  "forwards": app.forwards}  # fmt: skip
        back = self._enter(place._replace(hop="answer", state=worked, outcomes=()))
        if back.method != "leave" or back.args[1] != 200:
            raise Uncertain("the way back of its answers is broken")
        known = app.paths is None or self.call.target.path in app.paths
        index = self.programs.serving(pod, state["port"])
        work = Work(state["pod"], program, index, app.service_time, app.fails, known)
        passed = back.state.get("passed")
        passes = 0 if passed is None else passed - place.elapsed
        return Goal(worked, back.delay, work, keeps=self.keeps(state), passes=passes)

    def watched(self, why: str = "") -> Watched:
        """All that it has read, and why it has found no plan."""
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
            real.mesh.view(),
            real.policies.any,
            tuple(reads.names.items()),
            reads.until,
            why,
        )


def _checked(fork: Fork) -> Fork:
    """The fork; Uncertain where its targets cannot be told from each other."""
    if fork.least and len(set(fork.targets)) < len(fork.ways):
        raise Uncertain("two targets of its balancer have one name")
    return fork


def _answers_itself(state: Mapping[str, Any]) -> bool:
    """Whether a proxy makes an end of a request without asking any host."""
    legs: tuple[Leg, ...] = state.get("legs", ())
    return bool(legs) and legs[-1].picked is None


def doubt(reason: str) -> NoReturn:
    """What becomes of a request is uncertain, for a reason of the mesh."""
    raise Uncertain(reason)


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(each)) for name, each in sorted(value.items()))
    return tuple(map(_hashable, value)) if isinstance(value, tuple) else value


def compile_path(
    requests: Requests,
    url: str,
    client: str,
    namespace: str,
    method: str = "GET",
    headers: Mapping[str, str] = NO_HEADERS,
    *,
    timeout: int = ETERNITY,
    taken: frozenset[str] | None = None,
) -> tuple[Plan | None, Watched]:
    """The plan, if there is one now, and what to watch for the next change.

    `taken`: the target groups of which others may take turns; None = of any group.
    """
    scout = Scout(requests, timeout, taken)
    try:
        plan = scout.plan(url, client, namespace, method, headers)
    except Uncertain as error:
        return None, scout.watched(str(error))
    return plan, scout.watched()
