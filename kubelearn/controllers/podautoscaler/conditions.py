"""The conditions of one autoscaler while a sync rewrites them.

Source: `pkg/controller/podautoscaler/horizontal.go` (setConditionInList), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp

ABLE, ACTIVE, LIMITED = "AbleToScale", "ScalingActive", "ScalingLimited"
SCALED_TO_ZERO = "ScaledToZero"


class Conditions:
    """A working copy; `to_list()` is what goes into the status."""

    def __init__(self, autoscaler: Object, now: int) -> None:
        self._now = timestamp(now)
        found = autoscaler.get("status", {}).get("conditions") or []
        self._by_type: dict[str, Object] = {one["type"]: one for one in found}

    def set(self, kind: str, status: bool, reason: str, message: str) -> None:
        """Set a condition in its place; its time changes with its status only."""
        old, word = self._by_type.get(kind), str(status)
        same = old is not None and old["status"] == word
        self._by_type[kind] = {
            "type": kind,
            "status": word,
            "lastTransitionTime": old["lastTransitionTime"] if old and same else self._now,
            "reason": reason,
            "message": message,
        }

    def holds(self, kind: str) -> bool:
        """Whether a condition is True."""
        return kind in self._by_type and self._by_type[kind]["status"] == "True"

    def remove(self, kind: str) -> None:
        """Drop a condition."""
        self._by_type.pop(kind, None)

    def reason(self, kind: str) -> str:
        """The reason of a condition, "" when there is none."""
        return str(self._by_type.get(kind, {}).get("reason", ""))

    def to_list(self) -> list[Object]:
        """The conditions for the status."""
        return list(self._by_type.values())
