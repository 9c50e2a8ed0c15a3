"""One scheduling decision as a table: nodes by plugins, weighted scores, total, refusals."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import key_of
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.stays import Scheduled
from kubelearn.sim.duration import format_duration

MOST_ROWS = 40


def scores(world: Scheduled, pod: str = "") -> Frame:
    """The last decision about a pod ("NAMESPACE/NAME"), or about any pod when none is named."""
    subject, decision = _last(world, pod)
    if decision is None:
        told = f"Nothing has been decided about {pod or 'any pod'} yet."
        return _frame(subject, None, [], [], told)
    rows = sorted(map(_row, decision.rows()), key=_rank)
    columns = [
        {"plugin": c.plugin, "weight": c.weight, "most": c.weight * 100} for c in decision.columns
    ]
    return _frame(subject, decision, columns, rows[:MOST_ROWS], _summary(subject, decision))


def _last(world: Scheduled, pod: str) -> tuple[str, Any]:
    names = [pod] if pod else ["/".join(key_of(one)) for one in world.api.list("pods")]
    decisions = world.context.decisions
    found = [(last, name) for name in names for last in decisions.of(f"pods/{name}")[-1:]]
    if not found:
        return pod, None
    decision, name = max(found, key=lambda pair: pair[0].time)
    return name, decision


def _rank(row: Row) -> tuple[bool, int]:
    """The best first, refused nodes last: a total may be negative."""
    return row["verdict"] == "refused", -row["total"]


def _frame(pod: str, decision: Any, columns: list[Row], rows: list[Row], summary: str) -> Frame:
    return {
        "kind": "scores",
        "pod": pod,
        "time": decision.time if decision else 0,
        "timeText": format_duration(decision.time) if decision else "",
        "node": decision.node if decision else "",
        "message": decision.message if decision else "",
        "columns": columns,
        "rows": rows,
        "hidden": (decision.nodes - len(rows)) if decision else 0,
        "summary": summary,
    }


def _row(row: dict[str, Any]) -> Row:
    """A refused node has no scores, and -1 as its total."""
    refused = row["verdict"] == "refused"
    total = row.get("total")
    return {
        "key": f"node/{row['node']}",
        "node": row["node"],
        "verdict": row["verdict"],
        "cells": {} if refused else row["weighted"],
        "raw": {} if refused else row["raw"],
        "normalized": {} if refused else row["normalized"],
        "total": -1 if total is None else total,
        "plugin": row["plugin"],
        "reason": ", ".join(row["reasons"]),
        "advice": row.get("advice", ""),
    }


def _summary(pod: str, decision: Any) -> str:
    if not decision.node:
        return f"Pod {pod} at {format_duration(decision.time)}: {decision.message}"
    tied = len(decision.best)
    how = f"; {tied} nodes had the highest total, and a draw chose" if tied > 1 else ""
    few = "" if decision.totals else "; only one node was left, so nothing had to be scored"
    return (
        f"Pod {pod} at {format_duration(decision.time)}: placed on {decision.node}, "
        f"{decision.feasible} of {decision.nodes} nodes could take it{how}{few}."
    )
