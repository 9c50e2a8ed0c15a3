"""Profiles: which plugins run, in which order, with which weights and arguments.

`DEFAULT_PLUGINS` is the default profile of Kubernetes 1.36
(`pkg/scheduler/apis/config/v1/default_plugins.go`); the weight counts where a plugin scores.

`kubelearn.scheduler.configuration` makes profiles from KubeSchedulerConfiguration files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kubelearn.scheduler.extension_points import POINTS

DEFAULT_SCHEDULER = "default-scheduler"

DEFAULT_PLUGINS: dict[str, int] = {
    "SchedulingGates": 0,
    "PrioritySort": 0,
    "NodeUnschedulable": 0,
    "NodeName": 0,
    "TaintToleration": 3,
    "NodeAffinity": 2,
    "NodePorts": 0,
    "NodeResourcesFit": 1,
    "VolumeRestrictions": 0,
    "NodeVolumeLimits": 0,
    "VolumeBinding": 0,
    "VolumeZone": 0,
    "PodTopologySpread": 2,
    "InterPodAffinity": 2,
    "DynamicResources": 2,
    "DefaultPreemption": 0,
    "NodeResourcesBalancedAllocation": 1,
    "ImageLocality": 1,
    "DefaultBinder": 0,
    "NodeDeclaredFeatures": 0,
}
"""Plugin -> weight, in the order in which plugins run."""


@dataclass(frozen=True)
class Profile:
    """One way of scheduling, for the pods that name it in `spec.schedulerName`."""

    scheduler_name: str = DEFAULT_SCHEDULER
    plugins: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_PLUGINS))
    """Plugin -> weight, in order."""
    args: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Plugin -> its arguments, spelled as in KubeSchedulerConfiguration."""
    percentage_of_nodes_to_score: int = 0
    """How many of the nodes must be found feasible before scoring; 0 adapts to their number."""
    points: Mapping[str, tuple[str, ...]] | None = None
    """Extension point, as in `POINTS`, -> its plugins in order; None: each runs where it can."""

    def running(self, method: str) -> Iterable[str]:
        """The plugins whose method of this name is used, in their order."""
        if self.points is None:
            return self.plugins
        point = next((point for point, methods in POINTS.items() if method in methods), None)
        return self.plugins if point is None else self.points[point]

    def extended(self, names: Iterable[str]) -> Profile:
        """The same with all plugins that are not default ones, at its end with weight 1."""
        known = {**DEFAULT_PLUGINS, **self.plugins}
        more = {name: 1 for name in names if name not in known}
        return replace(self, plugins={**self.plugins, **more}) if more else self

    def without(self, *names: str) -> Profile:
        """The same with some plugins disabled; "*" disables all of them."""
        if "*" in names:
            return replace(self, plugins={})
        kept = {name: weight for name, weight in self.plugins.items() if name not in names}
        return replace(self, plugins=kept)

    def weighted(self, **weights: int) -> Profile:
        """The same with other weights; a plugin that it does not name is added at its end."""
        return replace(self, plugins={**self.plugins, **weights})
