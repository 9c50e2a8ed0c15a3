"""NodeVolumeLimits: a node can attach only so many volumes of one driver.

Source: `pkg/scheduler/framework/plugins/nodevolumelimits/csi.go`, Kubernetes 1.36.

Unlike the real one: volumes of in-tree plugins are not translated to their CSI drivers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from kubelearn.api.objects import Object
from kubelearn.api.volumes import (
    ATTACHMENTS,
    CLAIMS,
    CLASSES,
    CSI_NODES,
    VOLUMES,
    claim_names,
    class_of,
    csi_of,
)
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Status, unresolvable, unschedulable

REASON = "node(s) exceed max volume count"
_REFUSED = unschedulable(REASON)

Disk = tuple[str, str]
"""(driver, handle)."""


class NodeVolumeLimits:
    """Refuses nodes where the pod's new volumes would exceed the limit of their CSINode."""

    name = "NodeVolumeLimits"
    events: ClassVar[tuple[str, ...]] = (
        events.CSI_NODE_CHANGE,
        events.POD_DELETE,
        events.CLAIM_CHANGE,
        events.ATTACHMENT_DELETE,
    )

    def __repr__(self) -> str:
        return "NodeVolumeLimits()"

    def pre_filter(
        self,
        state: CycleState,  # noqa: ARG002
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for pods without claims."""
        return None if pod.spec.get("volumes") and claim_names(pod.obj) else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse a node with too little room for the volumes that it has not attached yet."""
        for name, _ in claim_names(pod.obj):
            if state.snapshot.find(CLAIMS, pod.namespace, name) is None:
                return unresolvable(
                    f'looking up PVC {pod.namespace}/{name}: persistentvolumeclaim "{name}" '
                    "not found"
                )
        room = _limits(state.snapshot.find(CSI_NODES, "", node.name))
        new = _disks(state, pod)
        if not new or not room:
            return None
        in_use = _used_on(state, node)
        used = Counter(driver for driver, _ in in_use | _attached(state, node))
        # A disk that is attached but used by no pod counts twice if this pod is to use it.
        wanted = Counter(driver for driver, _ in new - in_use)
        for driver, count in wanted.items():
            if driver in room and used[driver] + count > room[driver]:
                return _REFUSED
        return None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """The limit."""
        room = _limits(state.snapshot.find(CSI_NODES, "", node.name))
        limits = ", ".join(f"{count} volumes of {driver}" for driver, count in sorted(room.items()))
        return f"{node.name} can attach {limits}: pods with other volumes would have to go"


def _limits(csi_node: Object | None) -> dict[str, int]:
    drivers = (csi_node or {}).get("spec", {}).get("drivers") or ()
    counts = ((d["name"], (d.get("allocatable") or {}).get("count")) for d in drivers)
    return {name: count for name, count in counts if count is not None}


def _used_on(state: CycleState, node: NodeInfo) -> set[Disk]:
    """What pods on the node use."""
    found: set[Disk] = set()
    for other in node.pods:
        if other.spec.get("volumes"):
            found |= _disks(state, other)
    return found


def _attached(state: CycleState, node: NodeInfo) -> set[Disk]:
    """What is attached to the node, whoever uses it."""
    found: set[Disk] = set()
    for attachment in state.snapshot.listed(ATTACHMENTS, ""):
        spec = attachment["spec"]
        name = spec["source"].get("persistentVolumeName")
        if spec["nodeName"] == node.name and name:
            volume = state.snapshot.find(VOLUMES, "", name)
            if volume is not None and volume["spec"].get("csi"):
                found.add((spec["attacher"], csi_of(volume)[1]))
    return found


def _disks(state: CycleState, pod: PodInfo) -> set[Disk]:
    """The CSI volumes of a pod; a claim without a volume counts by its class."""
    found = set()
    for name, _ in claim_names(pod.obj):
        claim = state.snapshot.find(CLAIMS, pod.namespace, name)
        disk = None if claim is None else _disk(state, claim)
        if disk is not None:
            found.add(disk)
    return found


def _disk(state: CycleState, claim: Object) -> Disk | None:
    name = claim["spec"].get("volumeName")
    volume = state.snapshot.find(VOLUMES, "", name) if name else None
    if volume is not None:
        return csi_of(volume) if volume["spec"].get("csi") else None
    storage_class = state.snapshot.find(CLASSES, "", class_of(claim))
    if storage_class is None:
        return None
    metadata, driver = claim["metadata"], storage_class["provisioner"]
    return driver, f"{driver}-{metadata['namespace']}/{metadata['name']}"
