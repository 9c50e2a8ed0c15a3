"""Protection of storage in use: claims that pods use and volumes that are bound are not removed.

The finalizers come from admission (`kubelearn.api.admission.storage_protection`); these
controllers take them away when nobody uses the object any more.
Source: `pkg/controller/volume/pvcprotection`, `pkg/controller/volume/pvprotection`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.server import APIServer
from kubelearn.api.store import Record
from kubelearn.api.subjects import CLAIMING
from kubelearn.api.volumes import CLAIMS, VOLUMES, claim_names
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"


def users_of(api: APIServer, claim: Object) -> list[str]:
    """The names of the pods with a node that use a claim, finished ones included."""
    metadata = claim["metadata"]
    return [
        pod["metadata"]["name"]
        for pod in api.list("pods", metadata["namespace"])
        if pod["spec"].get("nodeName")
        and metadata["name"] in [name for name, _ in claim_names(pod)]
    ]


def _claims_of_pod(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The claims of a pod that is gone or got its node."""
    obj = record.new or record.old or {}
    return [(record.key[0], name) for name, _ in claim_names(obj)]


class ClaimProtection:
    """Holds a claim that is being deleted until no pod uses it."""

    name: ClassVar[str] = "pvc-protection"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(CLAIMS),
        Mapped("pods", _claims_of_pod, about=frozenset({CLAIMING})),
    )
    explains: ClassVar[tuple[str, ...]] = (CLAIMS,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Take the finalizer away when nobody uses the claim."""
        claim = self.context.api.find(CLAIMS, *key)
        if claim is not None and is_terminating(claim) and not users_of(self.context.api, claim):
            drop_finalizer(self.context.api, CLAIMS, claim, CLAIM_FINALIZER)
        return None

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """Who keeps a claim from going."""
        if not is_terminating(obj):
            return []
        users = ", ".join(users_of(self.context.api, obj))
        return [Reason(self.name, f"it is not removed while pods use it: {users}")] if users else []


class VolumeProtection:
    """Holds a volume that is being deleted while it is bound."""

    name: ClassVar[str] = "pv-protection"
    watches: ClassVar[tuple[Watch, ...]] = (Own(VOLUMES),)
    explains: ClassVar[tuple[str, ...]] = (VOLUMES,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Take the finalizer away when the volume is not bound."""
        volume = self.context.api.find(VOLUMES, None, key[1])
        if volume is not None and is_terminating(volume) and not _bound(volume):
            drop_finalizer(self.context.api, VOLUMES, volume, VOLUME_FINALIZER)
        return None

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What keeps a volume from going."""
        if is_terminating(obj) and _bound(obj):
            return [Reason(self.name, "it is not removed while a claim is bound to it")]
        return []


def _bound(volume: Object) -> bool:
    return (volume.get("status") or {}).get("phase") == "Bound"


def drop_finalizer(api: APIServer, resource: str, obj: Object, finalizer: str) -> None:
    """Take one finalizer from an object; without any a deleted object is gone."""
    metadata = obj["metadata"]
    held = metadata.get("finalizers") or []
    if finalizer in held:
        left = [one for one in held if one != finalizer]
        patch = {"metadata": {"finalizers": left or None}}
        api.patch(resource, metadata.get("namespace"), metadata["name"], patch)
