"""What makes a load, and what is refused before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.traffic.rates import Rates

ENGINES = ("auto", "stepped", "bulk")
MOST_REQUESTS = 20_000_000
"""Of one load; about 100 bytes of memory each while they are computed."""

Steps = float | Sequence[tuple[int, float]]
"""Requests a second, or (ns from the beginning, requests a second) in order."""


def check(
    rate: Steps,
    *,
    users: int,
    think: int,
    duration: int,
    timeout: int,
    engine: str,
    keep_alive: bool,
) -> None:
    """ValueError with what is allowed, for what makes no load."""
    numbers = [rate] if isinstance(rate, (int, float)) else [each for _, each in rate]
    if not all(math.isfinite(each) for each in numbers):
        raise ValueError(f"rate={rate}: give finite numbers of requests per second")
    if not rate and not users:
        raise ValueError(f"rate={rate}, users={users}: that is a load of no requests; say rate=... "
                         "(requests per second) or users=... (a closed loop)")  # fmt: skip
    if rate and users:
        raise ValueError("say rate=... (requests per second, an open loop) or users=... (a closed "
                         "loop), one of the two")  # fmt: skip
    if not isinstance(users, int):
        raise ValueError(f"users={users!r}: give a whole number of users")
    negative = isinstance(rate, (int, float)) and rate < 0
    if negative or users < 0 or duration <= 0 or timeout <= 0 or think < 0:
        times = {"duration": duration, "timeout": timeout, "think": think}
        told = ", ".join(f"{name}={time / SECOND:g}s" for name, time in times.items())
        raise ValueError(f"rate={rate}, users={users}, {told}: give amounts above 0")
    if engine not in ENGINES or (engine == "bulk" and users):
        raise ValueError(f"engine={engine!r}: use 'auto' or 'stepped'; 'bulk' for open loops only")
    if keep_alive and not users:
        raise ValueError("keep_alive=True needs users=...: each user keeps a connection")
    _check_size(rate, users, think, duration)


def _check_size(rate: Steps, users: int, think: int, duration: int) -> None:
    if users:
        count = users * max(1.0, duration / max(think, MILLISECOND))
    else:
        steps = [(0, rate)] if isinstance(rate, (int, float)) else rate
        count = Rates.of(0, steps).expected(0, duration)
    if count > MOST_REQUESTS:
        raise ValueError(
            f"that is a load of about {count:,.0f} requests, and one load has at most "
            f"{MOST_REQUESTS:,}: lower its rate or users, or make it shorter"
        )
