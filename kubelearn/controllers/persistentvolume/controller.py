"""The loop of the PersistentVolume controller, and why a claim or a volume is as it is.

Source: `pkg/controller/volume/persistentvolume/pv_controller_base.go`, Kubernetes 1.36.

Unlike the real one: a claim or volume is looked at again 15 s after its own last look, not with
all others at one moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record
from kubelearn.api.volumes import CLAIMS, CLASSES, VOLUMES, class_of, is_fully_bound
from kubelearn.controllers.persistentvolume.claims import Claims
from kubelearn.controllers.persistentvolume.records import Records
from kubelearn.controllers.persistentvolume.volumes import Deleter, Volumes, in_tree_deleter
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

RESYNC = 15 * SECOND
BY = "persistentvolume-controller"


def _volume_or_its_claim(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The volume that was written; of one that is gone, its claim."""
    if record.new is not None:
        return (record.key,)
    reference = (record.old or {}).get("spec", {}).get("claimRef") or {}
    return [(reference.get("namespace", ""), reference["name"])] if "name" in reference else []


def _volume_of_claim(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The volume of a claim that was written or is gone."""
    names = {
        (obj or {}).get("spec", {}).get("volumeName"): None for obj in (record.old, record.new)
    }
    return [("", name) for name in names if name]


def _phase(volume: Object) -> Any:
    return (volume.get("status") or {}).get("phase")


class PersistentVolumeController:
    """Binds claims to volumes; looks at both every 15 s."""

    name: ClassVar[str] = "persistentvolume-binder"
    watches: ClassVar[tuple[Watch, ...]] = (
        Mapped(VOLUMES, _volume_or_its_claim),
        Own(CLAIMS),
        Mapped(CLAIMS, _volume_of_claim),
    )
    explains: ClassVar[tuple[str, ...]] = (CLAIMS, VOLUMES)

    def __init__(self, context: Context, deleter: Deleter = in_tree_deleter) -> None:
        self.context = context
        self.deleter = deleter

    # Made on use: a fork has the context of its own world.

    @property
    def claims(self) -> Claims:
        """What is done with claims."""
        return Claims(Records(self.context))

    @property
    def volumes(self) -> Volumes:
        """What is done with volumes."""
        return Volumes(Records(self.context), self.deleter)

    def reconcile(self, key: Key) -> int | None:
        """One pass over a volume (no namespace) or a claim."""
        if key[0]:
            return self._claim(key)
        volume = self.context.api.find(VOLUMES, None, key[1])
        if volume is None:
            return None
        claim = self.volumes.sync(volume)
        if claim is not None:
            self.claims.sync(claim)
        return None

    def _claim(self, key: Key) -> int | None:
        claim = self.context.api.find(CLAIMS, *key)
        if claim is None:
            return None
        self.claims.sync(claim)
        after = self.context.api.find(CLAIMS, *key)
        return None if after is None or is_fully_bound(after) else RESYNC

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """Why a claim waits or what it has; what a volume waits for."""
        words = self._about_claim(obj) if resource == CLAIMS else self._about_volume(obj)
        return [Reason(BY, words)]

    def _about_claim(self, claim: Object) -> str:
        phase, name = _phase(claim), claim["spec"].get("volumeName")
        if phase == "Bound":
            return f"it is bound to volume {name}: only this claim can use it"
        if phase == "Lost":
            return f"its volume {name} is gone, and with it the data: the claim stays Lost"
        if name:
            return f"it names volume {name}, which is missing, unsuitable or another claim's"
        storage_class = class_of(claim)
        if not storage_class:
            return (
                "it has no storage class: it waits for a volume that is large enough to be created"
            )
        found = self.context.api.find(CLASSES, None, storage_class)
        if found is None:
            return f"its storage class {storage_class!r} does not exist and no volume of it is free"
        if found.get("volumeBindingMode") == "WaitForFirstConsumer" and not is_selected(claim):
            return (
                f"storage class {storage_class} waits for the first consumer: a volume is chosen "
                "or made when the scheduler has placed a pod that uses the claim"
            )
        return f"it waits for {found['provisioner']} to make a volume"

    def _about_volume(self, volume: Object) -> str:
        phase, reference = _phase(volume), volume["spec"].get("claimRef") or {}
        owner = f"{reference.get('namespace')}/{reference.get('name')}"
        policy = volume["spec"].get("persistentVolumeReclaimPolicy") or "Retain"
        if phase == "Bound":
            return f"it is bound to claim {owner}; when that goes, the policy is {policy}"
        if phase == "Released" and policy == "Retain":
            return (
                f"its claim {owner} is gone and the policy is Retain: the data stays, and nobody "
                "else gets the volume until spec.claimRef is removed by hand"
            )
        if phase == "Released":
            return f"its claim {owner} is gone; with policy {policy} it waits to be reclaimed"
        if phase == "Failed":
            return f"reclaiming it failed: {volume['status'].get('message', '')}"
        return f"it is kept for claim {owner}" if reference else "it is free for a claim"


def is_selected(claim: Object) -> bool:
    """Whether the scheduler has chosen a node for a claim."""
    return "volume.kubernetes.io/selected-node" in (claim["metadata"].get("annotations") or {})
