"""The rows of volumes, claims and storage classes.

Source: `pkg/printers/internalversion/printers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    comma,
    name_of,
    part,
    text,
)

MODES: Final = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
"""Access modes in the order and the abbreviations of the cells."""
DEFAULT_CLASS: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
DEFAULT_ATTRIBUTES_CLASS: Final = ("volumeattributesclass.alpha.kubernetes.io/is-default-class",)
BETA_CLASS: Final = "volume.beta.kubernetes.io/storage-class"


def access_modes(modes: list[str]) -> str:
    """Access modes abbreviated and in the order of the table: `RWO,ROX`."""
    return comma(short for mode, short in MODES.items() if mode in modes)


def _phase(obj: Object) -> str:
    return "Terminating" if "deletionTimestamp" in obj["metadata"] else text(obj, "status", "phase")


def _class_of(obj: Object) -> str:
    annotation = (obj["metadata"].get("annotations") or {}).get(BETA_CLASS)
    return annotation or text(obj, "spec", "storageClassName")


def _volume(obj: Object, now: int) -> list[Cell]:
    spec = part(obj, "spec")
    claim = spec.get("claimRef")
    return [
        name_of(obj),
        text(spec, "capacity", "storage") or "0",
        access_modes(spec.get("accessModes") or []),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _phase(obj),
        f"{claim['namespace']}/{claim['name']}" if claim else "",
        _class_of(obj),
        spec.get("volumeAttributesClassName") or "<unset>",
        text(obj, "status", "reason"),
        age_of(obj, now),
        spec.get("volumeMode") or "<unset>",
    ]


def _claim(obj: Object, now: int) -> list[Cell]:
    spec = part(obj, "spec")
    bound = bool(spec.get("volumeName"))
    return [
        name_of(obj),
        _phase(obj),
        spec.get("volumeName", ""),
        (text(obj, "status", "capacity", "storage") or "0") if bound else "",
        access_modes(part(obj, "status", "accessModes") or []) if bound else "",
        _class_of(obj),
        spec.get("volumeAttributesClassName") or "<unset>",
        age_of(obj, now),
        spec.get("volumeMode") or "<unset>",
    ]


def is_default_class(obj: Object, names: tuple[str, ...] = DEFAULT_CLASS) -> bool:
    """Whether annotations of these names make this class the default one of its kind."""
    annotations = obj["metadata"].get("annotations") or {}
    return any(annotations.get(name) == "true" for name in names)


def _class_name(obj: Object, names: tuple[str, ...]) -> str:
    return f"{name_of(obj)} (default)" if is_default_class(obj, names) else name_of(obj)


def _storage_class(obj: Object, now: int) -> list[Cell]:
    return [
        _class_name(obj, DEFAULT_CLASS),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy") or "Delete",
        obj.get("volumeBindingMode") or "Immediate",
        bool(obj.get("allowVolumeExpansion")),
        age_of(obj, now),
    ]


def _attachment(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        text(obj, "spec", "attacher"),
        text(obj, "spec", "source", "persistentVolumeName"),
        text(obj, "spec", "nodeName"),
        bool(part(obj, "status").get("attached")),
        age_of(obj, now),
    ]


def _csi_driver(obj: Object, now: int) -> list[Cell]:
    spec = part(obj, "spec")
    requests = spec.get("tokenRequests")
    audiences = comma(each.get("audience", "") for each in requests or ())
    return [
        name_of(obj),
        bool(spec.get("attachRequired", True)),
        bool(spec.get("podInfoOnMount")),
        bool(spec.get("storageCapacity")),
        "<unset>" if requests is None else audiences,
        bool(spec.get("requiresRepublish")),
        comma(spec.get("volumeLifecycleModes") or ()) or "<none>",
        age_of(obj, now),
    ]


def _csi_node(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), len(part(obj, "spec", "drivers")), age_of(obj, now)]


def _attributes_class(obj: Object, now: int) -> list[Cell]:
    name = _class_name(obj, DEFAULT_ATTRIBUTES_CLASS)
    return [name, obj.get("driverName", ""), age_of(obj, now)]


PERSISTENT_VOLUMES: Final = Printer(
    (
        NAME,
        Column("Capacity", doc="core.v1.PersistentVolumeSpec.capacity"),
        Column("Access Modes", doc="core.v1.PersistentVolumeSpec.accessModes"),
        Column("Reclaim Policy", doc="core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy"),
        Column("Status", doc="core.v1.PersistentVolumeStatus.phase"),
        Column("Claim", doc="core.v1.PersistentVolumeSpec.claimRef"),
        Column("StorageClass", text="StorageClass of the pv"),
        Column("VolumeAttributesClass", text="VolumeAttributesClass of the pv"),
        Column("Reason", doc="core.v1.PersistentVolumeStatus.reason"),
        AGE,
        Column("VolumeMode", wide=True, doc="core.v1.PersistentVolumeSpec.volumeMode"),
    ),
    _volume,
)

PERSISTENT_VOLUME_CLAIMS: Final = Printer(
    (
        NAME,
        Column("Status", doc="core.v1.PersistentVolumeClaimStatus.phase"),
        Column("Volume", doc="core.v1.PersistentVolumeClaimSpec.volumeName"),
        Column("Capacity", doc="core.v1.PersistentVolumeClaimStatus.capacity"),
        Column("Access Modes", doc="core.v1.PersistentVolumeClaimStatus.accessModes"),
        Column("StorageClass", text="StorageClass of the pvc"),
        Column("VolumeAttributesClass", text="VolumeAttributesClass of the pvc"),
        AGE,
        Column("VolumeMode", wide=True, doc="core.v1.PersistentVolumeClaimSpec.volumeMode"),
    ),
    _claim,
)

STORAGE_CLASSES: Final = Printer(
    (
        NAME,
        Column("Provisioner", doc="storage.v1.StorageClass.provisioner"),
        Column("ReclaimPolicy", doc="storage.v1.StorageClass.reclaimPolicy"),
        Column("VolumeBindingMode", doc="storage.v1.StorageClass.volumeBindingMode"),
        Column("AllowVolumeExpansion", doc="storage.v1.StorageClass.allowVolumeExpansion"),
        AGE,
    ),
    _storage_class,
)

VOLUME_ATTACHMENTS: Final = Printer(
    (
        NAME,
        Column("Attacher", format="name", doc="storage.v1.VolumeAttachmentSpec.attacher"),
        Column("PV", doc="storage.v1.VolumeAttachmentSource.persistentVolumeName"),
        Column("Node", doc="storage.v1.VolumeAttachmentSpec.nodeName"),
        Column("Attached", "boolean", doc="storage.v1.VolumeAttachmentStatus.attached"),
        AGE,
    ),
    _attachment,
)

CSI_DRIVERS: Final = Printer(
    (
        NAME,
        Column("AttachRequired", "boolean", doc="storage.v1.CSIDriverSpec.attachRequired"),
        Column("PodInfoOnMount", "boolean", doc="storage.v1.CSIDriverSpec.podInfoOnMount"),
        Column("StorageCapacity", "boolean", doc="storage.v1.CSIDriverSpec.storageCapacity"),
        Column("TokenRequests", doc="storage.v1.CSIDriverSpec.tokenRequests"),
        Column("RequiresRepublish", "boolean", doc="storage.v1.CSIDriverSpec.requiresRepublish"),
        Column("Modes", doc="storage.v1.CSIDriverSpec.volumeLifecycleModes"),
        AGE,
    ),
    _csi_driver,
)

CSI_NODES: Final = Printer(
    (
        NAME,
        Column(
            "Drivers",
            "integer",
            text="Drivers indicates the number of CSI drivers registered on the node",
        ),
        AGE,
    ),
    _csi_node,
)

VOLUME_ATTRIBUTES_CLASSES: Final = Printer(
    (NAME, Column("DriverName", doc="storage.v1.VolumeAttributesClass.driverName"), AGE),
    _attributes_class,
)
