"""RequestRateLimiter: a token bucket for each key, on a clock of whole seconds.

Source: spring-cloud-gateway `META-INF/scripts/request_rate_limiter.lua`, 5.0.
"""

from __future__ import annotations

from typing import NamedTuple


class Bucket(NamedTuple):
    """What is left, and when (s) it was counted."""

    tokens: int
    refreshed: int


class Verdict(NamedTuple):
    """Whether the request passes, what is left, and the bucket from then on."""

    allowed: bool
    left: int
    bucket: Bucket


def take(bucket: Bucket | None, rate: int, capacity: int, now: int, requested: int = 1) -> Verdict:
    """Ask for tokens; a bucket that nobody has used is full.

    `rate` tokens come back each second, up to `capacity`.
    """
    last = bucket or Bucket(capacity, 0)
    filled = min(capacity, last.tokens + max(0, now - last.refreshed) * rate)
    allowed = filled >= requested
    left = filled - requested if allowed else filled
    return Verdict(allowed, left, Bucket(left, now))
