"""A retry storm: how the tries of proxies multiply from hop to hop, beside the visitors' requests.

A hop is whoever asks and the Service that is asked. A try counts when it was sent, also when a
client has left long ago; "for each request" is for each request of the visitors at the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.frames.causes import cause_marks, causes
from kubelearn.frames.lanes import Point, lane, over_time, series
from kubelearn.frames.side_by_side import side_by_side
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.tried import Windows, begun, destination, is_last, tried, unsent
from kubelearn.network.tries import LIMIT, Try
from kubelearn.world.explain import as_it_was

NOTHING = (
    "No proxy has passed on a request yet: tries are counted by the proxies of a mesh or of a "
    'gateway. Send a load(...), let time pass, show("retries") again.'
)
NOTE = (
    "A try is repeated only for the reasons that its route names (retryOn): by default for a "
    "connection that fails, not for an answer such as 500. The limit (maxRetries) counts retries "
    "that one proxy has under way at once."
)
UNLIMITED = (1 << 32) - 1
MOST = 4
"""Hops that get a lane."""
LINES = ("accent solid", "alarm dash", "ink dot", "muted long")
HEADS = (
    "hop", "requests", "tries", "for each request of a visitor", "failed tries",
    "retries that are allowed", "limit of retries at once", "not repeated for that limit",
)  # fmt: skip


class Hop(NamedTuple):
    """Who asks, and what is asked."""

    client: str
    service: str

    def __str__(self) -> str:
        return f"{self.client} → {self.service}"


def retries(world: Any, start: int | None = None) -> Frame:
    """The newest load with all that its requests brought about, or what was sent since a moment."""
    found = begun(world, tried(world), start)
    now = world.clock.now
    if not found:
        return over_time("retries", start or 0, now, [], [], NOTHING, told="has sent nothing")
    windows = Windows(found, now)
    by_hop = _by_hop(found)
    lanes = [_tries(hop, windows) for hop in list(by_hop)[:MOST]]
    lanes.append(_factors(list(by_hop), Windows(_from_the_beginning(found), now)))
    visitors = len({one.root for one in found})
    limits = _limits(world)
    rows = [_row(hop, own, visitors, limits) for hop, own in by_hop.items()]
    marks = cause_marks(causes(world, windows.start))
    worst = max(by_hop, key=lambda hop: len(by_hop[hop]))
    told = f"{len(by_hop[worst]) / visitors:.1f} tries at {worst.service}"
    summary = _summary(visitors, by_hop, worst) + unsent(world, found)
    return over_time("retries", windows.start, now, lanes, marks, summary, told=told,
                     table={"heads": list(HEADS), "rows": rows, "note": NOTE})  # fmt: skip


def compared_retries(*worlds: Any) -> Frame:
    """Set-ups under the same load: a frame of each, all on one time axis and one scale."""
    return side_by_side(
        "compared_retries", [retries(world) for world in worlds], "For each request"
    )


def _hop(one: Try) -> Hop:
    service = destination(one.cluster).service.removeprefix("default/")
    return Hop(one.client.app, service or one.host)


def _by_hop(found: Sequence[Try]) -> dict[Hop, list[Try]]:
    """The tries of each hop; hops in the order in which requests go."""
    hops: dict[Hop, list[Try]] = {}
    for one in sorted(found, key=lambda one: (one.depth, one.asked)):
        hops.setdefault(_hop(one), []).append(one)
    return hops


def _tries(hop: Hop, windows: Windows[Try]) -> Row:
    first = windows.rates(lambda one: _hop(one) == hop and not one.number)
    again = windows.rates(lambda one: _hop(one) == hop and one.number > 0)
    bands = [series("first", "first tries", "accent ready", first),
             series("again", "repeated", "alarm starting", again)]  # fmt: skip
    return lane(str(hop), f"{hop}: tries per second", "", bands)


class Caused(NamedTuple):
    """A try that a request of a visitor has caused, at the moment at which that was sent."""

    asked: int
    root: int
    hop: Hop


def _from_the_beginning(found: Sequence[Try]) -> list[Caused]:
    begins: dict[int, int] = {}
    for one in found:
        begins.setdefault(one.root, one.asked)
    return sorted(Caused(begins[one.root], one.root, _hop(one)) for one in found)


def _factors(hops: Sequence[Hop], windows: Windows[Caused]) -> Row:
    """Tries for each request, by the moment at which the visitor has sent it."""
    lines = [series(str(hop), str(hop), look, _factor(hop, windows))
             for hop, look in zip(hops, LINES, strict=False)]  # fmt: skip
    return lane("factor", "tries for each request of a visitor", "", lines=lines)


def _factor(hop: Hop, windows: Windows[Caused]) -> list[Point]:
    return windows.points(
        lambda rows: round(sum(one.hop == hop for one in rows) / len({one.root for one in rows}), 2)
    )


def _row(hop: Hop, own: Sequence[Try], visitors: int, limits: Mapping[str, set[str]]) -> list[str]:
    limited = sum(one.follows == LIMIT for one in own)
    allowed = sorted({one.allowed for one in own})
    return [
        str(hop), f"{sum(not one.number for one in own):,}", f"{len(own):,}",
        f"{len(own) / visitors:.1f}", f"{sum(not one.ok for one in own):,}",
        " or ".join(map(str, allowed)), _limit(limits.get(own[-1].cluster, set())), f"{limited:,}",
    ]  # fmt: skip


def _limits(world: Any) -> dict[str, set[str]]:
    """Cluster → how many retries proxies may have under way to it, in words."""
    found: dict[str, set[str]] = {}
    for (_, name, _), one in as_it_was(world).parts["proxies"].upstreams.items():
        found.setdefault(name, set()).add(_told(one.cluster.thresholds))
    return found


def _told(limits: Any) -> str:
    budget, most = limits.get("retry_budget"), int(limits["max_retries"])
    if budget is not None:
        percent, least = budget["budget_percent"]["value"], budget["min_retry_concurrency"]
        return f"{percent:g} % ({least} at least)"
    return f"{most:,}" if most < UNLIMITED else "none"


def _limit(limits: set[str]) -> str:
    return " or ".join(sorted(limits, key=lambda text: (len(text), text))) or "none"


def _summary(visitors: int, by_hop: dict[Hop, list[Try]], worst: Hop) -> str:
    first = next(iter(by_hop))
    bad = sum(is_last(one) and not one.ok for one in by_hop[first])
    tries = len(by_hop[worst])
    failed = (
        f"{bad:,} of the visitors got an error all the same" if bad else "no visitor got an error"
    )
    return (
        f"{visitors:,} requests of visitors became {tries:,} tries at {worst.service} "
        f"({tries / visitors:.1f} for each); {failed}"
    )
