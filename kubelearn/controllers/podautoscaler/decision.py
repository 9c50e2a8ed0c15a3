"""What an autoscaler decided in one sync, as data, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kubelearn.runtime.explain import Reason, amount

COMPONENT = "horizontal-pod-autoscaler"


@dataclass(frozen=True, slots=True)
class Considered:
    """One metric in one sync: what it asked for and how, or why it could not."""

    name: str
    proposal: int | None
    steps: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """A row of the table in why()."""
        asks = "–" if self.proposal is None else self.proposal
        return {"metric": self.name, "asks for": asks, "how": "; ".join(self.steps)}


@dataclass(frozen=True, slots=True)
class Decision:
    """One sync: from the present size over the metrics, the window and the limits to the new one.

    Sizes are None where the sync did not come that far.
    """

    time: int
    current: int
    metrics: tuple[Considered, ...] = ()
    wanted: int | None = None
    stabilized: int | None = None
    desired: int | None = None
    able: str = ""
    limited: str = ""
    reason: str = ""
    error: str = ""
    recent: tuple[tuple[int, int], ...] = ()
    """The recommendations that the window saw: (time, replicas)."""

    @property
    def action(self) -> str:
        """What upstream's metrics call it: "scale_up", "scale_down" or "none"."""
        if self.desired is None or self.desired == self.current:
            return "none"
        return "scale_up" if self.desired > self.current else "scale_down"

    def text(self) -> str:
        """The sync in one sentence."""
        if self.desired is None:
            held = amount(self.current, "replica, left as it is", "replicas, left as they are")
            return f"{held}: {self.error or self.reason}"
        parts = [amount(self.current, "replica")]
        if self.wanted is not None:
            parts.append(f"metrics want {self.wanted}")
        if self.stabilized is not None and self.stabilized != self.wanted:
            window = max(replicas for _, replicas in self.recent) if self.recent else ""
            parts.append(f"stabilised to {self.stabilized} ({self.able}; window up to {window})")
        if self.stabilized is not None and self.stabilized != self.desired:
            parts.append(f"limited to {self.desired} ({self.limited})")
        parts.append(f"new size {self.desired}" if self.action != "none" else "no change")
        text = " → ".join(parts)
        return f"{text}; {self.error}" if self.error else text


def explain(decisions: tuple[Decision, ...]) -> list[Reason]:
    """The last syncs, each as the arithmetic that it did; equal ones in a row are told once."""
    reasons: list[Reason] = []
    for one in decisions:
        table = tuple(each.row() for each in one.metrics)
        last = reasons[-1] if reasons else None
        if last is not None and (last.text, last.table) == (one.text(), table):
            continue  # nothing new: a sync is told again when it differs
        reasons.append(Reason(COMPONENT, one.text(), one.time, table))
    if not reasons:
        text = "has not been looked at yet: the first sync is 15 s after it was created"
        reasons.append(Reason(COMPONENT, text))
    return reasons
