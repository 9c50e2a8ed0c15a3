"""The scheduler's plugins, one file each.

A new plugin is its file and one line in `PLUGINS`; it runs when a profile names it. The order of
running is the profile's (`kubelearn.scheduler.profile`).
"""

from __future__ import annotations

from typing import Any

from kubelearn.scheduler.plugins.default_binder import DefaultBinder
from kubelearn.scheduler.plugins.default_preemption import DefaultPreemption
from kubelearn.scheduler.plugins.dynamic_resources import DynamicResources
from kubelearn.scheduler.plugins.image_locality import ImageLocality
from kubelearn.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from kubelearn.scheduler.plugins.node_affinity import NodeAffinity
from kubelearn.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from kubelearn.scheduler.plugins.node_name import NodeName
from kubelearn.scheduler.plugins.node_ports import NodePorts
from kubelearn.scheduler.plugins.node_resources_balanced_allocation import (
    NodeResourcesBalancedAllocation,
)
from kubelearn.scheduler.plugins.node_resources_fit import NodeResourcesFit
from kubelearn.scheduler.plugins.node_unschedulable import NodeUnschedulable
from kubelearn.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from kubelearn.scheduler.plugins.pod_topology_spread import PodTopologySpread
from kubelearn.scheduler.plugins.priority_sort import PrioritySort
from kubelearn.scheduler.plugins.scheduling_gates import SchedulingGates
from kubelearn.scheduler.plugins.taint_toleration import TaintToleration
from kubelearn.scheduler.plugins.volume_binding import VolumeBinding
from kubelearn.scheduler.plugins.volume_restrictions import VolumeRestrictions
from kubelearn.scheduler.plugins.volume_zone import VolumeZone

PLUGINS: dict[str, type[Any]] = {
    "SchedulingGates": SchedulingGates,
    "PrioritySort": PrioritySort,
    "NodeUnschedulable": NodeUnschedulable,
    "NodeName": NodeName,
    "TaintToleration": TaintToleration,
    "NodeAffinity": NodeAffinity,
    "NodePorts": NodePorts,
    "NodeResourcesFit": NodeResourcesFit,
    "VolumeRestrictions": VolumeRestrictions,
    "NodeVolumeLimits": NodeVolumeLimits,
    "VolumeBinding": VolumeBinding,
    "VolumeZone": VolumeZone,
    "PodTopologySpread": PodTopologySpread,
    "InterPodAffinity": InterPodAffinity,
    "DynamicResources": DynamicResources,
    "DefaultPreemption": DefaultPreemption,
    "NodeResourcesBalancedAllocation": NodeResourcesBalancedAllocation,
    "ImageLocality": ImageLocality,
    "DefaultBinder": DefaultBinder,
    "NodeDeclaredFeatures": NodeDeclaredFeatures,
}
"""Name -> class, in the order of the default profile."""
