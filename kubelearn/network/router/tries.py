"""The tries of requests at a proxy: a host, its answer or failure, another try, the end.

Each step is what `kubelearn.network.proxied` does with a request that goes by itself.
Source: envoy `source/common/router/router.cc` (onUpstreamReset, onRequestComplete), 1.40.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappush
from typing import Any, NamedTuple, Protocol

from kubelearn.network.manners import MANNERS
from kubelearn.network.passages import NEVER
from kubelearn.network.proxied import FAILED, backoff_of
from kubelearn.network.router.lanes import Fate, Lane
from kubelearn.network.router.pool import ANY, Pool
from kubelearn.network.router.rows import Rows
from kubelearn.network.router.told import Told
from kubelearn.network.router.trying import NONE, Trying
from kubelearn.network.router.under_way import SLOW, Event
from kubelearn.network.tries import AGAIN, LIMIT
from kubelearn.network.verdict import NO_ANSWER, REFUSED, RESET
from kubelearn.traffic.proxying import Routed
from kubelearn.traffic.servers import Server

MESH = MANNERS["mesh"]
BEFORE_CONNECTED = ("", "wire")


class Chance(Protocol):
    """The draws of requests; the load knows."""

    def pairs(self, pool: int, count: int) -> tuple[Sequence[int], Sequence[int]]:
        """Two hosts of so many for each new request, as they are drawn."""

    def picks(self, row: int, attempt: int, pool: int) -> Callable[[str, int, int], int]:
        """What a proxy draws to find a host for a try."""

    def pair_columns(self, pool: int, count: int) -> tuple[Any, Any]:
        """The same as columns of numpy."""

    def work_column(self, lane: int) -> Any:
        """`works` as a column of numpy."""

    def works(self, lane: int) -> Sequence[int]:
        """How long the program of a lane works on the first try of each new request."""

    def fails(self) -> Sequence[float]:
        """The first try of a new request fails where this is below the share of failures."""

    def work(self, row: int, attempt: int, lane: int) -> tuple[int, int]:
        """How long a program works on a try, and with which status it answers."""

    def pause(self, row: int, attempt: int, pool: int) -> int:
        """A number of 32 bits for the pause after a try."""


class Setting(NamedTuple):
    """What does not change during the stretch; lists by row, lane, or fork of the plan."""

    lanes: list[Lane]
    servers: list[Server | None]
    """The program behind each lane; None where none takes requests."""
    pools: list[Pool | None]
    """None where no proxy chooses."""
    bases: list[int]
    """Where the lanes of its hosts begin."""
    routes: list[Routed | None]
    entries: list[int]
    """Ns from a request's coming to the proxy until it is sent on."""
    exits: list[int]
    """Ns from an answer's coming to the proxy until the client has it."""
    rows: Rows
    patience: int
    chance: Chance
    worth: Callable[[Routed, int, str], bool]
    """Whether a try that ended so is repeated."""


class Tries:
    """Requests at their proxies, and the next thing that happens to each."""

    def __init__(
        self,
        setting: Setting,
        events: list[Event],
        coming: list[tuple[int, int]],
        trying: dict[int, Trying],
    ) -> None:
        self.setting, self.events, self.coming, self.trying = setting, events, coming, trying
        self.told, self.until, self.first, self.count = Told(), 0, 0, len(events)
        simple = (200, 404)
        self.simple = [
            routed is not None and not any(setting.worth(routed, one, "") for one in simple)
            for routed in setting.routes
        ]
        """By fork: whether answers of programs that do not fail are always passed on."""

    def new(self, row: int, fork: int, now: int) -> Trying:
        """What is known of a request that has come to its proxy."""
        routed, sent = self.setting.routes[fork], self.setting.rows.sent[row]
        until = now + routed.timeout if routed is not None and routed.timeout else NEVER
        return Trying(fork, sent, sent + self.setting.patience, until, now)

    # A try

    def pick(self, now: int, row: int, one: Trying) -> None:
        """Find a host, if the limits allow it."""
        pool = self._pool(one)
        if now >= pool.tick_at:
            pool.tick(now)
        one.asked, one.lane, one.try_until = now, NONE, NEVER
        one.waits = one.leaves = one.woken = one.pauses = False
        one.status, one.error, one.levels, one.level = 0, NO_ANSWER, (), 0
        limit = pool.full() if pool.busy >= pool.room or pool.upstream.waiting else ""
        if limit and (limit == "max_requests" or not pool.may_wait):
            self._no_host(now, row, one, "UO")
        elif limit:
            pool.waits(self.setting.rows.numbers[row])
            one.waits, one.hop = True, "overdue"
            self._later(one.limit, now, row, one)
        else:
            self._choose(now, row, one, pool)

    def _choose(self, now: int, row: int, one: Trying, pool: Pool) -> None:
        """A host for a try that has room."""
        if row >= self.first and not one.attempt and pool.way != ANY:
            self.send(now, row, one, self.setting.bases[one.pool] + pool.find(row - self.first))
            return
        avoid = self._route(one).avoid
        draw = self.setting.chance.picks(row, one.attempt, one.pool)
        host, one.levels, one.level = pool.choose(draw, one.tried if avoid else (), avoid)
        if host is None:
            self._no_host(now, row, one, "UH")
        else:
            self.send(now, row, one, self.setting.bases[one.pool] + host)

    def send(self, now: int, row: int, one: Trying, lane: int) -> None:
        """A try goes out to its host."""
        self.began(now, row, one, lane)
        found = self.setting.lanes[lane]
        fate = found.cut(now, one.try_until, one.deadline)
        if fate is not None:
            self._ends(now, row, one, fate)
            return
        one.work, one.answers = self.setting.chance.work(row, one.attempt, lane)
        arrives = now + found.arrives
        if arrives <= self.until:
            self.at_program(arrives, row, one)
        else:
            self.trying[row] = one
            self.coming.append((arrives, row))

    def began(self, now: int, row: int, one: Trying, lane: int) -> None:
        """A try to a host is under way."""
        self._pool(one).began(self.setting.lanes[lane].key)
        self.setting.rows.asked[row] = one.asked = now
        span = self._route(one).try_timeout
        one.lane, one.finish = lane, NEVER
        one.try_until = min(now + span, one.until) if span else one.until

    def at_program(self, now: int, row: int, one: Trying) -> None:
        """The program behind a host takes a try."""
        server = self.setting.servers[one.lane]
        assert server is not None
        self.taken(now, row, one, server.take(now, one.work))

    def taken(self, now: int, row: int, one: Trying, finish: int) -> None:
        """A program will be done with a try at a moment."""
        found, last = self.setting.lanes[one.lane], min(one.try_until, one.deadline)
        one.finish, back = finish, finish + found.goal.back
        if back > last:
            hop = "pod" if finish > last else "answer"
            known = now if finish > last else finish
            self._ends(known, row, one, Fate(last, 0, NO_ANSWER, hop))
        elif one.answers >= 500 or one.attempt or one.levels or not self.simple[one.pool]:
            self._ends(finish, row, one, Fate(back, one.answers, "", "answer"))
        else:  # nothing else can come of it than an answer that is passed on
            self.trying.pop(row, None)
            self.push(back, finish, row, one.lane)

    def _ends(self, known: int, row: int, one: Trying, fate: Fate) -> None:
        """Note how a try will end, which is known from a moment on."""
        time, one.status, one.error, one.hop = fate
        self._later(time, known, row, one)

    def _later(self, time: int, known: int, row: int, one: Trying) -> None:
        """Something happens to a request at a moment; of several the one that was known first."""
        self.trying[row] = one
        one.ends, one.known = time, known
        self.push(time, known, row, SLOW)

    def push(self, time: int, known: int, row: int, lane: int) -> None:
        """Something happens at a moment, which is known from another on."""
        self.count += 1
        heappush(self.events, (time, known, self.count, row, lane))

    # What happens

    def happens(self, now: int, known: int, row: int) -> None:
        """A try is over, or a pause, or the patience of a request that waits."""
        one = self.trying.get(row)
        if one is None or one.ends != now:
            return  # of a wait that is over
        if one.known != known and (one.leaves or not one.waits):
            return  # the same; but its patience ends with that of the next wait
        if one.waits and not one.leaves:
            self._pool(one).waits_no_longer(self.setting.rows.numbers[row])
            one.leaves = True
            self._later(now, now, row, one)
            return
        if one.woken or (one.pauses and now < one.limit):
            self.pick(now, row, one)
        else:
            self._back(now, row, one)

    def foreseen(self, now: int, row: int, lane: int) -> None:
        """A simple answer, at a moment at which more has to be looked at."""
        found, asked = self.setting.lanes[lane], self.setting.rows.asked[row]
        one = self.new(row, found.pool, asked)
        one.lane, one.status, one.hop = lane, found.status, "answer"
        self._back(now, row, one)

    def answer_itself(self, row: int, fork: int, now: int) -> None:
        """The proxy answers, or ends the connection, without asking anybody."""
        one = self.new(row, fork, now)
        routed = self._route(one)
        flag = routed.flag if routed.status else ""
        one.hop, one.error = "outbound", routed.error
        self._finish(now, row, one, routed.status, flag)

    def _no_host(self, now: int, row: int, one: Trying, flag: str) -> None:
        """There is no host, or no room: the proxy answers 503."""
        one.hop = "upstream"
        if one.attempt:
            self._pool(one).retry(-1)
        self._note(now, row, one, 503, flag)
        self._finish(now, row, one, 503, flag)

    def _back(self, now: int, row: int, one: Trying) -> None:
        """An answer or a failure is back at the proxy: it is passed on, or tried again."""
        status, error = self._guarded(now, one)
        if not status and now >= one.deadline:
            self._gone(now, row, one)
            return
        failure = "" if status else self._failure(now, one, error)
        known, flag = MESH.failed(failure, error) if failure else (status, "")
        following = self._release(now, row, one, known)
        follows = self._follows(now, one, status, failure)
        if one.lane != NONE or one.waits:
            self._note(now, row, one, known, flag, follows)
        if follows == AGAIN:
            self._again(now, row, one)
        else:
            routed = self._route(one)
            last = one.attempt and one.attempt >= routed.retries
            if last and self.setting.worth(routed, status, failure):
                flag = f"URX,{flag}" if flag else "URX"
            self._finish(now, row, one, known, flag)
        self.wake(now, following)

    def _gone(self, now: int, row: int, one: Trying) -> None:
        """The client has given up."""
        following = self._release(now, row, one, 0)
        if one.lane != NONE or one.waits:
            self._note(now, row, one, 0, MESH.gave_up)
        self.told.clients.append((one.pool, one.lane, 0, MESH.gave_up, row, now))
        self.told.ends.append((row, now, 0, one.error or NO_ANSWER, one.hop))
        self.trying.pop(row, None)
        self.wake(now, following)

    def _guarded(self, now: int, one: Trying) -> tuple[int, str]:
        """What the server's proxy answers: what its program does, or for it when it does not."""
        status, error = one.status, one.error
        if one.lane == NONE or one.hop in BEFORE_CONNECTED:
            return status, error
        found = self.setting.lanes[one.lane]
        if found.entered is None:
            return status, error
        flag = ""
        if found.entered.judged.accepted and not status and error in (REFUSED, RESET):
            (status, flag), error = MESH.failed(FAILED[error], error), ""
        since = one.asked + found.connects
        # The answer is at the client's proxy now; it has left the server's before.
        left = max(since, now - found.goal.back) if status else now
        self.told.servers.append((one.lane, status, flag, since, left))
        return status, error

    def _failure(self, now: int, one: Trying, error: str) -> str:
        if error == NO_ANSWER or now >= min(one.until, one.try_until):
            return "timeout"
        return FAILED.get(error, "reset")

    def _release(self, now: int, row: int, one: Trying, status: int) -> int | None:
        """A try is over for its cluster; returns the call that gets its connection."""
        pool = self._pool(one)
        if one.attempt:
            pool.retry(-1)
        if one.waits:
            pool.waits_no_longer(self.setting.rows.numbers[row])
        if one.lane == NONE:
            return None
        return pool.ended(self.setting.lanes[one.lane].key, status, now)

    def _follows(self, now: int, one: Trying, status: int, failure: str) -> str:
        """What follows a try: another one (`AGAIN`), none because of the `LIMIT`, or ""."""
        routed = self._route(one)
        if one.attempt >= routed.retries or now >= one.until or one.waits:
            return ""
        if not self.setting.worth(routed, status, failure):
            return ""
        return AGAIN if self._pool(one).retry(1) else LIMIT

    def _again(self, now: int, row: int, one: Trying) -> None:
        """Pause before the next try."""
        number = self.setting.chance.pause(row, one.attempt, one.pool)
        key = "" if one.lane == NONE else self.setting.lanes[one.lane].key
        end = min(now + backoff_of(self._route(one)).delay(one.attempt, number), one.limit)
        one.attempt, one.tried = one.attempt + 1, (*one.tried, key)
        one.lane, one.try_until, one.pauses = NONE, NEVER, True
        one.status, one.error, one.levels, one.level = 0, NO_ANSWER, (), 0
        self._later(end, now, row, one)

    def wake(self, now: int, number: int | None) -> None:
        """A connection is free for a request that waits for one."""
        if number is not None:
            row = self.setting.rows.by_number[number]
            one = self.trying[row]
            one.waits, one.woken = False, True
            self._later(now, now, row, one)

    def _finish(self, now: int, row: int, one: Trying, status: int, flag: str) -> None:
        """The proxy gives the answer to whoever asked it."""
        self.told.clients.append((one.pool, one.lane, status, flag, row, now))
        done = now + self.setting.exits[one.pool]
        self.told.ends.append((row, done, status, "" if status else one.error, one.hop))
        self.trying.pop(row, None)

    def _note(
        self, now: int, row: int, one: Trying, status: int, flag: str, follows: str = ""
    ) -> None:
        kind = (one.pool, one.lane, one.levels, one.level, status, flag, follows, one.attempt)
        self.told.tries.append((row, kind, one.asked, now))

    def _pool(self, one: Trying) -> Pool:
        pool = self.setting.pools[one.pool]
        assert pool is not None
        return pool

    def _route(self, one: Trying) -> Routed:
        routed = self.setting.routes[one.pool]
        assert routed is not None
        return routed
