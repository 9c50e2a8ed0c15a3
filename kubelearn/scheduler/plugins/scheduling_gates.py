"""SchedulingGates: a pod with gates does not enter the active queue."""

from __future__ import annotations

from typing import ClassVar

from kubelearn.scheduler import events
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.status import Status, unresolvable


class SchedulingGates:
    """Holds pods back until the last of their scheduling gates is removed.

    Source: `pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go`, 1.36.
    """

    name = "SchedulingGates"
    events: ClassVar[tuple[str, ...]] = (events.OWN_GATES,)

    def __repr__(self) -> str:
        return "SchedulingGates()"

    def pre_enqueue(self, pod: PodInfo) -> Status | None:
        """Gated while `spec.schedulingGates` names anything."""
        gates = pod.spec.get("schedulingGates")
        if not gates:
            return None
        names = " ".join(gate["name"] for gate in gates)
        return unresolvable(f"waiting for scheduling gates: [{names}]")
