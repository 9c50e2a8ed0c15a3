"""How the PersistentVolume controller writes: one object at a time, nothing if nothing changed.

Source: `pkg/controller/volume/persistentvolume/pv_controller.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, merge
from kubelearn.api.times import timestamp
from kubelearn.api.volumes import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    VOLUMES,
    annotations_of,
    attributes_class_of,
    claim_reference,
    points_at,
)
from kubelearn.runtime.part import Context

COMPONENT = "persistentvolume-controller"
DELETION_FINALIZER = "kubernetes.io/pv-controller"
"""Holds a volume until the controller manager has deleted the storage behind it."""
CURRENT_ATTRIBUTES = "currentVolumeAttributesClassName"


class Records:
    """Writes claims and volumes as a trusted component does, and tells about them."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def tell(self, obj: Object, kind: str, reason: str, message: str) -> None:
        """An Event about a claim or a volume."""
        self.context.recorder.event(obj, kind, reason, message, COMPONENT)

    def put(self, resource: str, old: Object, new: Object) -> Object:
        """Store a new version of an object."""
        if new is old or new == old:
            return old
        metadata = new["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        return self.context.api.store.put(resource, key, new)

    def patch(self, resource: str, obj: Object, patch: Object) -> Object:
        """Merge into an object and store it."""
        return self.put(resource, obj, merge(obj, patch))

    # Volumes

    def set_volume_phase(self, volume: Object, phase: str, message: str = "") -> Object:
        """Give a volume its phase."""
        status = volume.get("status") or {}
        if status.get("phase") == phase and status.get("message", "") == message:
            return volume
        patch: dict[str, Any] = {"phase": phase, "message": message or None}
        if status.get("phase") != phase and "lastPhaseTransitionTime" in status:
            patch["lastPhaseTransitionTime"] = timestamp(self.context.clock.now)
        return self.patch(VOLUMES, volume, {"status": patch})

    def reserve(self, volume: Object, claim: Object) -> Object:
        """Point a volume at a claim."""
        reference = volume["spec"].get("claimRef")
        ours = points_at(volume, claim)
        if ours and reference.get("uid"):
            return volume
        patch: Object = {"spec": {"claimRef": claim_reference(claim)}}
        if not ours:
            patch["metadata"] = {"annotations": {BOUND_BY_CONTROLLER: "yes"}}
        return self.patch(VOLUMES, volume, patch)

    def release(self, volume: Object) -> None:
        """Take back a reservation; one that the user made loses only its UID."""
        if BOUND_BY_CONTROLLER in annotations_of(volume):
            left = {k: v for k, v in annotations_of(volume).items() if k != BOUND_BY_CONTROLLER}
            metadata = {name: v for name, v in volume["metadata"].items() if name != "annotations"}
            if left:
                metadata["annotations"] = left
            spec = {name: v for name, v in volume["spec"].items() if name != "claimRef"}
            new = {**volume, "metadata": metadata, "spec": spec}
        else:
            new = merge(volume, {"spec": {"claimRef": {"uid": None}}})
        self.set_volume_phase(self.put(VOLUMES, volume, new), "Available")

    def drop_volume_finalizer(self, volume: Object) -> None:
        """The storage behind a volume is gone: nothing here holds it any more."""
        held = volume["metadata"].get("finalizers") or ()
        if DELETION_FINALIZER in held:
            left = [one for one in held if one != DELETION_FINALIZER]
            self.patch(VOLUMES, volume, {"metadata": {"finalizers": left or None}})

    # Claims

    def bind(self, volume: Object, claim: Object) -> None:
        """Bind both to each other: volume, its phase, claim, its status."""
        volume = self.reserve(volume, claim)
        volume = self.set_volume_phase(volume, "Bound")
        claim = self._point(claim, volume)
        self.set_claim_phase(claim, "Bound", volume)

    def _point(self, claim: Object, volume: Object) -> Object:
        name = volume["metadata"]["name"]
        patch: Object = {}
        annotations: dict[str, str] = {}
        if claim["spec"].get("volumeName") != name:
            patch["spec"] = {"volumeName": name}
            annotations[BOUND_BY_CONTROLLER] = "yes"
        annotations[BIND_COMPLETED] = "yes"
        patch["metadata"] = {"annotations": annotations}
        return self.patch(CLAIMS, claim, patch)

    def set_claim_phase(self, claim: Object, phase: str, volume: Object | None = None) -> Object:
        """Give a claim its phase and, from its volume, modes, capacity and attributes class."""
        status = claim.get("status") or {}
        patch: dict[str, Any] = {"phase": phase}
        if volume is None:
            patch |= {"accessModes": None, "capacity": None, CURRENT_ATTRIBUTES: None}
        else:
            patch["accessModes"] = volume["spec"].get("accessModes")
            if status.get("phase") != "Bound" or not status.get("capacity"):
                storage = (volume["spec"].get("capacity") or {}).get("storage")
                patch["capacity"] = {"storage": storage} if storage else None
            if status.get("phase") == "Pending" and attributes_class_of(volume):
                patch[CURRENT_ATTRIBUTES] = attributes_class_of(volume)
        return self.patch(CLAIMS, claim, {"status": patch})
