"""Series of metrics: counts and a histogram of times for each set of labels.

Source: envoy `source/common/stats/histogram_impl.cc` (ConstSupportedBuckets), 1.40; Prometheus 3
`promql/quantile.go` (BucketQuantile).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from kubelearn.mesh.telemetry.labels import Labels
from kubelearn.sim.clock import MILLISECOND, SECOND

BOUNDS = (
    0.5, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0,
    30000.0, 60000.0, 300000.0, 600000.0, 1800000.0, 3600000.0,
)  # fmt: skip
"""Upper bounds of the buckets in ms; beyond the last one is +Inf."""
MOST = 10_000
"""Series that are kept; the one that was there first goes."""
WIDTH, KEPT = 5 * SECOND, 120
"""Counts are kept by pieces of time, ten minutes of them."""


class Tally(NamedTuple):
    """The requests of a series: how many, how many ms in all, and how many up to each bound."""

    requests: int = 0
    total: int = 0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)

    def add(self, milliseconds: int) -> Tally:
        """With one more request."""
        place = bisect_left(BOUNDS, milliseconds)
        old = self.buckets
        buckets = (*old[:place], old[place] + 1, *old[place + 1 :])
        return Tally(self.requests + 1, self.total + milliseconds, buckets)

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        buckets = tuple(map(sum, zip(self.buckets, other.buckets, strict=True)))
        return Tally(self.requests + other.requests, self.total + other.total, buckets)

    def quantile(self, share: float) -> float:
        """Ms below which a share of the requests lies, as `histogram_quantile` estimates it."""
        if not self.requests:
            return 0.0
        rank, upto = share * self.requests, tuple(accumulate(self.buckets))
        place = next(number for number, count in enumerate(upto) if count >= rank)
        if place == len(BOUNDS):
            return BOUNDS[-1]
        low = BOUNDS[place - 1] if place else 0.0
        before = upto[place - 1] if place else 0
        return low + (BOUNDS[place] - low) * (rank - before) / self.buckets[place]


NOTHING = Tally()
Pieces = dict[int, dict[Labels, Tally]]


class Series:
    """All series: since the beginning, and by pieces of time."""

    def __init__(self) -> None:
        self.totals: dict[Labels, Tally] = {}
        self.pieces: Pieces = {}

    def fork(self) -> Series:
        """A copy; pieces that are over do not change and are shared."""
        twin = Series()
        twin.totals = self.totals.copy()
        twin.pieces = self.pieces.copy()
        if twin.pieces:
            last = max(twin.pieces)
            twin.pieces[last] = twin.pieces[last].copy()
        return twin

    def count(self, labels: Labels, now: int, took: int) -> None:
        """One request more, which has ended now and took so many ms."""
        self._add(labels, now // WIDTH, lambda tally: tally.add(took))

    def count_all(self, labels: Labels, ends: Sequence[int], took: Sequence[int]) -> None:
        """Many requests more, with the moments at which they ended and what they took (ns)."""
        import numpy as np

        pieces = np.asarray(ends, np.int64) // WIDTH
        times = np.asarray(took, np.int64) // MILLISECOND
        buckets = np.searchsorted(np.array(BOUNDS), times)
        for number in np.unique(pieces).tolist():
            here = pieces == number
            counts = np.bincount(buckets[here], minlength=len(BOUNDS) + 1)
            more = Tally(int(here.sum()), int(times[here].sum()), tuple(counts.tolist()))
            self._add(labels, number, more.plus)

    def _add(self, labels: Labels, number: int, change: Callable[[Tally], Tally]) -> None:
        """Count in all and in a piece of time."""
        if labels not in self.totals and len(self.totals) >= MOST:
            del self.totals[next(iter(self.totals))]
        self.totals[labels] = change(self.totals.get(labels, NOTHING))
        piece = self.pieces.get(number)
        if piece is None:
            piece = self.pieces[number] = {}
            for old in [one for one in self.pieces if one <= number - KEPT]:
                del self.pieces[old]
        piece[labels] = change(piece.get(labels, NOTHING))

    def since(self, start: int) -> dict[Labels, Tally]:
        """What was counted from a moment on, to the piece of time."""
        found: dict[Labels, Tally] = {}
        for number in sorted(self.pieces):
            if number >= start // WIDTH:
                gather(found, self.pieces[number].items())
        return found


def gather(found: dict[Labels, Tally], more: Iterable[tuple[Labels, Tally]]) -> None:
    """Add series to those found before."""
    for labels, tally in more:
        old = found.get(labels)
        found[labels] = tally if old is None else old.plus(tally)


def exposition(series: Iterable[tuple[Labels, Tally]]) -> Iterator[str]:
    """The lines in which a proxy gives its metrics to Prometheus (text format 0.0.4)."""
    web = [row for row in series if row[0].protocol != "tcp"]
    yield "# TYPE istio_requests_total counter"
    for written, tally in _written(web, "istio_requests_total"):
        yield f"istio_requests_total{{{written}}} {tally.requests}"
    name = "istio_request_duration_milliseconds"
    yield f"# TYPE {name} histogram"
    for written, tally in _written(web, name):
        bounds = [f"{bound:g}" for bound in BOUNDS] + ["+Inf"]
        for bound, count in zip(bounds, accumulate(tally.buckets), strict=True):
            yield f'{name}_bucket{{{written},le="{bound}"}} {count}'
        yield f"{name}_sum{{{written}}} {tally.total}"
        yield f"{name}_count{{{written}}} {tally.requests}"


def _written(rows: Iterable[tuple[Labels, Tally]], metric: str) -> Iterable[tuple[str, Tally]]:
    """The series of a metric by what stands between its braces; equal ones are one."""
    found: dict[str, Tally] = {}
    for labels, tally in rows:
        said = labels.written(metric)
        if said is not None:
            said.pop("pod", None)  # the proxy does not know it: Prometheus adds it
            text = ",".join(f'{name}="{value}"' for name, value in said.items())
            found[text] = found.get(text, NOTHING).plus(tally)
    return found.items()
