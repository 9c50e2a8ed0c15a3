"""What the owners of an object say about it: who is there, who is gone, who waits for it.

Source: `pkg/controller/garbagecollector/garbagecollector.go` (classifyReferences, isDangling),
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kubelearn.api.deletion import FOREGROUND
from kubelearn.api.objects import Object, is_terminating
from kubelearn.api.server import APIServer


class Owners(NamedTuple):
    """The owner references of an object by the state of the owner."""

    solid: list[Object]
    """The owner is there and stays, as far as anybody can tell."""
    dangling: list[Object]
    """There is no such owner any more."""
    waiting: list[Object]
    """The owner is being deleted in the foreground: it waits for its dependents to go."""


class Misplaced(Exception):
    """A cluster-scoped object names an owner that lives in a namespace; it is never collected."""

    def __init__(self, reference: Object) -> None:
        kind = f"{reference['apiVersion']}/{reference['kind']}"
        names = f"namespace: , name: {reference['name']}, uid: {reference['uid']}"
        super().__init__(f'ownerRef [{kind}, {names}] does not exist in namespace ""')


def owners_of(api: APIServer, obj: Object) -> Owners:
    """The owners of an object; Misplaced when one of them cannot own it."""
    found = Owners([], [], [])
    for reference in references_of(obj):
        kind = api.kinds.by_type(reference["apiVersion"], reference["kind"])
        if kind is None:
            # Nobody can say whether that owner is there: the object is left as it is.
            return Owners([reference], [], [])
        namespace = obj["metadata"].get("namespace", "")
        if kind.namespaced and not namespace:
            raise Misplaced(reference)
        place = namespace if kind.namespaced else ""
        owner = api.find(kind.resource, place, reference["name"])
        _file(found, reference, owner)
    return found


def _file(found: Owners, reference: Object, owner: Object | None) -> None:
    if owner is None or owner["metadata"]["uid"] != reference["uid"]:
        found.dangling.append(reference)
    elif waits_for_dependents(owner):
        found.waiting.append(reference)
    else:
        found.solid.append(reference)


def references_of(obj: Object) -> list[Object]:
    """The owner references of an object."""
    return obj["metadata"].get("ownerReferences") or []


def finalizers_of(obj: Object) -> list[str]:
    """The finalizers of an object."""
    return obj["metadata"].get("finalizers") or []


def waits_for_dependents(obj: Object) -> bool:
    """Whether an object is being deleted in the foreground."""
    return is_terminating(obj) and FOREGROUND in finalizers_of(obj)


def blocks(dependent: Object, uid: str) -> bool:
    """Whether a dependent keeps the owner with this UID from going in the foreground."""
    mine = (one for one in references_of(dependent) if one["uid"] == uid)
    return any(one.get("blockOwnerDeletion") for one in mine)


def without(references: Iterable[Object], gone: Iterable[Object]) -> list[Object] | None:
    """References without some of them; None when none is left."""
    uids = {one["uid"] for one in gone}
    return [one for one in references if one["uid"] not in uids] or None
