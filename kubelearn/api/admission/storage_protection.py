"""Volumes and claims in use are kept by a finalizer; claims grow only if their class allows it.

Source: `plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go`,
`plugin/pkg/admission/storage/persistentvolume/resize/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object, get_path
from kubelearn.api.quantity import compare

FINALIZERS: Final = {
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
    "persistentvolumes": "kubernetes.io/pv-protection",
    "volumeattributesclasses.storage.k8s.io": "kubernetes.io/vac-protection",
}


class StorageObjectInUseProtection:
    """Adds the protection finalizer to new volumes and claims."""

    name = "StorageObjectInUseProtection"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The object with its finalizer."""
        obj = request.written()
        finalizer = FINALIZERS.get(request.resource)
        if finalizer is None or not request.creates(request.resource):
            return obj
        present = obj["metadata"].get("finalizers") or []
        if finalizer in present:
            return obj
        metadata = {**obj["metadata"], "finalizers": [*present, finalizer]}
        return {**obj, "metadata": metadata}


class PersistentVolumeClaimResize:
    """Refuses to grow a claim whose class does not allow expansion."""

    name = "PersistentVolumeClaimResize"
    per_object = True

    def validate(self, request: AdmissionRequest) -> None:
        """Forbidden unless the claim is dynamically provisioned by an expandable class."""
        if request.resource != "persistentvolumeclaims" or request.operation != "UPDATE":
            return
        if request.subresource or request.old is None or not _grows(request.old, request.written()):
            return
        name = get_path(request.old, "spec", "storageClassName", default="")
        found = request.api.find("storageclasses.storage.k8s.io", None, name) if name else None
        if found is None or not found.get("allowVolumeExpansion"):
            raise request.forbidden(
                "only dynamically provisioned pvc can be resized and the storageclass that "
                "provisions the pvc must support resize"
            )


def _grows(old: Object, new: Object) -> bool:
    path = ("spec", "resources", "requests", "storage")
    before, after = get_path(old, *path, default="0"), get_path(new, *path, default="0")
    return compare(str(after), str(before)) > 0 and get_path(old, "status", "phase") == "Bound"
