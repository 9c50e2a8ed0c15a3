"""Simulated nanoseconds as the time stamps of the wire, and back.

Zero of the clock is 2026-01-01T00:00:00Z. metav1.Time has whole seconds, metav1.MicroTime six
digits (apimachinery `pkg/apis/meta/v1/time.go`, `micro_time.go`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from kubelearn.sim.clock import MICROSECOND, SECOND

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    # Cached so that all objects of one second share one string.
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def timestamp(nanoseconds: int) -> str:
    """The RFC 3339 text of a moment, cut to whole seconds: "2026-01-01T00:00:05Z"."""
    return _second(nanoseconds // SECOND)


def micro_timestamp(nanoseconds: int) -> str:
    """The text of a moment with six digits: "2026-01-01T00:00:05.250000Z"."""
    seconds, rest = divmod(nanoseconds, SECOND)
    return f"{_second(seconds)[:-1]}.{rest // MICROSECOND:06d}Z"


@lru_cache(maxsize=4096)
def parse_timestamp(text: str) -> int:
    """Nanoseconds of an RFC 3339 text; ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone: write it as 2026-01-01T00:00:00Z")
    delta = moment - EPOCH
    return (delta.days * 86400 + delta.seconds) * SECOND + delta.microseconds * MICROSECOND
