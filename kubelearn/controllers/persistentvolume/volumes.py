"""The states of a volume: available, bound, released, and what becomes of it then.

Source: `pkg/controller/volume/persistentvolume/pv_controller.go` (syncVolume, reclaimVolume,
deleteVolume, recycleVolume), Kubernetes 1.36.

Unlike the real one: recycling takes no time and runs no pod.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.csi_drivers import migrated
from kubelearn.api.objects import Object
from kubelearn.api.volumes import (
    CLAIMS,
    PROVISIONED_BY,
    VOLUMES,
    annotations_of,
    modes_differ,
)
from kubelearn.controllers.persistentvolume.records import Records

Deleter = Callable[[Object], str | None]
"""Deletes the storage behind a volume: "" done, a text = why not, None = somebody else does it."""
RECYCLED = ("nfs", "hostPath")
"""Kinds of volumes that can be recycled."""
WITHOUT_DELETER = ("nfs", "local")
"""Kinds of volumes whose plugin inside the controller manager cannot delete."""


def in_tree_deleter(volume: Object) -> str | None:
    """What the volume plugins inside the controller manager can delete: nothing of use."""
    spec, name = volume["spec"], volume["metadata"]["name"]
    provisioner = migrated(annotations_of(volume).get(PROVISIONED_BY, ""))
    if spec.get("csi") is not None or (
        provisioner and not provisioner.startswith("kubernetes.io/")
    ):
        return None
    if spec.get("hostPath") is not None:
        path = spec["hostPath"].get("path", "")
        if path.startswith("/tmp/"):  # noqa: S108 (upstream deletes below this folder only)
            return ""
        return f"host_path deleter only supports /tmp/.+ but received provided {path}"
    known = any(spec.get(kind) is not None for kind in WITHOUT_DELETER)
    problem = f"no {'deletable ' if known else ''}volume plugin matched"
    return f'error getting deleter volume plugin for volume "{name}": {problem}'


class Volumes:
    """One pass over one volume."""

    def __init__(self, records: Records, deleter: Deleter = in_tree_deleter) -> None:
        self.records = records
        self.context = records.context
        self.deleter = deleter

    def sync(self, volume: Object) -> Object | None:
        """Bring a volume in line with its claim; returns a claim that wants a look."""
        reference = volume["spec"].get("claimRef")
        if reference is None or not reference.get("uid"):
            self.records.set_volume_phase(volume, "Available")
            return None
        claim = self._claim_of(reference)
        name = volume["metadata"]["name"]
        if claim is None:
            self._reclaim(volume)
        elif not claim["spec"].get("volumeName"):
            return self._half_bound(volume, claim)
        elif claim["spec"]["volumeName"] == name:
            self.records.set_volume_phase(volume, "Bound")
        elif PROVISIONED_BY in annotations_of(volume) and _policy(volume) == "Delete":
            self._reclaim(volume)
        else:
            self.records.release(volume)
        return None

    def _claim_of(self, reference: Object) -> Object | None:
        claim = self.context.api.find(CLAIMS, reference.get("namespace"), reference["name"])
        if claim is None or claim["metadata"].get("uid") != reference["uid"]:
            return None
        return claim

    def _half_bound(self, volume: Object, claim: Object) -> Object | None:
        if not modes_differ(claim, volume):
            return claim
        names = claim["metadata"]["name"], volume["metadata"]["name"]
        self.records.tell(
            volume, "Warning", "VolumeMismatch",
            f'Cannot bind PersistentVolume to requested PersistentVolumeClaim "{names[0]}" due '
            "to incompatible volumeMode.",
        )  # fmt: skip
        self.records.tell(
            claim, "Warning", "VolumeMismatch",
            f'Cannot bind PersistentVolume "{names[1]}" to requested PersistentVolumeClaim due '
            "to incompatible volumeMode.",
        )  # fmt: skip
        return None

    def _reclaim(self, volume: Object) -> None:
        if (volume.get("status") or {}).get("phase") not in ("Released", "Failed"):
            volume = self.records.set_volume_phase(volume, "Released")
        policy = _policy(volume)
        if policy == "Delete":
            self._delete(volume)
        elif policy == "Recycle":
            self._recycle(volume)

    def _delete(self, volume: Object) -> None:
        problem = self.deleter(volume)
        if problem:
            self.records.set_volume_phase(volume, "Failed", problem)
            self.records.tell(volume, "Warning", "VolumeFailedDelete", problem)
        elif problem == "":
            self.records.drop_volume_finalizer(volume)
            self.context.api.delete(VOLUMES, None, volume["metadata"]["name"])

    def _recycle(self, volume: Object) -> None:
        if not any(volume["spec"].get(kind) is not None for kind in RECYCLED):
            text = "No recycler plugin found for the volume!"
            self.records.set_volume_phase(volume, "Failed", text)
            self.records.tell(volume, "Warning", "VolumeFailedRecycle", text)
            return
        self.records.tell(volume, "Normal", "VolumeRecycled", "Volume recycled")
        self.records.release(volume)


def _policy(volume: Object) -> str:
    return volume["spec"].get("persistentVolumeReclaimPolicy") or "Retain"
