"""Claims, volumes, classes and pods that use them, in a control room, for the tests here."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, merge
from kubelearn.api.volumes import ATTACHMENTS, CLAIMS, VOLUMES
from tests.controllers.control_room import CONTAINER, Room

EBS, EFS = "ebs.csi.aws.com", "efs.csi.aws.com"
WAIT = "WaitForFirstConsumer"


def make_class(room: Room, name: str = "sc", provisioner: str = EBS, **more: Any) -> Object:
    """A StorageClass that binds at once unless told otherwise."""
    obj = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name}}
    return room.api.create({**obj, "provisioner": provisioner, **more})


def make_claim(
    room: Room, name: str = "data", *, mode: str = "ReadWriteOnce", size: str = "1Gi",
    annotations: dict[str, str] | None = None, **spec: Any,
) -> Object:  # fmt: skip
    """A claim; without `storageClassName` it is of the class "", which nobody makes."""
    given = {"accessModes": [mode], "storageClassName": "",
             "resources": {"requests": {"storage": size}}, **spec}  # fmt: skip
    metadata = {"name": name, "namespace": "default", "annotations": annotations or {}}
    obj = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
    return room.api.create({**obj, "spec": given})


def make_volume(room: Room, name: str = "disk", *, size: str = "1Gi", **spec: Any) -> Object:
    """A volume of the EBS driver, kept after use unless another policy is given."""
    given: Object = {"capacity": {"storage": size}, "accessModes": ["ReadWriteOnce"],
                     "persistentVolumeReclaimPolicy": "Retain", **spec}  # fmt: skip
    if not {"hostPath", "nfs", "csi"} & given.keys():
        given["csi"] = {"driver": EBS, "volumeHandle": f"vol-{name}"}
    obj = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}}
    return room.api.create({**obj, "spec": given})


def make_user(room: Room, name: str = "db", *, claim: str = "data", node: str = "") -> Object:
    """A pod that uses a claim."""
    volume = {"name": "disk", "persistentVolumeClaim": {"claimName": claim}}
    spec: Object = {"containers": [CONTAINER], "volumes": [volume]}
    if node:
        spec["nodeName"] = node
    metadata = {"name": name, "namespace": "default"}
    return room.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


def change(room: Room, resource: str, name: str, patch: Object) -> None:
    """Write part of an object as a trusted component would."""
    key = ("default" if resource in (CLAIMS, "pods") else "", name)
    room.api.store.put(resource, key, merge(room.api.store.get(resource, key) or {}, patch))


def phase(room: Room, resource: str, name: str) -> str:
    """The phase of a claim ("data") or a volume ("disk"); "gone" when it is."""
    found = room.api.find(resource, "default" if resource == CLAIMS else None, name)
    return "gone" if found is None else str((found.get("status") or {}).get("phase"))


def bound(room: Room) -> None:
    """A claim "data" that is bound to the volume "disk"."""
    make_volume(room)
    make_claim(room)
    room.run(1)
    assert (phase(room, CLAIMS, "data"), phase(room, VOLUMES, "disk")) == ("Bound", "Bound")


def places(room: Room) -> list[tuple[str, bool]]:
    """(node, whether it is attached) of each attachment that is not being deleted."""
    return [
        (one["spec"]["nodeName"], bool((one.get("status") or {}).get("attached")))
        for one in room.api.list(ATTACHMENTS)
        if "deletionTimestamp" not in one["metadata"]
    ]
