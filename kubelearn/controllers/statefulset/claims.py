"""The claims of a StatefulSet's pods: made before the pod, kept or deleted after it.

Source: `pkg/controller/statefulset/stateful_set_utils.go` (isClaimOwnerUpToDate,
updateClaimOwnerRefForSetAndPod), `stateful_pod_control.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, owner_reference

CLAIMS = "persistentvolumeclaims"


class Retention(NamedTuple):
    """Whether claims go when their pod is scaled away, and when the StatefulSet is deleted."""

    scaled: bool
    deleted: bool


def retention_of(statefulset: Object) -> Retention:
    """The policy of a StatefulSet; what it does not say is Retain."""
    policy = statefulset["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return Retention(policy.get("whenScaled") == "Delete", policy.get("whenDeleted") == "Delete")


def claim_name(statefulset: Object, template: Object, ordinal: int) -> str:
    """Template, StatefulSet, ordinal: "data-db-0"."""
    return f"{template['metadata']['name']}-{statefulset['metadata']['name']}-{ordinal}"


def claims_of(statefulset: Object, ordinal: int) -> list[Object]:
    """The claims of the pod with an ordinal, as they are posted."""
    return [
        _claim(statefulset, template, ordinal)
        for template in statefulset["spec"].get("volumeClaimTemplates") or ()
    ]


def _claim(statefulset: Object, template: Object, ordinal: int) -> Object:
    given, spec = template["metadata"], statefulset["spec"]
    matched = spec["selector"].get("matchLabels") or {}
    metadata: Object = {
        "name": claim_name(statefulset, template, ordinal),
        "namespace": statefulset["metadata"]["namespace"],
        "labels": {**(given.get("labels") or {}), **matched},
    }
    if given.get("annotations"):
        metadata["annotations"] = given["annotations"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": template["spec"],
    }


class Owners(NamedTuple):
    """Who should own a claim, so that it is collected with it."""

    pod: bool
    set: bool


def owners_of_claim(retention: Retention, *, condemned: bool) -> Owners:
    """The owners by policy; `condemned` = the pod's ordinal is out of range."""
    pod = retention.scaled and condemned
    return Owners(pod, retention.deleted and not pod)


def owned_claim(statefulset: Object, pod: Object, claim: Object, wanted: Owners) -> Object | None:
    """The claim with the owners that it should have; None when it has them."""
    old: list[Object] = claim["metadata"].get("ownerReferences") or []
    mine = (pod["metadata"].get("uid"), statefulset["metadata"]["uid"])
    new = [one for one in old if one["uid"] not in mine]
    if wanted.set:
        new.append(owner_reference(statefulset))
    if wanted.pod:
        new.append(owner_reference(pod))
    if sorted(one["uid"] for one in new) == sorted(one["uid"] for one in old):
        return None
    return {**claim, "metadata": {**claim["metadata"], "ownerReferences": new}}


def foreign_controller(statefulset: Object, pod: Object, claim: Object) -> bool:
    """Whether somebody else controls the claim, so that it must be left alone."""
    mine = (pod["metadata"].get("uid"), statefulset["metadata"]["uid"])
    references = claim["metadata"].get("ownerReferences") or ()
    return any(one.get("controller") and one["uid"] not in mine for one in references)


def is_stale(pod: Object, claims: Sequence[Object]) -> bool:
    """Whether a claim still belongs to an earlier pod of that name and will go with it."""
    name, uid = pod["metadata"]["name"], pod["metadata"].get("uid")
    references = [one for c in claims for one in c["metadata"].get("ownerReferences") or ()]
    return any(
        one["kind"] == "Pod" and one["name"] == name and one["uid"] != uid for one in references
    )
