"""One sync of an autoscaler while it goes on, and the flags that it goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from kubelearn.api.objects import Key, Object
from kubelearn.controllers.podautoscaler import behavior
from kubelearn.controllers.podautoscaler.conditions import Conditions
from kubelearn.controllers.podautoscaler.decision import Considered
from kubelearn.controllers.podautoscaler.grouping import Patience
from kubelearn.controllers.podautoscaler.stabilization import Recommendation


class Config(NamedTuple):
    """The flags of kube-controller-manager that are about autoscalers."""

    tolerance: float = 0.1
    downscale_stabilization: int = 300
    """Seconds."""
    patience: Patience = Patience()
    factor: float = behavior.FACTOR
    minimum: float = behavior.MINIMUM
    configurable_tolerance: bool = True
    """The gate HPAConfigurableTolerance."""
    scale_to_zero: bool = False
    """The gate HPAScaleToZero."""


class MetricsFailed(Exception):
    """No number of replicas can be computed; `str(error)` is upstream's text."""


@dataclass(slots=True)
class Sync:
    """What one sync has found out so far."""

    autoscaler: Object
    key: Key
    now: int
    conditions: Conditions
    current: int = 0
    metrics: list[Considered] = field(default_factory=list)
    statuses: list[Object] | None = None
    wanted: int | None = None
    stabilized: int | None = None
    reason: str = ""
    error: str = ""
    recent: tuple[Recommendation, ...] = ()

    @property
    def spec(self) -> Object:
        """The spec of the autoscaler."""
        return self.autoscaler["spec"]  # type: ignore[no-any-return]

    @property
    def minimum(self) -> int:
        """MinReplicas."""
        given = self.spec.get("minReplicas")
        return 1 if given is None else int(given)

    @property
    def maximum(self) -> int:
        """MaxReplicas."""
        return int(self.spec["maxReplicas"])
