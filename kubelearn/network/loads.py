"""Loads: many clients that ask one URL, open (a rate) or closed (users who wait and think).

Between two changes of its path a load runs in bulk; what is on its way at a change, and all that
is sent while something on the path is broken, goes through the hops by itself. Both ways give the
same end to each request.

Unlike the real one: all requests of a load come from one place, each on a connection of its own if
users do not keep theirs (`keep_alive`); an open load sends at exponential distances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from kubelearn.api.errors import NotFound
from kubelearn.network import bulk
from kubelearn.network.bulk import Coming, Served
from kubelearn.network.in_flight import answering, leaving, on_its_way
from kubelearn.network.keep_alive import connection_of, on
from kubelearn.network.links import INTERNET
from kubelearn.network.plan import Goal, Plan, Watched, compile_path, unchanged
from kubelearn.network.programs import Programs
from kubelearn.network.requests import Requests
from kubelearn.network.results import Book, Columns, Results
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.rates import UNIT, Rates

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

ENGINES = ("auto", "stepped", "bulk")
CALLS_OF_ONE_LOAD = 1 << 40


class Row(NamedTuple):
    """One load: what it asks, how often, and how far it has come."""

    number: int
    url: str
    client: str
    namespace: str
    method: str
    rates: Rates | None
    """Requests per second of an open load; None for a closed one."""
    begin: int
    end: int
    timeout: int
    users: int = 0
    think: int = 0
    """Mean time from an answer to the next request of a user, in ns."""
    engine: str = "auto"
    keep_alive: bool = False
    """Whether each user keeps its connection from request to request."""
    following: int = 0
    """The number of the next request."""
    unit: int = 0
    """Where it stands on the axis of its rates (open loads)."""

    @property
    def subject(self) -> str:
        """What addresses its draws."""
        return f"load {self.number}"


class Flow(NamedTuple):
    """What of a load is under way in bulk."""

    coming: Coming | None = None
    open: tuple[Served, ...] = ()


class Loads:
    """Runs all loads of a cluster."""

    name = "loads"
    state: ClassVar[tuple[str, ...]] = (
        "rows", "flows", "results", "plans", "watched", "active", "connections",
    )  # fmt: skip
    wires: ClassVar[dict[str, str]] = {"requests": "requests", "programs": "programs"}
    requests: Requests
    programs: Programs

    def __init__(self, context: Context) -> None:
        self.context = context
        self.rows: dict[int, Row] = {}
        self.flows: dict[int, Flow] = {}
        self.results = Book()
        self.plans: dict[int, Plan | None] = {}
        self.watched: dict[int, Watched] = {}
        self.active: dict[int, None] = {}
        """Loads whose path is watched."""
        self.connections: dict[tuple[int, int], Mapping[str, Any]] = {}
        """(load, user) → the connection that the user keeps open."""
        self._advanced = -(1 << 62)

    # Starting

    def start(
        self,
        url: str,
        *,
        client: str,
        namespace: str = "default",
        method: str = "GET",
        rate: float | Sequence[tuple[int, float]] = 0.0,
        users: int = 0,
        think: int = SECOND,
        duration: int = 60 * SECOND,
        timeout: int = 10 * SECOND,
        engine: str = "auto",
        keep_alive: bool = False,
    ) -> int:
        """Begin a load now; returns its number. ValueError for what makes no load."""
        _check(rate, users, duration, engine)
        if keep_alive and not users:
            raise ValueError("keep_alive=True needs users=...: each user keeps a connection")
        steps = [(0, rate)] if isinstance(rate, (int, float)) else rate
        Target.of(url)
        outside = self.requests.clients.origin(client, namespace)["origin"] == INTERNET
        # The way from outside never compiles, so nothing on it has to be watched.
        if engine == "auto" and (users or outside or find_spec("numpy") is None):
            engine = "stepped"
        now, number = self.context.clock.now, len(self.rows) + 1
        rates = Rates.of(now, steps) if rate else None
        row = Row(number, url, client, namespace, method, rates, now, now + duration, timeout,
                  users, think, engine, keep_alive)  # fmt: skip
        self.results[number], self.flows[number] = Results(), Flow()
        self.plans[number] = None
        if users:
            self.rows[number] = row
            self._start_users(row)
            return number
        self.rows[number] = row = row._replace(unit=self._gap(row, 0))
        if engine == "stepped":
            self._arm(row)
            return number
        self.active[number] = None
        self.context.clock.observe(self.look)
        plan, self.watched[number] = self._compile(row)
        self._become(row, plan)
        return number

    def _start_users(self, row: Row) -> None:
        draws = self.context.draws
        for user in range(row.users):
            delay = draws.below(max(row.think, 1), "user", row.subject, user)
            self.context.clock.after(delay, self.send_next, row.number, user)

    def _gap(self, row: Row, index: int) -> int:
        return self.context.draws.exponential(UNIT, "arrival", row.subject, index)

    def _next(self, row: Row) -> int | None:
        """When the next request is sent; None when there is none."""
        time = row.rates.time(row.unit) if row.rates is not None else None
        return time if time is not None and time < row.end else None

    def _compile(self, row: Row) -> tuple[Plan | None, Watched]:
        return compile_path(self.requests, row.url, row.client, row.namespace)

    # One by one

    def _arm(self, row: Row) -> None:
        time = self._next(row)
        if time is not None:
            self.context.clock.at(time, self.arrive, row.number, row.following)

    def arrive(self, number: int, index: int) -> None:
        """Send the next request of an open load through the hops, if it has not been sent."""
        row = self.rows[number]
        if row.following != index or self.plans[number] is not None:
            return
        self._send(row, index)
        self.rows[number] = row = row._replace(
            following=index + 1, unit=row.unit + self._gap(row, index + 1)
        )
        self._arm(row)

    def send_next(self, number: int, user: int = 0) -> None:
        """A user of a closed load sends a request."""
        row = self.rows[number]
        if self.context.clock.now < row.end:
            self.rows[number] = row._replace(following=row.following + 1)
            self._send(row, row.following, user)

    def _send(self, row: Row, index: int, user: int = 0) -> None:
        now = self.context.clock.now
        call = self.call_of(row, index, now)
        try:
            origin = self.requests.clients.origin(row.client, row.namespace)
        except (ValueError, NotFound):
            self.results[row.number].add(index, now, now, 0, f"{row.client} itself is gone")
            return
        kept = self.connections.pop((row.number, user), {})
        call.state = on({**origin, "user": user} if row.users else origin, kept)
        self.requests.take_up(call, now, "connection" if "fresh" in call.state else "resolver")

    def call_of(self, row: Row, index: int, sent: int) -> Call:
        """The call that one request of a load is."""
        # Numbers of calls of their own are positive, and stay what they would be without loads.
        number = -(row.number * CALLS_OF_ONE_LOAD + index)
        return Call(number, row.url, row.method, row.client, sent, Target.of(row.url),
                    {}, row.timeout, load=row.number, index=index)  # fmt: skip

    def took(self, call: Call) -> None:
        """Note how a call ended; a user of a closed load thinks, then sends the next."""
        assert call.finished is not None
        book = self.results[call.load]
        book.add(call.index, call.sent, call.finished, call.status, call.error)
        row = self.rows[call.load]
        if row.users:
            draws = self.context.draws
            pause = draws.exponential(row.think, "think", row.subject, call.index)
            user = call.state.get("user", 0)
            if row.keep_alive and call.status:
                self.connections[row.number, user] = connection_of(call.state)
            self.context.clock.after(pause, self.send_next, call.load, user)

    # In bulk

    def look(self) -> None:
        """After each event: whether a path has changed."""
        now = self.context.clock.now
        for number in tuple(self.active):
            row = self.rows[number]
            if now > row.end + row.timeout:
                self._retire(row)
            elif not self._is_same(row):
                plan, self.watched[number] = self._compile(row)
                if plan != self.plans[number]:
                    self._become(row, plan)

    def _is_same(self, row: Row) -> bool:
        return unchanged(self.requests, self.watched[row.number])

    def _retire(self, row: Row) -> None:
        self.advance(self.context.clock.now)
        del self.active[row.number]
        if not self.active:
            self.context.clock.observe(None)

    def _become(self, row: Row, plan: Plan | None) -> None:
        """Go on by another plan, or one by one."""
        number, old = row.number, self.plans[row.number]
        if old is not None:
            self.advance(self.context.clock.now)
            self._release(number, old, plan)
        self.plans[number] = plan
        self._advanced = -(1 << 62)
        if plan is None:
            self._arm(self.rows[number])
            return
        for goal in plan.goals:
            self._station(goal)

    def _station(self, goal: Goal) -> None:
        pod = self.context.api.get("pods", *goal.pod)
        found = self.programs.station(goal.program, pod, goal.container)
        self.programs.stations[goal.program] = found

    def _release(self, number: int, old: Plan, new: Plan | None) -> None:
        """Let go of what is under way and may be touched by a change of the path."""
        row, flow = self.rows[number], self.flows[number]
        if flow.coming is not None:
            on_its_way(self, row, old, flow.coming)
        kept = []
        goals = new.goals if new is not None else ()
        same_client = new is not None and new.origin == old.origin
        for served in flow.open:
            rest = answering(self, row, old, served, goals)
            if not same_client:
                rest = leaving(self, row, rest)
            if len(rest.number):
                kept.append(_renumbered(rest, old, goals))
        self.flows[number] = Flow(None, tuple(kept))

    def advance(self, time: int) -> None:
        """Compute in bulk all that has reached its pod by a time."""
        if not self.active or time == self._advanced:
            return
        self._advanced = time
        for number in self.active:
            plan = self.plans[number]
            if plan is not None:
                self._fetch(number, plan, time)
        groups, who = [], []
        for number in self.active:
            plan, flow = self.plans[number], self.flows[number]
            if plan is None or flow.coming is None:
                continue
            here = flow.coming.arrives <= time
            if here.all():
                now, later = flow.coming, None
            elif here.any():
                now, later = flow.coming.where(here), flow.coming.where(~here)
            else:
                continue
            self.flows[number] = flow._replace(coming=later)
            groups.append((plan, now))
            who.append(number)
        if groups:
            ends = bulk.serve(self.programs.stations, groups)
            for number, (plan, now), finish in zip(who, groups, ends, strict=True):
                served = bulk.outcomes(plan, now, finish, self.rows[number].timeout)
                self._open(number, served, time)

    def _fetch(self, number: int, plan: Plan, time: int) -> None:
        """Send all requests up to a time."""
        row, flow = self.rows[number], self.flows[number]
        following = self._next(row)
        if row.rates is None or following is None or following > time:
            return
        draws = self.context.draws
        index, sent, (number_after, unit) = bulk.arrivals(
            draws, row.subject, row.rates, (row.following, row.unit), time, row.end
        )
        self.rows[number] = row._replace(following=number_after, unit=unit)
        if len(index):
            new = bulk.on_the_way(draws, row.subject, plan, index, sent)
            parts = [new] if flow.coming is None else [flow.coming, new]
            self.flows[number] = flow._replace(coming=bulk.join(parts))

    def _open(self, number: int, served: Served, time: int) -> None:
        """Keep what is not over yet; what is over goes into the results."""
        kept = []
        for one in (*self.flows[number].open, served):
            over = one.done <= time
            if over.all():
                self._close(number, one)
                continue
            if over.any():
                self._close(number, one.where(over))
                one = one.where(~over)
            kept.append(one)
        self.flows[number] = self.flows[number]._replace(open=tuple(kept))

    def _close(self, number: int, served: Served) -> None:
        columns = Columns(served.number, served.sent, served.done, served.outcome)
        self.results[number].columns.append(columns)

    # Reading

    def sent(self, number: int) -> int:
        """How many requests a load has sent up to now."""
        self.advance(self.context.clock.now)
        return self.rows[number].following

    def sent_at(self, number: int, indexes: Array) -> Array:
        """When the requests with these indexes, which are in flight, were sent."""
        import numpy as np

        flow = self.flows[number]
        coming = [flow.coming] if flow.coming is not None else []
        groups = [(one.number, one.sent) for one in flow.open]
        groups += [(one.number, one.sent) for one in coming]
        known: dict[int, int] = {}
        for numbers, sent in groups:
            known |= dict(zip(numbers.tolist(), sent.tolist(), strict=True))
        for call in self.requests.calls.values():
            if call.load == number and call.parent is None:
                known[call.index] = call.sent
        return np.array([known[index] for index in indexes.tolist()], np.int64)

    def ended(self, number: int) -> Results:
        """The ended requests of a load up to now."""
        self.advance(self.context.clock.now)
        now = self.context.clock.now
        flow = self.flows[number]
        self.flows[number] = flow._replace(open=())
        for served in flow.open:
            self._open(number, served, now)
        return self.results[number]


def _check(
    rate: float | Sequence[tuple[int, float]], users: int, duration: int, engine: str
) -> None:
    if bool(rate) == bool(users):
        raise ValueError("say rate=... (requests per second, an open loop) or users=... (a closed "
                         "loop), one of the two")  # fmt: skip
    negative = isinstance(rate, (int, float)) and rate < 0
    if negative or users < 0 or duration <= 0:
        raise ValueError(f"rate={rate}, users={users}, duration={duration / SECOND:g}s: give "
                         "amounts above 0")  # fmt: skip
    if engine not in ENGINES or (engine == "bulk" and users):
        raise ValueError(f"engine={engine!r}: use 'auto' or 'stepped'; 'bulk' for open loops only")


def _renumbered(served: Served, old: Plan, goals: tuple[Goal, ...]) -> Served:
    """The same requests with the numbers that their pods have in the new plan."""
    import numpy as np

    places = [goals.index(goal) if goal in goals else -1 for goal in old.goals]
    # A request whose pod does not matter any more keeps no number; -1 finds the last place.
    found = np.array([*places, -1], np.int16)
    return served._replace(goal=found[served.goal])
