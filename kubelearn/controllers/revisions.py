"""ControllerRevisions: the templates that a StatefulSet or DaemonSet has had, by number.

Source: `pkg/controller/history/controller_history.go`, `pkg/controller/statefulset`,
`pkg/controller/daemon/update.go` (constructHistory, cleanupHistory), Kubernetes 1.36.

Unlike the real one: the hash in the name has upstream's alphabet and length but not its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kubelearn.api.errors import AlreadyExists, NotFound
from kubelearn.api.objects import Object, owner_reference
from kubelearn.controllers.adoption import claim
from kubelearn.controllers.deployment.replicasets import template_hash
from kubelearn.runtime.part import Context

REVISIONS = "controllerrevisions.apps"
HASH = "controller-revision-hash"
NOT_COPIED = ("kubectl.kubernetes.io/last-applied-configuration",)


class Revisions(NamedTuple):
    """The revisions of one workload."""

    known: list[Object]
    """All of them, the lowest number first."""
    update: Object
    """That of the present template."""
    collisions: int


def data_of(template: Object) -> Object:
    """What a revision remembers: a strategic patch that puts the whole template back."""
    metadata = {name: value for name, value in (template.get("metadata") or {}).items() if value}
    return {"spec": {"template": {**template, "metadata": metadata, "$patch": "replace"}}}


def template_of(revision: Object) -> Object:
    """The template that a revision remembers."""
    template: Object = revision["data"]["spec"]["template"]
    return {name: value for name, value in template.items() if name != "$patch"}


def revisions_of(
    context: Context, owner: Object, labels: Mapping[str, str], hash_label: str
) -> Revisions:
    """The revisions of a workload; that of its template is created or made the newest."""
    known = sorted(claim(context, owner, REVISIONS), key=_place)
    collisions: int = owner.get("status", {}).get("collisionCount") or 0
    number = known[-1]["revision"] + 1 if known else 1
    wanted = data_of(owner["spec"]["template"])
    equal = [one for one in known if one["data"] == wanted]
    if equal and equal[-1] is known[-1]:
        return Revisions(known, known[-1], collisions)
    if equal:
        old = equal[-1]["metadata"]
        place = (REVISIONS, old["namespace"], old["name"])
        renewed = context.api.patch(*place, {"revision": number})
        others = [one for one in known if one is not equal[-1]]
        return Revisions([*others, renewed], renewed, collisions)
    made, collisions = _created(context, owner, number, collisions, (labels, hash_label))
    return Revisions([*known, made], made, collisions)


def _place(revision: Object) -> tuple[int, str, str]:
    metadata = revision["metadata"]
    return (revision["revision"], metadata["creationTimestamp"], metadata["name"])


def _created(
    context: Context,
    owner: Object,
    number: int,
    collisions: int,
    marks: tuple[Mapping[str, str], str],
) -> tuple[Object, int]:
    """A new revision; another hash is tried when somebody else has the name."""
    while True:
        made = _made(owner, number, collisions, marks)
        try:
            return context.api.create(made), collisions
        except AlreadyExists:
            metadata = made["metadata"]
            found = context.api.get(REVISIONS, metadata["namespace"], metadata["name"])
            if found["data"] == made["data"]:
                return found, collisions
            collisions += 1


def _made(
    owner: Object, number: int, collisions: int, marks: tuple[Mapping[str, str], str]
) -> Object:
    labels, hash_label = marks
    metadata, template = owner["metadata"], owner["spec"]["template"]
    digest = template_hash(template, collisions)
    annotations = metadata.get("annotations") or {}
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": f"{metadata['name'][: 253 - 11]}-{digest}",
            "namespace": metadata["namespace"],
            "labels": {**labels, hash_label: digest},
            "annotations": {n: v for n, v in annotations.items() if n not in NOT_COPIED},
            "ownerReferences": [owner_reference(owner)],
        },
        "data": data_of(template),
        "revision": number,
    }


def forget(context: Context, owner: Object, known: Iterable[Object], live: Iterable[str]) -> None:
    """Delete the oldest revisions that no pod has, beyond `revisionHistoryLimit`."""
    used = set(live)
    idle = [one for one in known if one["metadata"]["name"] not in used]
    limit = owner["spec"].get("revisionHistoryLimit", 10)
    for one in idle[: max(0, len(idle) - limit)]:
        metadata = one["metadata"]
        try:
            context.api.delete(REVISIONS, metadata["namespace"], metadata["name"])
        except NotFound:
            continue
