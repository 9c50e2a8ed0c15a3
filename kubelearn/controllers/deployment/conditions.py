"""The conditions of one Deployment while a sync rewrites them.

Source: `pkg/controller/deployment/util/deployment_util.go` (SetDeploymentCondition).
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.times import timestamp


class Conditions:
    """A working copy; `to_list()` is what goes into the status."""

    def __init__(self, deployment: Object, now: int) -> None:
        self._now = timestamp(now)
        found = deployment.get("status", {}).get("conditions") or []
        self._by_type: dict[str, Object] = {one["type"]: one for one in found}

    def get(self, kind: str) -> Object | None:
        """The condition of a type."""
        return self._by_type.get(kind)

    def remove(self, kind: str) -> None:
        """Drop the condition of a type."""
        self._by_type.pop(kind, None)

    def set(self, kind: str, status: str, reason: str, message: str) -> None:
        """Set a condition; nothing changes when status and reason are the same."""
        old = self.get(kind)
        if old is None or (old["status"], old["reason"]) != (status, reason):
            self.renew(kind, status, reason, message)

    def renew(self, kind: str, status: str, reason: str, message: str) -> None:
        """Set a condition and its lastUpdateTime, even when nothing else changes."""
        old = self._by_type.pop(kind, None)
        same = old is not None and old["status"] == status
        self._by_type[kind] = {
            "type": kind,
            "status": status,
            "lastUpdateTime": self._now,
            "lastTransitionTime": old["lastTransitionTime"] if old and same else self._now,
            "reason": reason,
            "message": message,
        }

    def to_list(self) -> list[Object]:
        """The conditions for the status."""
        return list(self._by_type.values())
