"""CSI drivers at work: they make, attach, delete and resize the volumes of their classes.

One controller plays what runs beside every CSI driver: external-provisioner, external-attacher
and external-resizer, with the driver behind them. Source: kubernetes-csi/external-provisioner
`pkg/controller`, external-attacher `pkg/controller`, external-resizer `pkg/controller`,
`kubernetes-sigs/aws-ebs-csi-driver`.

Unlike the real one: a driver refuses access modes that it cannot give and fails in no other way,
tries again after 30 s instead of after growing pauses, and takes the same time for each request
(`kubelearn.api.csi_drivers`); the file system is grown as soon as the disk is, when a pod has it
mounted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.csi_drivers import DRIVERS, Driver
from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.quantity import of_value, value
from kubelearn.api.store import Record
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.api.volumes import (
    ATTACHMENTS,
    CLAIMS,
    CLASSES,
    CSI_NODES,
    PROVISIONED_BY,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    VOLUMES,
    access_modes,
    annotations_of,
    claim_reference,
    class_of,
    csi_of,
    is_fully_bound,
    requested_size,
    size_of,
)
from kubelearn.controllers.volume_protection import drop_finalizer, users_of
from kubelearn.runtime.controller import Mapped, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

PROVISIONER_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer"
ZONE = "topology.kubernetes.io/zone"
PENDING = "FileSystemResizePending"
MODES = {"ReadWriteMany": "MULTI_NODE_MULTI_WRITER", "ReadOnlyMany": "MULTI_NODE_READER_ONLY"}
"""Access mode for several nodes -> what CSI calls it."""
RETRY = 30 * SECOND
"""To the next try of what a driver has refused."""
LOOK_AGAIN = 5 * SECOND
"""To the next look at a file system that nobody has mounted."""


def _named(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The key of what was written, with its resource before the namespace."""
    return ((f"{record.resource} {record.key[0]}", record.key[1]),)


class CSIDrivers:
    """Answers claims, attachments and deletions that are meant for a known driver."""

    name: ClassVar[str] = "csi-drivers"
    watches: ClassVar[tuple[Watch, ...]] = (
        Mapped(CLAIMS, _named),
        Mapped(VOLUMES, _named),
        Mapped(ATTACHMENTS, _named),
        Mapped("nodes", _named),
    )
    explains: ClassVar[tuple[str, ...]] = (ATTACHMENTS,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """One step for a claim, a volume, an attachment or a new node."""
        resource, _, namespace = key[0].partition(" ")
        obj = self.context.api.find(resource, namespace or None, key[1])
        if obj is None:
            if resource == "nodes":
                self._forget_node(key[1])
            return None
        steps = {CLAIMS: self._claim, VOLUMES: self._volume, ATTACHMENTS: self._attachment}
        return steps.get(resource, self._node)(obj)

    def explain(self, _resource: str, attachment: Object) -> list[Reason]:
        """Whether the driver has attached a volume to a node."""
        spec = attachment["spec"]
        volume, node = spec["source"].get("persistentVolumeName", ""), spec["nodeName"]
        done = (attachment.get("status") or {}).get("attached")
        text = f"{volume} {'is attached' if done else 'is being attached'} to {node}"
        return [Reason(spec["attacher"], text)]

    # Nodes

    def _node(self, node: Object) -> None:
        """The driver's pod on the node registers it."""
        name = node["metadata"]["name"]
        if self.context.api.find(CSI_NODES, None, name) is not None:
            return
        known = [d["metadata"]["name"] for d in self.context.api.list("csidrivers.storage.k8s.io")]
        drivers = []
        for driver in (DRIVERS[one] for one in known if one in DRIVERS):
            entry: Object = {"name": driver.name, "nodeID": f"i-{name}", "topologyKeys": [ZONE]}
            if driver.limit:
                entry["allocatable"] = {"count": driver.limit}
            drivers.append(entry)
        if drivers:
            made = {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode",
                    "metadata": {"name": name}, "spec": {"drivers": drivers}}  # fmt: skip
            self.context.api.create(made)

    def _forget_node(self, name: str) -> None:
        try:
            self.context.api.delete(CSI_NODES, None, name)
        except NotFound:
            return

    # Claims

    def _claim(self, claim: Object) -> int | None:
        driver = DRIVERS.get(annotations_of(claim).get(STORAGE_PROVISIONER, ""))
        if driver is None or is_terminating(claim):
            return None
        if is_fully_bound(claim):
            return self._resize(claim)
        name = f"pvc-{claim['metadata']['uid']}"
        if claim["spec"].get("volumeName") or self.context.api.find(VOLUMES, None, name):
            return None
        storage_class = self.context.api.find(CLASSES, None, class_of(claim))
        if storage_class is None:
            return None
        if self._refuses(claim, driver):
            return RETRY
        asked = self._asked(claim, driver)
        if asked is None:
            metadata = claim["metadata"]
            text = (
                "External provisioner is provisioning volume for claim "
                f'"{metadata["namespace"]}/{metadata["name"]}"'
            )
            self._tell(claim, driver, "Normal", "Provisioning", text)
            return driver.creation
        if asked > 0:
            return asked
        volume = self._new_volume(name, claim, storage_class, driver)
        self.context.api.create(volume)
        self._tell(claim, driver, "Normal", "ProvisioningSucceeded",
                   f"Successfully provisioned volume {name}")  # fmt: skip
        return None

    def _refuses(self, claim: Object, driver: Driver) -> bool:
        """Tell a claim that its access modes are not to be had from this driver."""
        shared = [MODES[mode] for mode in access_modes(claim) if mode in MODES]
        is_file_system = claim["spec"].get("volumeMode", "Filesystem") == "Filesystem"
        if driver.shares or not shared or not (is_file_system or MODES["ReadOnlyMany"] in shared):
            return False
        text = (
            f'failed to provision volume with StorageClass "{class_of(claim)}": rpc error: code = '
            f"InvalidArgument desc = Volume capabilities {', '.join(shared)} not supported. Only "
            "AccessModes[ReadWriteOnce] supported."
        )
        self._tell(claim, driver, "Warning", "ProvisioningFailed", text)
        return True

    def _asked(self, claim: Object, driver: Driver) -> int | None:
        """Nanoseconds until the volume is there; None when it has not been asked for yet."""
        metadata = claim["metadata"]
        for event in self.context.api.list("events", metadata["namespace"]):
            about = event["involvedObject"]
            if event["reason"] == "Provisioning" and about.get("uid") == metadata["uid"]:
                done = parse_timestamp(event["firstTimestamp"]) + driver.creation
                return max(done - self.context.clock.now, 0)
        return None

    def _new_volume(
        self, name: str, claim: Object, storage_class: Object, driver: Driver
    ) -> Object:
        handle = driver.handle + self.context.draws.uuid("volume", name)[:16].replace("-", "")
        spec: Object = {
            "capacity": {"storage": of_value(requested_size(claim))},
            "accessModes": claim["spec"]["accessModes"],
            "claimRef": claim_reference(claim),
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "storageClassName": storage_class["metadata"]["name"],
            "volumeMode": claim["spec"].get("volumeMode", "Filesystem"),
            "csi": {"driver": driver.name, "volumeHandle": handle, "fsType": "ext4"},
        }
        zone = self._zone(claim, storage_class) if driver.zonal else ""
        if zone:
            term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]}
            spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [term]}}
        metadata = {
            "name": name,
            "annotations": {PROVISIONED_BY: driver.name},
            "finalizers": [PROVISIONER_FINALIZER],
        }
        return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": spec}

    def _zone(self, claim: Object, storage_class: Object) -> str:
        """The zone of the selected node; without one, a drawn one of those with nodes."""
        selected = annotations_of(claim).get(SELECTED_NODE)
        node = self.context.api.find("nodes", None, selected) if selected else None
        if node is not None:
            return str(_labels(node).get(ZONE, ""))
        zones = sorted(
            {_labels(one).get(ZONE, "") for one in self.context.api.list("nodes")} - {""}
        )
        allowed = [
            value
            for term in storage_class.get("allowedTopologies") or ()
            for part in term.get("matchLabelExpressions") or ()
            if part["key"] == ZONE
            for value in part["values"]
        ]
        zones = [zone for zone in zones if not allowed or zone in allowed]
        if not zones:
            return ""
        return str(zones[self.context.draws.below(len(zones), "zone", claim["metadata"]["uid"])])

    # Growing

    def _resize(self, claim: Object) -> int | None:
        """Grow the disk to what the claim asks for, then the file system, where it is mounted."""
        volume = self.context.api.find(VOLUMES, None, claim["spec"]["volumeName"])
        if volume is None:
            return None
        if requested_size(claim) > size_of(volume):
            self._grow_disk(claim, volume)
            return LOOK_AGAIN
        held = ((claim.get("status") or {}).get("capacity") or {}).get("storage", "0")
        if value(held) >= size_of(volume) or not _is_pending(claim):
            return None
        if not self._is_mounted(claim):
            return LOOK_AGAIN
        self._grow_file_system(claim, volume)
        return None

    def _grow_disk(self, claim: Object, volume: Object) -> None:
        name, size = volume["metadata"]["name"], of_value(requested_size(claim))
        grown = {**volume, "spec": {**volume["spec"], "capacity": {"storage": size}}}
        self.context.api.store.put(VOLUMES, ("", name), grown)
        component = f"external-resizer {csi_of(volume)[0]}"
        tell = self.context.recorder.event
        tell(claim, "Normal", "Resizing", f"External resizer is resizing volume {name}", component)
        text = "Require file system resize of volume on node"
        tell(claim, "Normal", "FileSystemResizeRequired", text, component)
        pending = {
            "type": PENDING,
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.context.clock.now),
            "message": "Waiting for user to (re-)start a pod to finish file system resize of "
            "volume on node.",
        }
        self._set_status(claim, {"conditions": [pending]})

    def _grow_file_system(self, claim: Object, volume: Object) -> None:
        capacity = volume["spec"]["capacity"]
        self._set_status(claim, {"capacity": capacity, "conditions": None})
        name = volume["metadata"]["name"]
        text = f'MountVolume.NodeExpandVolume succeeded for volume "{name}"'
        self.context.recorder.event(claim, "Normal", "FileSystemResizeSuccessful", text, "kubelet")

    def _is_mounted(self, claim: Object) -> bool:
        pods = dict.fromkeys(users_of(self.context.api, claim))
        return any(
            pod["metadata"]["name"] in pods and (pod.get("status") or {}).get("phase") == "Running"
            for pod in self.context.api.list("pods", claim["metadata"]["namespace"])
        )

    def _set_status(self, claim: Object, patch: Object) -> None:
        metadata = claim["metadata"]
        self.context.api.patch_status(CLAIMS, metadata["namespace"], metadata["name"], patch)

    # Volumes and attachments

    def _volume(self, volume: Object) -> int | None:
        driver = DRIVERS.get(annotations_of(volume).get(PROVISIONED_BY, ""))
        status, name = volume.get("status") or {}, volume["metadata"]["name"]
        if driver is None:
            return None
        policy = volume["spec"].get("persistentVolumeReclaimPolicy")
        if status.get("phase") == "Released" and policy == "Delete" and not is_terminating(volume):
            attached = [
                one["spec"]["nodeName"]
                for one in self.context.api.list(ATTACHMENTS)
                if one["spec"]["source"].get("persistentVolumeName") == name
            ]
            if attached:
                text = f"persistentvolume {name} is still attached to node {attached[0]}"
                self._tell(volume, driver, "Warning", "VolumeFailedDelete", text)
                return driver.attachment * 2
            self.context.api.delete(VOLUMES, None, name)
        elif is_terminating(volume) and status.get("phase") != "Bound":
            drop_finalizer(self.context.api, VOLUMES, volume, PROVISIONER_FINALIZER)
        return None

    def _attachment(self, attachment: Object) -> int | None:
        """Attach or detach; a detached one is gone."""
        driver = DRIVERS.get(attachment["spec"]["attacher"])
        name, done = (
            attachment["metadata"]["name"],
            (attachment.get("status") or {}).get("attached"),
        )
        if driver is None:
            return None
        if is_terminating(attachment):
            left = _since(self.context, attachment["metadata"]["deletionTimestamp"], driver)
            if left > 0:
                return left
            drop_finalizer(self.context.api, ATTACHMENTS, attachment, finalizer_of(driver.name))
        elif not done:
            left = _since(self.context, attachment["metadata"]["creationTimestamp"], driver)
            if left > 0:
                return left
            self.context.api.patch_status(ATTACHMENTS, None, name, {"attached": True})
        return None

    def _tell(self, obj: Object, driver: Driver, kind: str, reason: str, text: str) -> None:
        component = f"{driver.name}_{driver.name.replace('.', '-')}-controller"
        self.context.recorder.event(obj, kind, reason, text, component)


def _is_pending(claim: Object) -> bool:
    conditions = (claim.get("status") or {}).get("conditions") or ()
    return any(one["type"] == PENDING for one in conditions)


def _since(context: Context, moment: str, driver: Driver) -> int:
    return parse_timestamp(moment) + driver.attachment - context.clock.now


def _labels(node: Object) -> Any:
    return node["metadata"].get("labels") or {}


def finalizer_of(driver: str) -> str:
    """The finalizer with which a driver's attacher holds an attachment."""
    return f"external-attacher/{driver.replace('.', '-')}"
