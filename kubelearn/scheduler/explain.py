"""Why a pod is where it is, or nowhere: words and a table from the recorded decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.runtime.explain import Reason
from kubelearn.scheduler.decisions import Decision
from kubelearn.scheduler.profile import DEFAULT_SCHEDULER
from kubelearn.scheduler.queue import QueuedPod

BY = "scheduler"
TIED_SHOWN = 10
"""Equally good nodes that are named."""


def explain_pod(
    pod: Object,
    scheduler_names: Sequence[str],
    decisions: Sequence[Decision],
    waiting: QueuedPod | None,
) -> list[Reason]:
    """What the scheduler has to say about a pod."""
    spec = pod["spec"]
    wanted = spec.get("schedulerName") or DEFAULT_SCHEDULER
    if wanted not in scheduler_names and not spec.get("nodeName"):
        return [Reason(BY, _not_ours(wanted, scheduler_names))]
    own = [decision for decision in decisions if decision.uid == pod["metadata"].get("uid")]
    if waiting is not None and waiting.gated_by:
        return [Reason(BY, f"{waiting.gated_by} holds it back: {waiting.gate}")]
    if not own:
        return [Reason(BY, text) for text in _undecided(spec)]
    reasons = list(_steps(own))
    if waiting is not None:
        reasons.append(Reason(BY, _waiting(waiting), own[-1].time))
    return reasons


def _not_ours(wanted: str, names: Sequence[str]) -> str:
    return (
        f"no profile of the scheduler has the name {wanted!r} that spec.schedulerName asks for: "
        f"nobody acts on the pod (the profiles here: {', '.join(names)})"
    )


def _undecided(spec: Object) -> Iterator[str]:
    if spec.get("nodeName"):
        yield f"it came with spec.nodeName {spec['nodeName']!r}: the scheduler never saw it"
    else:
        yield "it is in the queue and has not been tried yet"


def _steps(decisions: Sequence[Decision]) -> Iterator[Reason]:
    """One reason a decision; failures with the same text as the one before are left out."""
    told = ""
    for decision in decisions:
        if decision.node:
            yield Reason(BY, _placed(decision), decision.time, _score_table(decision))
        elif decision.message != told:
            yield Reason(BY, _failed(decision), decision.time, _refusal_table(decision))
        told = decision.message


def _placed(decision: Decision) -> str:
    if decision.reserved:
        return f"placed on {decision.node}: preemption had made room there for this pod"
    looked = f"{decision.feasible} of {decision.evaluated} nodes looked at were feasible"
    if decision.evaluated < decision.nodes:
        refused = sum(refusal.total for refusal in decision.refusals)
        left_out = refused + decision.feasible >= decision.nodes
        why = "the others were left out beforehand" if left_out else "enough were found"
        looked += f" (of {decision.nodes} in all: {why})"
    by = "" if decision.profile in ("", DEFAULT_SCHEDULER) else f" by profile {decision.profile}"
    chosen = f"placed on {decision.node}{by}: {looked}"
    if not decision.totals:
        return f"{chosen}, so nothing had to be scored"
    total = decision.totals[decision.names.index(decision.node)]
    if len(decision.best) == 1:
        return f"{chosen}; it has the highest total, {total}"
    tied = ", ".join(decision.best[:TIED_SHOWN])
    if len(decision.best) > TIED_SHOWN:
        tied += f" and {len(decision.best) - TIED_SHOWN} more"
    place = decision.best.index(decision.node) + 1 if decision.node in decision.best else 0
    drawn = f"number {place} of {len(decision.best)}" if place else "one of them"
    return (
        f"{chosen}; {tied} tie with the highest total, {total}: the seeded draw among the best "
        f"took {drawn}"
    )


def _failed(decision: Decision) -> str:
    if not decision.nodes:
        return f"{decision.message}: add a node"
    if not decision.nominated:
        return decision.message
    gone = ", ".join(decision.victims)
    return (
        f"{decision.message} Preemption makes room on {decision.nominated}: {gone} must go; the "
        "pod is tried again when they have"
    )


def _score_table(decision: Decision) -> tuple[dict[str, Any], ...]:
    rows = []
    for row in decision.rows():
        cells = {"node": row["node"], "verdict": _verdict(row)}
        for column in decision.columns:
            plugin = column.plugin
            cells[plugin] = _cell(row, plugin, column.weight) if "raw" in row else ""
        total = row.get("total")
        cells["total"] = "" if total is None else total
        rows.append(cells)
    return tuple(rows)


def _verdict(row: dict[str, Any]) -> str:
    if row["verdict"] != "refused":
        return str(row["verdict"])
    return f"{row['plugin']}: {', '.join(row['reasons'])}"


def _cell(row: dict[str, Any], plugin: str, weight: int) -> str:
    raw, score = row["raw"][plugin], row["normalized"][plugin]
    how = [f"{score} x {weight}"] if weight != 1 else []
    if raw != score:
        how.append(f"raw {raw}")
    weighted = str(row["weighted"][plugin])
    return f"{weighted} ({', '.join(how)})" if how else weighted


def _refusal_table(decision: Decision) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "node": row["node"],
            "refused by": row["plugin"],
            "reason": ", ".join(row["reasons"]),
            "what would have to change": row["advice"],
        }
        for row in decision.rows()
        if row["verdict"] == "refused"
    )


def _waiting(waiting: QueuedPod) -> str:
    plugins = " or ".join(sorted(waiting.rejected_by))
    if not plugins:
        return f"it is tried again after a back-off (attempts so far: {waiting.attempts})"
    return (
        f"it waits for a change in the cluster that {plugins} cares about, at most five minutes "
        f"(attempts so far: {waiting.attempts})"
    )
