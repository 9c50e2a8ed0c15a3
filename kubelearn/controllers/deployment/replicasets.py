"""The ReplicaSets of a Deployment: which one is new, names, hashes, revisions, annotations.

Source: `pkg/controller/deployment/util/deployment_util.go`, `pkg/controller/deployment/sync.go`.

Unlike the real one: the template hash has upstream's alphabet and length but not its value, which
is FNV over Go's own print of the template.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from kubelearn.api.objects import Object, owner_reference

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"
NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        HISTORY,
        DESIRED,
        MAXIMUM,
        "deprecated.deployment.rollback.to",
    }
)
HISTORY_LENGTH = 2000
"""Characters of a revision history."""
SAFE_DIGITS = str.maketrans("0123456789", "456789bcdf")
"""Digits as apimachinery's SafeEncodeString writes them."""


def template_hash(template: Object, collisions: int = 0) -> str:
    """8 to 10 characters that stand for a pod template."""
    text = json.dumps(template, sort_keys=True) + (str(collisions) if collisions else "")
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")
    return str(number | 1 << 30).translate(SAFE_DIGITS)


def replicaset_name(deployment: str, digest: str) -> str:
    """The name of the ReplicaSet with a template hash: at most 253 characters."""
    return f"{deployment[: 253 - len(digest) - 1]}-{digest}"


def without_hash(template: Object) -> Object:
    """A template without the label that its ReplicaSet added."""
    labels = (template.get("metadata") or {}).get("labels") or {}
    if HASH_LABEL not in labels:
        return template
    kept = {name: value for name, value in labels.items() if name != HASH_LABEL}
    return {**template, "metadata": {**template["metadata"], "labels": kept}}


def find_new(deployment: Object, replicasets: Iterable[Object]) -> Object | None:
    """The ReplicaSet that has the Deployment's template; the oldest when there are several."""
    wanted = _comparable(deployment["spec"]["template"])
    for replicaset in sorted(replicasets, key=by_age):
        if _comparable(replicaset["spec"]["template"]) == wanted:
            return replicaset
    return None


def _comparable(template: Object) -> Object:
    template = without_hash(template)
    metadata = {n: v for n, v in (template.get("metadata") or {}).items() if v}
    return {**template, "metadata": metadata}


def by_age(replicaset: Object) -> tuple[str, str]:
    """Sorts by creation, then by name."""
    metadata = replicaset["metadata"]
    return (metadata["creationTimestamp"], metadata["name"])


def revision_of(obj: Object) -> int:
    """The revision that an object carries, 0 when none."""
    text = (obj["metadata"].get("annotations") or {}).get(REVISION, "")
    return int(text) if text.isdigit() else 0


def annotation_number(replicaset: Object, name: str) -> int | None:
    """The number in an annotation, or None."""
    text = (replicaset["metadata"].get("annotations") or {}).get(name, "")
    return int(text) if text.lstrip("-").isdigit() else None


def size_annotations(replicas: int, surge: int) -> dict[str, str]:
    """What every ReplicaSet says of the size of its Deployment."""
    return {DESIRED: str(replicas), MAXIMUM: str(replicas + surge)}


def copied_annotations(deployment: Object) -> dict[str, str]:
    """The annotations of the Deployment that its new ReplicaSet gets too."""
    given = deployment["metadata"].get("annotations") or {}
    return {name: value for name, value in given.items() if name not in NOT_COPIED}


def next_revision(olds: Sequence[Object]) -> int:
    """One more than the highest revision among the old ones."""
    return max(map(revision_of, olds), default=0) + 1


def revised_annotations(annotations: dict[str, str], revision: int) -> dict[str, str]:
    """The annotations of a ReplicaSet that becomes `revision`; earlier ones go to the history."""
    old = annotations.get(REVISION, "")
    if old and (not old.isdigit() or int(old) >= revision):
        return annotations
    revised = {**annotations, REVISION: str(revision)}
    if old:
        revised[HISTORY] = extended_history(annotations.get(HISTORY, ""), old)
    return revised


def extended_history(history: str, revision: str) -> str:
    """A revision history with one more; the oldest go when it gets too long."""
    past = history.split(",") if history else []
    while past and len(",".join((*past, revision))) > HISTORY_LENGTH:
        past = past[1:]
    return ",".join((*past, revision))


def new_replicaset(deployment: Object, replicas: int, annotations: dict[str, str]) -> Object:
    """The ReplicaSet for the Deployment's present template."""
    spec, metadata = deployment["spec"], deployment["metadata"]
    template = spec["template"]
    digest = template_hash(template, deployment.get("status", {}).get("collisionCount", 0))
    labels = {**((template.get("metadata") or {}).get("labels") or {}), HASH_LABEL: digest}
    selector = spec["selector"]
    matched = {**(selector.get("matchLabels") or {}), HASH_LABEL: digest}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": replicaset_name(metadata["name"], digest),
            "namespace": metadata["namespace"],
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {
            "replicas": replicas,
            **({"minReadySeconds": s} if (s := spec.get("minReadySeconds")) else {}),
            "selector": {**selector, "matchLabels": matched},
            "template": {
                **template,
                "metadata": {**(template.get("metadata") or {}), "labels": labels},
            },
        },
    }
