"""Priority levels: how much of the load each gets, and which levels panic.

A level counts for 1.4 times its healthy hosts ("overprovisioning"), so that 72 % of them still
take everything. When too few of a level are healthy it panics: all its hosts are used.
Source: envoy `source/common/upstream/load_balancer_context_base.h` and
`source/extensions/load_balancing_policies/common/load_balancer_impl.cc`, 1.40.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

OVERPROVISIONING = 140
PANIC_THRESHOLD = 50.0


class Level(NamedTuple):
    """The hosts of one priority."""

    total: int
    healthy: int
    degraded: int = 0
    excluded: int = 0
    """Hosts that do not count, healthy or not."""


class Loads(NamedTuple):
    """Percent of the load by level, and whether a level panics."""

    healthy: tuple[int, ...]
    degraded: tuple[int, ...]
    panic: tuple[bool, ...]


def loads(
    levels: Sequence[Level],
    threshold: float = PANIC_THRESHOLD,
    overprovisioning: int = OVERPROVISIONING,
) -> Loads:
    """How the load is split; `threshold` in percent, 0 = never panic."""
    healthy = [_availability(level, level.healthy, overprovisioning) for level in levels]
    degraded = [_availability(level, level.degraded, overprovisioning) for level in levels]
    total = min(100, sum(healthy) + sum(degraded))
    if levels and not total and not threshold:
        # Nobody is well and nobody may panic: the load has to be somewhere, and ends there.
        return Loads(_first(levels), (0,) * len(levels), (False,) * len(levels))
    panic = [total < 100 and panics(level, threshold) for level in levels]
    if panic and all(panic):
        return Loads(_by_size(levels), (0,) * len(levels), tuple(panic))
    return Loads(*_split(healthy, degraded, total), tuple(panic))


def _availability(level: Level, hosts: int, overprovisioning: int) -> int:
    counted = level.total - level.excluded
    return min(100, overprovisioning * hosts // counted) if counted > 0 else 0


def panics(level: Level, threshold: float = PANIC_THRESHOLD) -> bool:
    """Whether the healthy share of a level is below the threshold."""
    counted = level.total - level.excluded
    share = 100.0 * (level.healthy + level.degraded) / counted if counted > 0 else 0.0
    return share < threshold


def _by_size(levels: Sequence[Level]) -> tuple[int, ...]:
    """Nobody is well: every level gets the share of its hosts, the first the rest."""
    total = sum(level.total for level in levels)
    if not total:
        return _first(levels)
    shares = [100 * level.total // total for level in levels]
    first = next(place for place, level in enumerate(levels) if level.total)
    shares[first] += 100 - sum(shares)
    return tuple(shares)


def _first(levels: Sequence[Level]) -> tuple[int, ...]:
    """Everything to the first level."""
    return (100, *(0 for _ in levels[1:]))


def _split(
    healthy: Sequence[int], degraded: Sequence[int], total: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if not total:
        return (0,) * len(healthy), (0,) * len(degraded)
    well, rest = _filled(healthy, 100, total)
    weak, rest = _filled(degraded, rest, total)
    # What rounding left over goes to the first level that has anything.
    for shares, available in ((well, healthy), (weak, degraded)):
        first = next((place for place, share in enumerate(available) if share), None)
        if first is not None:
            shares[first] += rest
            break
    return tuple(well), tuple(weak)


def _filled(available: Sequence[int], rest: int, total: int) -> tuple[list[int], int]:
    """As much as possible to each level in turn, until nothing is left."""
    shares = []
    for share in available:
        shares.append(min(rest, share * 100 // total))
        rest -= shares[-1]
    return shares, rest


def choose_level(found: Loads, value: int) -> tuple[int, bool]:
    """The level of a request with this hash, and whether its degraded hosts are meant."""
    wanted, reached = value % 100 + 1, 0
    for shares, weak in ((found.healthy, False), (found.degraded, True)):
        for place, share in enumerate(shares):
            reached += share
            if wanted <= reached:
                return place, weak
    return 0, False
