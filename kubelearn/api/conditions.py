"""Conditions in a status: what holds, why, and since when.

Source: apimachinery `pkg/apis/meta/v1/types.go` (Condition), `pkg/api/meta/conditions.go`.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.api.objects import Object


def condition(kind: str, reason: str, message: str, *, holds: bool, generation: int) -> Object:
    """A condition without its time."""
    return {"type": kind, "status": "True" if holds else "False", "reason": reason,
            "message": message, "observedGeneration": generation}  # fmt: skip


def timed(new: Sequence[Object], old: Sequence[Object], now: str) -> list[Object]:
    """Conditions with the time since which their status is what it is."""
    before = {one["type"]: one for one in old}
    made = []
    for one in new:
        known = before.get(one["type"], {})
        same = known.get("status") == one["status"]
        made.append({**one, "lastTransitionTime": known["lastTransitionTime"] if same else now})
    return made
