"""VolumeRestrictions: some volumes allow one pod only.

Source: `pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from kubelearn.api.volumes import CLAIMS, access_modes, named_claims
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Status, unresolvable, unschedulable

DISK_CONFLICT = "node(s) had no available disk"
ONE_POD = "ReadWriteOncePod"
CLAIM_IN_USE = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already "
    "in-use by another pod"
)
_CONFLICT = unschedulable(DISK_CONFLICT)
_IN_USE = unschedulable(CLAIM_IN_USE)
DISKS = ("gcePersistentDisk", "awsElasticBlockStore", "rbd", "iscsi")
"""Kinds of volumes that pods on one node may not share."""


class Exclusive(NamedTuple):
    """The ReadWriteOncePod claims of the incoming pod."""

    claims: frozenset[str]
    references: int
    """How many of them are in use; less what pods use that are thought to be gone."""

    def changed(self, other: PodInfo, sign: int) -> Exclusive:
        """With a pod more or less; upstream does not look at that pod's namespace."""
        uses = sum(name in self.claims for name in named_claims(other.obj))
        return self._replace(references=self.references + sign * uses)


class VolumeRestrictions:
    """Refuses a second pod for a ReadWriteOncePod claim, and nodes where a disk is in use."""

    name = "VolumeRestrictions"
    events: ClassVar[tuple[str, ...]] = (
        events.POD_DELETE,
        events.NODE_ADD,
        events.CLAIM_CHANGE,
    )

    def __repr__(self) -> str:
        return "VolumeRestrictions()"

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],
    ) -> Status | None:
        """Skip for pods without such disks and without claims in use."""
        volumes = pod.spec.get("volumes")
        if not volumes:
            return SKIP
        claims = set()
        for name in named_claims(pod.obj):
            claim = state.snapshot.find(CLAIMS, pod.namespace, name)
            if claim is None:
                return unresolvable(f'persistentvolumeclaim "{name}" not found')
            if ONE_POD in access_modes(claim):
                claims.add(name)
        in_use = len(claims & _named_on(nodes, pod.namespace)) if claims else 0
        if not in_use and not any(kind in volume for volume in volumes for kind in DISKS):
            return SKIP
        state.write(self.name, Exclusive(frozenset(claims), in_use))
        return None

    def add_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:  # noqa: ARG002
        """More references, if it uses such claims."""
        exclusive: Exclusive = state.read(self.name)
        state.write(self.name, exclusive.changed(other, 1))

    def remove_pod(self, state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo) -> None:  # noqa: ARG002
        """Fewer references, if it uses such claims."""
        exclusive: Exclusive = state.read(self.name)
        state.write(self.name, exclusive.changed(other, -1))

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Refuse by disks in use here, then by claims in use anywhere."""
        for volume in pod.spec.get("volumes") or ():
            for other in node.pods:
                for used in other.spec.get("volumes") or ():
                    if disks_conflict(volume, used):
                        return _CONFLICT
        return _IN_USE if state.read(self.name).references > 0 else None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """Who has to go."""
        if state.read(self.name).references > 0:
            return "the pod that uses the ReadWriteOncePod claim would have to go"
        return f"a pod on {node.name} uses the same disk as {pod.name}: it would have to go"


def _named_on(nodes: Sequence[NodeInfo], namespace: str) -> set[str]:
    """The claims of a namespace that pods on the nodes use; ephemeral volumes do not count."""
    return {
        name
        for node in nodes
        for other in node.pods
        if other.namespace == namespace and other.spec.get("volumes")
        for name in named_claims(other.obj)
    }


def disks_conflict(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two volumes of pods are the same disk and may not be on one node together."""
    for kind in DISKS:
        if one.get(kind) is not None and other.get(kind) is not None:
            return _SAME[kind](one[kind], other[kind])
    return False


def _read_only(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one.get("readOnly")) and bool(other.get("readOnly"))


def _gce(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.get("pdName") == other.get("pdName") and not _read_only(one, other)


def _ebs(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one.get("volumeID") == other.get("volumeID"))


def _rbd(one: dict[str, Any], other: dict[str, Any]) -> bool:
    shared = set(one.get("monitors") or ()) & set(other.get("monitors") or ())
    same = all(one.get(name) == other.get(name) for name in ("pool", "image"))
    return bool(shared) and same and not _read_only(one, other)


def _iscsi(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.get("iqn") == other.get("iqn") and not _read_only(one, other)


_SAME = {"gcePersistentDisk": _gce, "awsElasticBlockStore": _ebs, "rbd": _rbd, "iscsi": _iscsi}
