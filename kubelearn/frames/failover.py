"""A fault as users felt it: requests by their end, beside all that had to notice it.

On one time axis: the requests of the newest loads, what DNS answered, and the states of nodes,
targets and endpoints. Set-ups that met the same fault can be laid side by side.
"""

from __future__ import annotations

from typing import Any

from kubelearn.frames.causes import Cause, cause_marks, causes
from kubelearn.frames.failover_tracks import asked, tracks
from kubelearn.frames.lanes import over_time
from kubelearn.frames.outcomes import ANSWERED, Outcomes
from kubelearn.frames.side_by_side import side_by_side
from kubelearn.frames.source import Frame, Row
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration

TENTH = SECOND // 10
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
    done = causes(world, start)
    marks = cause_marks(done)
    numbers = _numbers(found, _blamed(done))
    behind = tracks(world, asked(world, shown), start, end)
    return over_time("failover", start, end, found.lanes(), marks, _summary(numbers),
                     tracks=behind, numbers=numbers)  # fmt: skip


def _blamed(done: list[Cause]) -> Cause | None:
    """The first fault; where nothing broke, the first thing that was done."""
    return next((one for one in done if one.is_fault), next(iter(done), None))


def _numbers(found: Outcomes, cause: Cause | None) -> Row:
    """What is compared between set-ups; times in ns, p95 in ms."""
    counts = found.counts()
    answered = counts.pop(ANSWERED)
    fault = None if cause is None else cause.time
    recovery = 0 if fault is None else found.recovery(fault)
    return {
        "sent": answered + sum(counts.values()) + found.flying,
        "answered": answered,
        "lost": sum(counts.values()),
        "reasons": counts,
        "flying": found.flying,
        "fault": fault,
        "cause": "" if cause is None or cause.is_fault else cause.text,
        "recovery": recovery,
        "recoveryText": recovery_text(fault, recovery, sum(counts.values())),
        "p95": found.p95(found.start, found.end if fault is None else fault),
        "p95After": None if fault is None else found.p95(fault, found.end),
    }


def recovery_text(fault: int | None, recovery: int | None, lost: int) -> str:
    """How long after the fault, or what was done, the last lost request was sent."""
    if fault is None:
        return "no fault" if not lost else "lost without a fault"
    if recovery is None:
        return "never in this run"
    return f"{recovery / SECOND:.1f} s" if recovery else "nothing lost"


def _summary(numbers: Row) -> str:
    told = ", ".join(f"{count:,} {name}" for name, count in numbers["reasons"].items())
    lost = f"{numbers['lost']:,} lost ({told})" if told else "none lost"
    cause = numbers["cause"] or "fault"
    after = {
        "no fault": "nothing was broken",
        "lost without a fault": "nothing was broken",
        "never in this run": "to the end of the run users are not well again",
        "nothing lost": f"users noticed nothing of {numbers['cause'] or 'the fault'}",
    }.get(numbers["recoveryText"], f"the last one was sent {numbers['recoveryText']} after it")
    began = "" if numbers["fault"] is None else f"; {cause} at {_moment(numbers['fault'])}"
    return (
        f"{numbers['sent']:,} requests: {numbers['answered']:,} answered, {lost}{began}; {after}."
    )


def _moment(time: int) -> str:
    return format_duration(round(time / TENTH) * TENTH)


# Side by side


def failovers(*worlds: Any) -> Frame:
    """Set-ups that met the same fault: a frame of each, all on one time axis and one scale."""
    sides = [failover(world) for world in worlds]
    for side in sides:
        side["told"] = _short(side["numbers"])
    return side_by_side("failovers", sides, "The same fault")


def _short(numbers: Row) -> str:
    """What is said of one set-up beside others."""
    return f"lost {numbers['lost']:,} ({numbers['recoveryText']})" if numbers else "has no load"
