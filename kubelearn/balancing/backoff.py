"""Delays between tries: exponential with full jitter.

Source: envoy `source/common/common/backoff_strategy.cc`, 1.40.
"""

from __future__ import annotations

from typing import NamedTuple


class JitteredBackoff(NamedTuple):
    """The n-th delay is anything below an interval that doubles up to a cap (any unit of time)."""

    base: int
    cap: int

    def interval(self, attempt: int) -> int:
        """The bound of the delay before a retry; the first is number 0."""
        return min(self.base << min(attempt, 62), self.cap)

    def delay(self, attempt: int, random: int) -> int:
        """The delay before a retry, from a random number."""
        return random % self.interval(attempt)
