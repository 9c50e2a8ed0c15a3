"""The states of a claim: unbound, bound, lost.

Source: `pkg/controller/volume/persistentvolume/pv_controller.go` (syncUnboundClaim,
syncBoundClaim, provisionClaim), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.csi_drivers import migrated
from kubelearn.api.objects import Object
from kubelearn.api.volumes import (
    BETA_STORAGE_PROVISIONER,
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIMS,
    CLASSES,
    SELECTED_NODE,
    STORAGE_PROVISIONER,
    VOLUMES,
    WAIT,
    access_modes,
    annotations_of,
    attributes_class_of,
    best_match,
    claim_names,
    class_of,
    modes_differ,
    points_at,
    requested_size,
    size_of,
)
from kubelearn.controllers.persistentvolume.records import Records

NO_CLASS = "no persistent volumes available for this claim and no storage class is set"
FIRST_CONSUMER = "waiting for first consumer to be created before binding"
DEFAULT_MARKS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)
CONTRADICTIONS = "Data on the volume is lost!"


class Claims:
    """One pass over one claim."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.context = records.context

    def sync(self, claim: Object) -> None:
        """Bring a claim nearer to being bound."""
        if BIND_COMPLETED in annotations_of(claim):
            self._bound(claim)
        elif claim["spec"].get("volumeName"):
            self._wants_one(claim)
        else:
            self._wants_any(claim)

    # Bound

    def _bound(self, claim: Object) -> None:
        name = claim["spec"].get("volumeName")
        volume = self.context.api.find(VOLUMES, None, name) if name else None
        if not name:
            text = f"Bound claim has lost reference to PersistentVolume. {CONTRADICTIONS}"
            self._lose(claim, "ClaimLost", text)
        elif volume is None:
            text = f"Bound claim has lost its PersistentVolume. {CONTRADICTIONS}"
            self._lose(claim, "ClaimLost", text)
        elif volume["spec"].get("claimRef") is None or _is_for(volume, claim):
            self.records.bind(volume, claim)
        else:
            text = "Two claims are bound to the same volume, this one is bound incorrectly"
            self._lose(claim, "ClaimMisbound", text)

    def _lose(self, claim: Object, reason: str, text: str) -> None:
        if (claim.get("status") or {}).get("phase") != "Lost":
            self.records.tell(claim, "Warning", reason, text)
        self.records.set_claim_phase(claim, "Lost")

    # Not bound, a volume is named

    def _wants_one(self, claim: Object) -> None:
        name = claim["spec"]["volumeName"]
        volume = self.context.api.find(VOLUMES, None, name)
        if volume is None:
            self.records.set_claim_phase(claim, "Pending")
        elif points_at(volume, claim):
            self.records.bind(volume, claim)
        elif volume["spec"].get("claimRef") is None:
            problem = unsuitable(volume, claim)
            if not problem:
                self.records.bind(volume, claim)
                return
            text = f'Cannot bind to requested volume "{name}": {problem}'
            self.records.tell(claim, "Warning", "VolumeMismatch", text)
            self.records.set_claim_phase(claim, "Pending")
        elif BOUND_BY_CONTROLLER not in annotations_of(claim):
            text = f'volume "{name}" already bound to a different claim.'
            self.records.tell(claim, "Warning", "FailedBinding", text)
            self.records.set_claim_phase(claim, "Pending")

    # Not bound, any volume will do

    def _wants_any(self, claim: Object) -> None:
        delayed = self._is_delayed(claim)
        volumes = self.context.api.list(VOLUMES)
        volume = best_match(claim, volumes, delayed=delayed)
        if volume is not None:
            self.records.bind(volume, claim)
            return
        if self._takes_default_class(claim):
            return
        if delayed and SELECTED_NODE not in annotations_of(claim):
            self.records.tell(claim, "Normal", *self._waits_for(claim))
        elif class_of(claim):
            self._provision(claim)
            return
        else:
            self.records.tell(claim, "Normal", "FailedBinding", NO_CLASS)
        self.records.set_claim_phase(claim, "Pending")

    def _class(self, claim: Object) -> Object | None:
        name = class_of(claim)
        return self.context.api.find(CLASSES, None, name) if name else None

    def _is_delayed(self, claim: Object) -> bool:
        found = self._class(claim)
        return found is not None and found.get("volumeBindingMode") == WAIT

    def _takes_default_class(self, claim: Object) -> bool:
        """Give a claim that names no class the default one that has come since."""
        if claim["spec"].get("storageClassName") is not None or class_of(claim):
            return False
        marked = [
            found
            for found in self.context.api.list(CLASSES)
            if any(annotations_of(found).get(mark) == "true" for mark in DEFAULT_MARKS)
        ]
        if not marked:
            return False
        newest = max(found["metadata"]["creationTimestamp"] for found in marked)
        names = [
            found["metadata"]["name"]
            for found in marked
            if found["metadata"]["creationTimestamp"] == newest
        ]
        self.records.patch(CLAIMS, claim, {"spec": {"storageClassName": min(names)}})
        return True

    def _waits_for(self, claim: Object) -> tuple[str, str]:
        """(reason, message) of a claim that waits for the scheduler."""
        metadata = claim["metadata"]
        pods = [
            pod["metadata"]["name"]
            for pod in self.context.api.list("pods", metadata["namespace"])
            if not pod["spec"].get("nodeName")
            and metadata["name"] in [name for name, _ in claim_names(pod)]
        ]
        if not pods:
            return "WaitForFirstConsumer", FIRST_CONSUMER
        word = "pods" if len(pods) > 1 else "pod"
        return "WaitForPodScheduled", f"waiting for {word} {','.join(pods)} to be scheduled"

    def _provision(self, claim: Object) -> None:
        found = self._class(claim)
        if found is None:
            text = f'storageclass.storage.k8s.io "{class_of(claim)}" not found'
            self.records.tell(claim, "Warning", "ProvisioningFailed", text)
            return
        given = found["provisioner"]
        provisioner = migrated(given)
        if provisioner.startswith("kubernetes.io/"):
            text = f"no volume plugin matched name: {given}"
            self.records.tell(claim, "Warning", "ProvisioningFailed", text)
            return
        names = {STORAGE_PROVISIONER: provisioner, BETA_STORAGE_PROVISIONER: provisioner}
        claim = self.records.patch(CLAIMS, claim, {"metadata": {"annotations": names}})
        text = (
            f"Waiting for a volume to be created either by the external provisioner "
            f"'{provisioner}' or manually by the system administrator. If volume creation is "
            "delayed, please verify that the provisioner is running and correctly registered."
        )
        self.records.tell(claim, "Normal", "ExternalProvisioning", text)


def _is_for(volume: Object, claim: Object) -> bool:
    return bool(volume["spec"]["claimRef"].get("uid") == claim["metadata"].get("uid"))


def unsuitable(volume: Object, claim: Object) -> str:
    """Why a claim cannot have the volume that it names; "" when it can."""
    if "deletionTimestamp" in volume["metadata"]:
        return f'the volume is marked for deletion "{volume["metadata"]["name"]}"'
    if size_of(volume) < requested_size(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if attributes_class_of(volume) != attributes_class_of(claim):
        return "volumeAttributesClassName does not match"
    if modes_differ(claim, volume):
        return "incompatible volumeMode"
    if not set(access_modes(claim)) <= set(access_modes(volume)):
        return "incompatible accessMode"
    return ""
