"""The tries of proxies as views over time need them: by Service, in windows, with their rates.

A try counts at the moment at which it was sent, as a request does in `Load.report`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from kubelearn.frames.lanes import Point
from kubelearn.frames.load_lanes import STEPS, columns_of, window
from kubelearn.mesh.clusters import split_name
from kubelearn.network.loads import CALLS_OF_ONE_LOAD
from kubelearn.network.tries import AGAIN, Try
from kubelearn.sim.clock import SECOND
from kubelearn.world.explain import as_it_was

ENOUGH = 100
"""Requests in a window, on average, below which a share would say little."""
UNKNOWN = "no zone"


class Destination(NamedTuple):
    """What a cluster of a proxy stands for."""

    service: str
    """ "namespace/name" of a Service; a host that is none; "" where the client has chosen."""
    subset: str


def destination(cluster: str) -> Destination:
    """Of a cluster of Envoy ("outbound|80|v1|web.default.svc…") or of nginx ("default/web/80")."""
    if cluster.count("|") == 3:
        _, subset, host = split_name(cluster)
        name, *rest = host.split(".")
        return Destination(f"{rest[0]}/{name}" if rest[1:2] == ["svc"] else host, subset)
    return Destination(cluster.rpartition("/")[0], "")


def tried(world: Any) -> list[Try]:
    """All tries that have ended, in the order of sending."""
    noted = as_it_was(world).parts["tries"].noted
    return sorted(noted, key=lambda one: (one.asked, one.call, one.number))


def is_last(one: Try) -> bool:
    """Whether its end was the end of its request at this proxy."""
    return one.follows != AGAIN


def begun(world: Any, found: Sequence[Try], start: int | None) -> list[Try]:
    """Those since a moment (ns), or since the newest load among them began."""
    if start is None:
        loads = {-one.root // CALLS_OF_ONE_LOAD for one in found if one.root < 0}
        rows = world.parts["loads"].rows
        start = rows[max(loads)].begin if loads else 0
    return [one for one in found if one.asked >= start]


def unsent(world: Any, found: Sequence[Try]) -> str:
    """Of the loads that these tries are of: what of them was sent to no pod, and why."""
    places: dict[int, set[int]] = {}
    for one in found:
        if one.root < 0 and not one.depth:
            load, place = divmod(-one.root, CALLS_OF_ONE_LOAD)
            places.setdefault(load, set()).add(place)
    reasons: list[str] = []
    for load, known in places.items():
        results = world.parts["loads"].ended(load)
        index, _, done, outcome = columns_of([results])
        told = zip(index.tolist(), done.tolist(), outcome.tolist(), strict=True)
        reasons += [results.words(bin_) for place, over, bin_ in told
                    if place not in known and over <= world.clock.now]  # fmt: skip
    if not reasons:
        return ""
    why = ", ".join(f"{count:,} {reason}" for reason, count in counted(reasons).items())
    return f"; {len(reasons):,} more were sent to no pod ({why})"


def zone_of(zone: str) -> str:
    """The short name of a zone: "2a" of "us-west-2a"."""
    return zone.rpartition("-")[2] or UNKNOWN


def counted(things: Iterable[str]) -> dict[str, int]:
    """How often each is there, the most frequent first."""
    found: dict[str, int] = {}
    for one in things:
        found[one] = found.get(one, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


class Sent(Protocol):
    """A request or a try."""

    @property
    def asked(self) -> int:
        """When it was sent (ns)."""
        ...


S = TypeVar("S", bound=Sent)


class Windows(Generic[S]):
    """What was sent, in windows of one length; all times in ns."""

    def __init__(self, found: Sequence[S], end: int, *, enough: int = 0) -> None:
        self.start = found[0].asked // SECOND * SECOND
        self.end = max(end, self.start + 1)
        self.step = self._step(len(found), enough)
        self.rows: list[list[S]] = [[] for _ in range(-(-(self.end - self.start) // self.step))]
        for one in found:
            self.rows[(one.asked - self.start) // self.step].append(one)

    def _step(self, count: int, enough: int) -> int:
        """Not more windows than can be drawn, nor fewer of them in each than say something."""
        drawn = window(self.start, self.end)
        wanted = enough * (self.end - self.start) / max(count, 1)
        return next((step * SECOND for step in STEPS if step * SECOND >= max(drawn, wanted)), drawn)

    def points(self, value: Callable[[list[S]], float | None]) -> list[Point]:
        """A number for each window; None where nothing was sent."""
        return [
            [self.start + place * self.step, value(row) if row else None]
            for place, row in enumerate(self.rows)
        ]

    def rates(self, counts: Callable[[S], bool]) -> list[Point]:
        """How many of them a second."""
        return [
            [begin, round(sum(map(counts, row)) / ((until - begin) / SECOND), 2)]
            for begin, until, row in self._lengths()
        ]

    def shares(self, counts: Callable[[S], bool]) -> list[Point]:
        """How many of a hundred; 0 in windows without any."""
        return [
            [time, round(value or 0, 2)]
            for time, value in self.points(lambda row: 100 * sum(map(counts, row)) / len(row))
        ]

    def _lengths(self) -> Iterable[tuple[int, int, list[S]]]:
        for place, row in enumerate(self.rows):
            begin = self.start + place * self.step
            yield begin, min(begin + self.step, self.end), row
