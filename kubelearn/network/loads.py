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
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, overload

from kubelearn.api.errors import NotFound
from kubelearn.network import in_bulk, outstanding
from kubelearn.network.bulk import Flow
from kubelearn.network.keep_alive import connection_of, on
from kubelearn.network.load_check import check
from kubelearn.network.plan import Plan
from kubelearn.network.programs import Programs
from kubelearn.network.requests import CLIENT, Requests
from kubelearn.network.results import Book, Results
from kubelearn.network.router.under_way import UnderWay
from kubelearn.network.watched import Watched
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.sim.interrupts import between_events
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.rates import UNIT, Rates

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

CALLS_OF_ONE_LOAD = 1 << 40
STEPPED = "each user waits for the answer before the next request"
AT_LEAST = MILLISECOND
"""A user whose request has failed in no time pauses so long, or time would stand still."""


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
    headers: tuple[tuple[str, str], ...] = ()
    """Of each request."""
    following: int = 0
    """The number of the next request."""
    unit: int = 0
    """Where it stands on the axis of its rates (open loads)."""

    @property
    def subject(self) -> str:
        """What addresses its draws."""
        return f"load {self.number}"


class Loads:
    """Runs all loads of a cluster."""

    name = "loads"
    state: ClassVar[tuple[str, ...]] = (
        "rows", "flows", "passing", "results", "plans", "watched", "active", "connections",
    )  # fmt: skip
    wires: ClassVar[dict[str, str]] = {"requests": "requests", "programs": "programs"}
    requests: Requests
    programs: Programs

    def __init__(self, context: Context) -> None:
        self.context = context
        self.rows: dict[int, Row] = {}
        self.flows: dict[int, Flow] = {}
        self.passing: dict[int, UnderWay] = {}
        """What of a load is under way behind a proxy that chooses hosts."""
        self.results = Book()
        self.plans: dict[int, Plan | None] = {}
        self.watched: dict[int, Watched] = {}
        self.active: dict[int, None] = {}
        """Loads whose path is watched."""
        self.connections: dict[tuple[int, int], Mapping[str, Any]] = {}
        """(load, user) → the connection that the user keeps open."""
        self.advanced = in_bulk.NEVER
        """The moment up to which all has been computed."""

    # Starting

    def start(
        self,
        url: str,
        *,
        client: str,
        namespace: str = "default",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        rate: float | Sequence[tuple[int, float]] = 0.0,
        users: int = 0,
        think: int = SECOND,
        duration: int = 60 * SECOND,
        timeout: int = 10 * SECOND,
        engine: str = "auto",
        keep_alive: bool = False,
    ) -> int:
        """Begin a load now; returns its number. ValueError for what makes no load."""
        check(rate, users=users, think=think, duration=duration, timeout=timeout, engine=engine,
              keep_alive=keep_alive)  # fmt: skip
        steps = [(0, rate)] if isinstance(rate, (int, float)) else rate
        method = Target.of(url).method(method)
        self.requests.clients.origin(client, namespace)
        if engine == "auto" and (users or find_spec("numpy") is None):
            engine = "stepped"
        now, number = self.context.clock.now, len(self.rows) + 1
        rates = Rates.of(now, steps) if rate else None
        row = Row(number, url, client, namespace, method, rates, now, now + duration, timeout,
                  users, think, engine, keep_alive, tuple((headers or {}).items()))  # fmt: skip
        self.results[number], self.flows[number] = Results(), Flow()
        self.plans[number] = None
        if users:
            self.rows[number] = row
            self._start_users(row)
            return number
        self.rows[number] = row = row._replace(unit=self._gap(row, 0))
        if engine == "stepped":
            self.arm(row)
            return number
        self.active[number] = None
        self.context.clock.observe(self.look)
        plan, self.watched[number] = in_bulk.compiled(self, row)
        in_bulk.become(self, row, plan)
        return number

    def _start_users(self, row: Row) -> None:
        draws = self.context.draws
        for user in range(row.users):
            delay = draws.below(max(row.think, 1), "user", row.subject, user)
            self.context.clock.after(delay, self.send_next, row.number, user)

    def _gap(self, row: Row, index: int) -> int:
        return self.context.draws.exponential(UNIT, "arrival", row.subject, index)

    def next(self, row: Row) -> int | None:
        """When the next request is sent; None when there is none."""
        time = row.rates.time(row.unit) if row.rates is not None else None
        return time if time is not None and time < row.end else None

    # One by one

    def arm(self, row: Row) -> None:
        """Put the next request of an open load on the clock."""
        time = self.next(row)
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
        self.arm(row)

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
            self.results[row.number].add(index, now, now, 0, f"{row.client} itself is gone", CLIENT)
            return
        kept = self.connections.pop((row.number, user), {})
        call.state = on({**origin, "user": user} if row.users else origin, kept)
        self.requests.take_up(call, now, "connection" if "fresh" in call.state else "resolver")

    @overload
    def numbers(self, row: Row, index: int) -> int: ...

    @overload
    def numbers(self, row: Row, index: Array) -> Array: ...

    def numbers(self, row: Row, index: int | Array) -> int | Array:
        """The numbers of the calls that requests of a load are."""
        # Those of calls of their own are positive, and stay what they would be without loads.
        return -(row.number * CALLS_OF_ONE_LOAD + index)

    def call_of(self, row: Row, index: int, sent: int) -> Call:
        """The call that one request of a load is."""
        number = self.numbers(row, index)
        return Call(number, row.url, row.method, row.client, sent, Target.of(row.url),
                    dict(row.headers), row.timeout, load=row.number, index=index)  # fmt: skip

    def took(self, call: Call) -> None:
        """Note how a call ended; a user of a closed load thinks, then sends the next."""
        assert call.finished is not None
        if call.state.get("gateway"):
            self.advance(call.finished)  # for as long as its balancer has waited for it
        book = self.results[call.load]
        book.add(call.index, call.sent, call.finished, call.status, call.error, call.hop)
        row = self.rows[call.load]
        if row.users:
            draws = self.context.draws
            pause = draws.exponential(row.think, "think", row.subject, call.index)
            if call.finished == call.sent:
                pause = max(pause, AT_LEAST)
            user = call.state.get("user", 0)
            if row.keep_alive and call.status:
                self.connections[row.number, user] = connection_of(call.state, call.finished)
            self.context.clock.after(pause, self.send_next, call.load, user)

    # In bulk

    def look(self) -> None:
        """After each event, and when a name runs out: whether a path has changed."""
        in_bulk.look(self)

    def advance(self, time: int) -> None:
        """Compute in bulk all that has reached its pod by a time."""
        in_bulk.advance(self, time)

    def under_way(self, balancer: str) -> dict[tuple[str, str], int]:
        """(group, target) → requests in bulk for whose answers a balancer waits."""
        return outstanding.under_way(self, balancer)

    def connected(self, number: int) -> None:
        """A call in bulk that has waited for a connection has got one."""
        load, index = divmod(-number, CALLS_OF_ONE_LOAD)
        now = self.context.clock.now
        self.passing[load] = self.passing[load].connected(index, now)
        self.advanced = in_bulk.NEVER

    def step_aside(self, uid: str, cluster: str) -> None:
        """A call waits for a connection of a cluster, so whose load uses it goes by itself."""
        in_bulk.step_aside(self, uid, cluster)

    # Reading

    def _catch_up(self) -> None:
        """Compute all up to now; Ctrl-C takes effect between two pieces of it."""
        clock = self.context.clock
        with between_events(clock) as decides:
            for _ in in_bulk.pieces(self, clock.now):
                if decides and clock.interrupted:
                    break

    def sent(self, number: int) -> int:
        """How many requests a load has sent up to now."""
        self._catch_up()
        return self.rows[number].following

    def sent_at(self, number: int, indexes: Array) -> Array:
        """When the requests with these indexes, which are in flight, were sent."""
        import numpy as np

        flow = self.flows[number]
        coming = [flow.coming] if flow.coming is not None else []
        groups = [(one.number, one.sent) for one in flow.open]
        groups += [(one.number, one.sent) for one in coming]
        passing = self.passing.get(number, UnderWay())
        groups += [(passing.asks.number, passing.asks.sent)] if passing.asks is not None else []
        known: dict[int, int] = {}
        for numbers, sent in groups:
            known |= dict(zip(numbers.tolist(), sent.tolist(), strict=True))
        for call in self.requests.calls.values():
            if call.load == number and call.parent is None:
                known[call.index] = call.sent
        return np.array([known[index] for index in indexes.tolist()], np.int64)

    def engine(self, number: int) -> str:
        """How the requests of a load go: "in bulk", or "one by one" and why."""
        row = self.rows[number]
        if number not in self.watched:
            return f"one by one: {STEPPED if row.users else 'as its starter wants it'}"
        if self.plans[number] is not None:
            return "in bulk"
        return f"one by one: {self.watched[number].why}"

    def ended(self, number: int) -> Results:
        """The ended requests of a load up to now."""
        self._catch_up()
        in_bulk.settle(self, number, self.context.clock.now)
        return self.results[number]
