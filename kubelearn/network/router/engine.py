"""A proxy's router over a stretch of time, in the order of what happens.

A program that works in order is known to be done with a request as soon as it takes it, so nothing
happens but requests that are sent and answers that come back. Most are simple: a host is chosen,
its answer is passed on; for these nothing is kept but when, who, and which host. Whatever else may
come of a try is the matter of `Tries`.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple, cast

from kubelearn.network.passages import NEVER
from kubelearn.network.router.pool import Pool
from kubelearn.network.router.tries import Tries
from kubelearn.traffic.servers import Server

NOTHING = (NEVER << 1, 0, 0, 0, 0)
"""An event that never comes."""


class Quick(NamedTuple):
    """What has to be known of a lane to send a simple try on it; times in ns."""

    key: str
    server: Server
    arrives: int
    back: int
    span: int
    """How long the proxy waits for an answer."""
    fails: float
    works: Sequence[int]
    """By new request: how long the program works on it."""


class Engine(Tries):
    """Goes on from what is under way to what is under way at a later moment."""

    def start(self, until: int, first: int) -> None:
        """Begin a stretch that goes up to a moment; new requests have rows from `first` on."""
        self.until, self.first = until, first
        arrived = sorted(one for one in self.coming if one[0] <= until)
        self.coming = [one for one in self.coming if one[0] > until]
        for time, row in arrived:
            self.at_program(time, row, self.trying[row])

    def run(self, times: Sequence[int], forks: Sequence[int], begun: int = 0) -> None:
        """Let everything happen; of the new requests so many are known already."""
        self.quick = [self.quick_of(number) for number in range(len(self.setting.lanes))]
        self.events.append(NOTHING)
        heapify(self.events)
        if begun < len(times):
            self._run(times, forks, begun)
        self._up_to((self.until + 1, 0))
        self.events.remove(NOTHING)
        for pool in self.setting.pools:
            if pool is not None:
                pool.flush()

    def _simple_pools(self) -> list[Pool | None]:
        """By fork: its hosts, if a try that is sent to any of them may be simple."""
        found = self.setting.pools.copy()
        for lane, quick in zip(self.setting.lanes, self.quick, strict=True):
            if quick is None:
                found[lane.pool] = None
        return found

    def _run(self, times: Sequence[int], forks: Sequence[int], begun: int) -> None:
        """Send on what comes, without calls for what is simple about it."""
        setting, events, until, first = self.setting, self.events, self.until, self.first
        sent, patience, bases = setting.rows.sent, setting.patience, setting.bases
        entries = setting.entries
        simple, quick = self._simple_pools(), cast("list[Quick]", self.quick)
        shares = setting.chance.fails() if any(one and one.fails for one in self.quick) else ()
        for place in range(begun, len(times)):
            now, fork, row = times[place], forks[place], first + place
            if events[0][0] <= now:
                self._up_to((now, now - entries[fork] + 1))
            pool = simple[fork]
            if pool is None or now >= pool.tick_at or pool.busy >= pool.free:
                self._look(now, row, fork)
                continue
            lane = bases[fork] + pool.find(place)
            key, server, arrives, back, span, fails, works = quick[lane]
            if now + arrives > until or (fails and shares[place] < fails):
                self.send(now, row, self.new(row, fork, now), lane)
                continue
            finish = server.take(now + arrives, works[place])
            end = finish + back
            if end > sent[row] + patience or end > now + span:
                self._late(now, row, lane, works[place], finish)
                continue
            active = pool.active
            active[key] = active.get(key, 0) + 1
            pool.busy += 1
            self.count += 1
            heappush(events, (end, finish, self.count, row, lane))

    def _up_to(self, end: tuple[int, int]) -> None:
        """Let all happen before (a moment, since when what happens then is known)."""
        events, found, pools = self.events, self.setting.lanes, self.setting.pools
        ends, rows, lanes = self.told.times, self.told.rows, self.told.lanes
        while events[0] < end:
            time, known, _, row, lane = heappop(events)
            if lane < 0:
                self.happens(time, known, row)
                continue
            fork, key = found[lane][:2]
            pool = cast("Pool", pools[fork])
            if time >= pool.tick_at:
                pool.tick(time)
            if key in pool.failed:
                self.foreseen(time, row, lane)
                continue
            active = pool.active
            if active[key] > 1:
                active[key] -= 1
            else:
                del active[key]
            pool.busy -= 1
            pool.fine.append(key)
            ends.append(time)
            rows.append(row)
            lanes.append(lane)
            if pool.upstream.waiting:
                self.wake(time, pool.following())

    def _look(self, now: int, row: int, fork: int) -> None:
        """A request about which more has to be found out."""
        if self.setting.pools[fork] is None:
            self.answer_itself(row, fork, now)
        else:
            self.pick(now, row, self.new(row, fork, now))

    def _late(self, now: int, row: int, lane: int, work: int, finish: int) -> None:
        """A first try whose answer will come too late."""
        found = self.setting.lanes[lane]
        one = self.new(row, found.pool, now)
        self.began(now, row, one, lane)
        one.work, one.answers = work, found.status
        self.taken(now + found.arrives, row, one, finish)

    def quick_of(self, number: int) -> Quick | None:
        """What is simple about a lane; None where nothing is."""
        lane, server = self.setting.lanes[number], self.setting.servers[number]
        pool, routed = self.setting.pools[lane.pool], self.setting.routes[lane.pool]
        work = lane.goal.work
        if pool is None or server is None or routed is None or work is None:
            return None
        if not self.simple[lane.pool] or not lane.in_time:
            return None
        spans = [span for span in (routed.timeout, routed.try_timeout) if span]
        fails = work.fails if lane.status < 400 else 0.0
        works = self.setting.chance.works(number)
        return Quick(lane.key, server, lane.arrives, lane.goal.back, min(spans, default=NEVER),
                     fails, works)  # fmt: skip
