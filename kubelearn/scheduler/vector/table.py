"""The plugins that have a vector form.

A new one is its file and one line. A plugin that is not here makes its pods take the plain form,
unless it is one of `INDIFFERENT` and has nothing to say about the pod.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from kubelearn.scheduler.plugins.taint_toleration import TaintToleration
from kubelearn.scheduler.plugins.volume_binding import VolumeBinding
from kubelearn.scheduler.plugins.volume_restrictions import VolumeRestrictions
from kubelearn.scheduler.plugins.volume_zone import VolumeZone
from kubelearn.scheduler.vector import remembered
from kubelearn.scheduler.vector.image_locality import image_score
from kubelearn.scheduler.vector.inter_pod_affinity import affinity_filter, affinity_score
from kubelearn.scheduler.vector.node_resources import balanced_score, fit_filter, fit_score
from kubelearn.scheduler.vector.pod_topology_spread import spread_filter, spread_score

FILTERS: dict[type[Any], Callable[..., Any]] = {
    NodeUnschedulable: remembered.open_filter,
    NodeName: remembered.name_filter,
    TaintToleration: remembered.open_filter,
    NodeAffinity: remembered.affinity_filter,
    NodePorts: remembered.ports_filter,
    NodeResourcesFit: fit_filter,
    PodTopologySpread: spread_filter,
    InterPodAffinity: affinity_filter,
}
"""Plugin -> what makes its Filter for a pod; None for a pod that it never refuses."""

SCORES: dict[type[Any], Callable[..., Any]] = {
    TaintToleration: remembered.taint_score,
    NodeAffinity: remembered.affinity_score,
    NodeResourcesFit: fit_score,
    PodTopologySpread: spread_score,
    InterPodAffinity: affinity_score,
    DynamicResources: remembered.no_score,
    NodeResourcesBalancedAllocation: balanced_score,
    ImageLocality: image_score,
}
"""Plugin -> what makes its Score for a pod; None for a pod that it skips."""

INDIFFERENT: tuple[type[Any], ...] = (
    DynamicResources,
    NodeDeclaredFeatures,
    NodeVolumeLimits,
    VolumeBinding,
    VolumeRestrictions,
    VolumeZone,
)
"""Plugins whose PreFilter decides by the spec alone whether a pod without claims concerns them."""
