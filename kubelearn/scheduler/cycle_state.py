"""What the plugins of one scheduling cycle share.

Source: `pkg/scheduler/framework/cycle_state.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.scheduler.snapshot import Snapshot


class CycleState:
    """What the plugins of one cycle tell themselves, one value per key, and the snapshot."""

    __slots__ = ("filters", "skip_filter", "snapshot", "values")

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.values: dict[str, Any] = {}
        self.skip_filter: frozenset[str] = frozenset()
        """Plugins whose PreFilter answered Skip."""
        self.filters: tuple[tuple[str, Callable[..., Any]], ...] = ()
        """The Filter plugins that are left for this pod."""

    def write(self, key: str, value: Any) -> None:
        """Keep a value for the later extension points of this cycle."""
        self.values[key] = value

    def read(self, key: str) -> Any:
        """The value written under `key`; KeyError when nothing was."""
        return self.values[key]

    def clone(self) -> CycleState:
        """A copy whose values may be changed alone."""
        twin = CycleState(self.snapshot)
        twin.skip_filter, twin.filters = self.skip_filter, self.filters
        twin.values = {
            key: value.clone() if hasattr(value, "clone") else value
            for key, value in self.values.items()
        }
        return twin
