"""How many requests per second an open load sends, as steps over time.

Arrivals are drawn on an axis on which one request comes per second on average, in billionths; the
steps stretch that axis to real time. So the number of a request addresses its draw whatever the
rate is at that moment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.sim.clock import SECOND

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

UNIT = SECOND
"""Billionths of a request."""


class Rates(NamedTuple):
    """Steps: from each start (ns) on, so many requests a second; the last lasts for ever."""

    starts: tuple[int, ...]
    rates: tuple[float, ...]
    units: tuple[int, ...]
    """What has been sent on average when each step begins, in billionths."""

    @classmethod
    def of(cls, begin: int, steps: Sequence[tuple[int, float]]) -> Rates:
        """From (ns after `begin`, rate) in the order of time; ValueError for anything else."""
        after = [step[0] for step in steps]
        if not steps or after[0] != 0 or after != sorted(set(after)):
            raise ValueError(
                f"rate={list(steps)!r}: begin at 0s and give each moment once, in order"
            )
        if min(rate for _, rate in steps) < 0 or max(rate for _, rate in steps) <= 0:
            raise ValueError(f"rate={list(steps)!r}: give amounts above 0 (0 for a pause between)")
        units = [0]
        for (start, rate), (end, _) in pairwise(steps):
            units.append(units[-1] + int((end - start) * rate))
        rates = tuple(float(rate) for _, rate in steps)
        return cls(tuple(begin + one for one in after), rates, tuple(units))

    def time(self, unit: int) -> int | None:
        """The moment that lies so far along; None when it never comes."""
        step = bisect_right(self.units, unit) - 1
        if not self.rates[step]:
            return None
        return self.starts[step] + int((unit - self.units[step]) / self.rates[step])

    def times(self, units: Array) -> Array:
        """The moments of many; those that never come are at the end of time."""
        import numpy as np

        if len(self.rates) == 1:
            found = (units / self.rates[0]).astype(np.int64)
            found += self.starts[0]
            return found
        step = np.searchsorted(np.array(self.units), units, side="right") - 1
        rate = np.array(self.rates)[step]
        along = (units - np.array(self.units)[step]) / np.where(rate > 0, rate, 1.0)
        found = np.array(self.starts)[step] + along.astype(np.int64)
        return np.where(rate > 0, found, np.int64(1) << np.int64(62))

    def expected(self, unit: int, until: int) -> float:
        """How many requests lie between there and a moment, on average."""
        step = max(bisect_right(self.starts, until) - 1, 0)
        along = self.units[step] + (until - self.starts[step]) * self.rates[step]
        return max(along - unit, 0.0) / UNIT
