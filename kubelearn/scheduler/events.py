"""What happens in a cluster that may make a waiting pod schedulable.

A plugin lists the events that may cure its refusals in `events`, and may look closer with `hint`.
Names are the labels of upstream's cluster events: resource and action
(`pkg/scheduler/framework/events.go`, Kubernetes 1.36).

Unlike the real one: the hints of the built-in plugins follow upstream's rules in the main; some
let a pod try again a little more often. Changes of Namespaces, Services and PodDisruptionBudgets
move no pod.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kubelearn.scheduler.info import NodeInfo, PodInfo

NODE_ADD = "NodeAdd"
NODE_DELETE = "NodeDelete"
NODE_ALLOCATABLE = "NodeUpdateNodeAllocatable"
NODE_DECLARED_FEATURE = "NodeUpdateNodeDeclaredFeature"
NODE_LABEL = "NodeUpdateNodeLabel"
NODE_TAINT = "NodeUpdateNodeTaint"
POD_ADD = "AssignedPodAdd"
POD_DELETE = "AssignedPodDelete"
POD_LABEL = "AssignedPodUpdatePodLabel"
POD_SCALE_DOWN = "AssignedPodUpdatePodScaleDown"
OWN_LABEL = "UnscheduledPodUpdatePodLabel"
OWN_SCALE_DOWN = "UnscheduledPodUpdatePodScaleDown"
OWN_TOLERATION = "UnscheduledPodUpdatePodToleration"
OWN_GATES = "UnscheduledPodUpdatePodSchedulingGatesEliminated"
CLAIM_CHANGE = "PersistentVolumeClaimChange"
VOLUME_CHANGE = "PersistentVolumeChange"
CLASS_CHANGE = "StorageClassChange"
CSI_NODE_CHANGE = "CSINodeChange"
CSI_DRIVER_CHANGE = "CSIDriverChange"
CAPACITY_CHANGE = "CSIStorageCapacityChange"
ATTACHMENT_DELETE = "VolumeAttachmentDelete"
FORCE_ACTIVATE = "ForceActivate"
UNSCHEDULABLE_TIMEOUT = "UnschedulableTimeout"

WILDCARDS = frozenset({FORCE_ACTIVATE, UNSCHEDULABLE_TIMEOUT})
"""Events that move every pod, whoever refused it."""


class ClusterEvent(NamedTuple):
    """An event with the row (a PodInfo or NodeInfo) before and after; None where there is none."""

    name: str
    old: Any = None
    new: Any = None


def node_changes(old: NodeInfo, new: NodeInfo) -> Iterator[ClusterEvent]:
    """The events in a node's update that matter to scheduling."""
    if old.allocatable != new.allocatable:
        yield ClusterEvent(NODE_ALLOCATABLE, old, new)
    if old.labels != new.labels:
        yield ClusterEvent(NODE_LABEL, old, new)
    if _declared_features(old) != _declared_features(new):
        yield ClusterEvent(NODE_DECLARED_FEATURE, old, new)
    if old.taints != new.taints or old.unschedulable != new.unschedulable:
        yield ClusterEvent(NODE_TAINT, old, new)


def assigned_pod_changes(old: PodInfo, new: PodInfo) -> Iterator[ClusterEvent]:
    """The events in the update of a pod that has a node."""
    if old.labels is not new.labels and old.labels != new.labels:
        yield ClusterEvent(POD_LABEL, old, new)
    if _scaled_down(old, new):
        yield ClusterEvent(POD_SCALE_DOWN, old, new)


def waiting_pod_changes(old: PodInfo, new: PodInfo) -> Iterator[ClusterEvent]:
    """The events in the update of a pod that waits for a node."""
    if old.labels != new.labels:
        yield ClusterEvent(OWN_LABEL, old, new)
    if _scaled_down(old, new):
        yield ClusterEvent(OWN_SCALE_DOWN, old, new)
    if old.tolerations != new.tolerations:
        yield ClusterEvent(OWN_TOLERATION, old, new)
    if old.spec.get("schedulingGates") and not new.spec.get("schedulingGates"):
        yield ClusterEvent(OWN_GATES, old, new)


def _declared_features(node: NodeInfo) -> Any:
    return (node.obj.get("status") or {}).get("declaredFeatures") or ()


def _scaled_down(old: PodInfo, new: PodInfo) -> bool:
    if new.requests is old.requests:
        return False
    return any(new.requests.get(name, 0) < amount for name, amount in old.requests.items())
