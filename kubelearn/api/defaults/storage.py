"""Defaults of storage classes and CSI drivers (`pkg/apis/storage/v1/defaults.go`)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import fill, inside
from kubelearn.api.objects import Object


def default_storage_class(storage_class: Object) -> Object:
    """Volumes are bound at once and deleted with their claims."""
    return fill(storage_class, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})


def default_csi_driver(driver: Object) -> Object:
    """Volumes are attached, persistent, and not told about pods."""
    values = {
        "attachRequired": True,
        "podInfoOnMount": False,
        "storageCapacity": False,
        "fsGroupPolicy": "ReadWriteOnceWithFSType",
        "requiresRepublish": False,
        "seLinuxMount": False,
    }

    def modes(spec: Object) -> Object:
        return (
            spec
            if spec.get("volumeLifecycleModes")
            else {**spec, "volumeLifecycleModes": ["Persistent"]}
        )

    return inside(driver, "spec", lambda spec: modes(fill(spec, values)))
