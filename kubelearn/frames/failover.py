"""A fault as users felt it: requests by their end, beside all that had to notice it.

On one time axis: the requests of the newest loads, what DNS answered, and the states of nodes,
targets and endpoints. Set-ups that met the same fault can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.frames.failover_tracks import asked, faults, tracks
from kubelearn.frames.lanes import Point, mark, merged, over_time
from kubelearn.frames.outcomes import ANSWERED, Outcomes
from kubelearn.frames.source import Frame, Row
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration

TENTH = SECOND // 10
WORDS = {
    "fail.node": "dies",
    "fail.pod": "crashes",
    "fail.link": "loses a link",
    "heal.node": "is repaired",
    "heal.link": "has its link again",
}
NOTHING = 'No load to show: start one with load(...), let time pass, and show("failover") again.'


def failover(world: Any, start: int | None = None) -> Frame:
    """The loads that began last, and what stood behind them; `start` (ns): since that moment."""
    rows = list(world.parts["loads"].rows.values())
    end = world.clock.now
    if start is None:
        start = max((row.begin for row in rows), default=0)
    shown = [row for row in rows if start <= row.begin < end]
    if not shown:
        return over_time("failover", start, end, [], [], NOTHING, tracks=[], numbers={})
    found = Outcomes(world, [row.number for row in shown], start, end)
    marks = merged(_marks(world, start))
    numbers = _numbers(found, _fault(world, start))
    behind = tracks(world, asked(world, shown), start, end)
    return over_time("failover", start, end, found.lanes(), marks, _summary(numbers),
                     tracks=behind, numbers=numbers)  # fmt: skip


def _fault(world: Any, start: int) -> int | None:
    """The first moment since the start at which something broke."""
    return next((time for time, name, _ in faults(world)
                 if time >= start and name.startswith("fail.")), None)  # fmt: skip


def _marks(world: Any, start: int) -> Iterator[Row]:
    for time, name, what in faults(world):
        if time >= start:
            kind = "Warning" if name.startswith("fail.") else "Normal"
            yield mark(time, f"{what} {WORDS[name]}", kind)


def _numbers(found: Outcomes, fault: int | None) -> Row:
    """What is compared between set-ups; times in ns, p95 in ms."""
    counts = found.counts()
    answered = counts.pop(ANSWERED)
    recovery = 0 if fault is None else found.recovery(fault)
    return {
        "sent": answered + sum(counts.values()) + found.flying,
        "answered": answered,
        "lost": sum(counts.values()),
        "reasons": counts,
        "flying": found.flying,
        "fault": fault,
        "recovery": recovery,
        "recoveryText": recovery_text(fault, recovery, sum(counts.values())),
        "p95": found.p95(found.start, found.end if fault is None else fault),
        "p95After": None if fault is None else found.p95(fault, found.end),
    }


def recovery_text(fault: int | None, recovery: int | None, lost: int) -> str:
    """How long after the fault the last lost request was sent."""
    if fault is None:
        return "no fault" if not lost else "lost without a fault"
    if recovery is None:
        return "never in this run"
    return f"{recovery / SECOND:.1f} s" if recovery else "nothing lost"


def _summary(numbers: Row) -> str:
    told = ", ".join(f"{count:,} {name}" for name, count in numbers["reasons"].items())
    lost = f"{numbers['lost']:,} lost ({told})" if told else "none lost"
    after = {
        "no fault": "nothing was broken",
        "lost without a fault": "nothing was broken",
        "never in this run": "to the end of the run users are not well again",
        "nothing lost": "users noticed nothing of the fault",
    }.get(numbers["recoveryText"], f"the last one was sent {numbers['recoveryText']} after it")
    began = "" if numbers["fault"] is None else f"; fault at {_moment(numbers['fault'])}"
    return (
        f"{numbers['sent']:,} requests: {numbers['answered']:,} answered, {lost}{began}; {after}."
    )


def _moment(time: int) -> str:
    return format_duration(round(time / TENTH) * TENTH)


# Side by side


def failovers(*worlds: Any) -> Frame:
    """Set-ups that met the same fault: a frame of each, all on one time axis and one scale."""
    sides = [failover(world) for world in worlds]
    begins, ends = [one["start"] for one in sides], [one["end"] for one in sides]
    for side in sides:
        _stretch(side, min(begins), max(ends))
    tops = {key: max(one["top"] for side in sides for one in side["lanes"] if one["key"] == key)
            for key in {lane["key"] for side in sides for lane in side["lanes"]}}  # fmt: skip
    for side in sides:
        side["lanes"] = [{**one, "top": tops[one["key"]]} for one in side["lanes"]]
    for side in sides:
        side["told"] = _short(side["numbers"])
    told = "; ".join(f"set-up {number} {side['told']}" for number, side in enumerate(sides, 1))
    return {"kind": "failovers", "sides": sides, "summary": f"The same fault: {told}."}


def _short(numbers: Row) -> str:
    """What is said of one set-up beside others."""
    return f"lost {numbers['lost']:,} ({numbers['recoveryText']})" if numbers else "has no load"


def _stretch(side: Frame, start: int, end: int) -> None:
    """The same axis for all: what was not recorded stays empty."""
    side["start"], side["end"] = start, end
    for lane in side["lanes"]:
        for row in [*lane["bands"], *lane["lines"]]:
            points: list[Point] = row["points"]
            empty = 0 if row in lane["bands"] else None
            if points[0][0] > start:
                points.insert(0, [start, empty])
            if points[-1][0] < end:
                points.append([end, empty])
