"""Whose is it? Controllers adopt orphans that match and release what matches no longer.

Source: `pkg/controller/controller_ref_manager.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kubelearn.api import selectors
from kubelearn.api.errors import Invalid, NotFound
from kubelearn.api.objects import (
    Key,
    Object,
    controller_of,
    is_terminating,
    labels_of,
    owner_reference,
)
from kubelearn.api.store import Record
from kubelearn.api.subjects import UNMANAGED
from kubelearn.runtime.part import Context

NO_LABELS: dict[str, str] = {}
"""One dict, so that it has one identity."""
ORPHANS = frozenset({UNMANAGED})
"""What `adopters` looks at: writes to objects that nobody manages, before or after."""


def everything(_obj: Object) -> bool:
    """The filter that lets all objects through."""
    return True


def claim(
    context: Context,
    owner: Object,
    resource: str,
    movable: Callable[[Object], bool] = everything,
    known: Iterable[Object] = (),
) -> list[Object]:
    """The objects that belong to `owner`, by name: its own that match, and adopted orphans.

    Own ones that match no longer are released. Only `movable` ones are adopted or released.
    `known` ones have been claimed before, by the same selector.
    """
    matches = selectors.of(owner["spec"]["selector"]).matches
    uid, going = owner["metadata"]["uid"], is_terminating(owner)
    others, answers = set[int](), dict[int, bool]()
    same, owned = set(map(id, known)), context.api.owned(resource, uid)
    for obj in [one for one in owned if id(one) not in same] if same else owned:
        if (controller_of(obj) or {}).get("uid") != uid:
            others.add(id(obj))
            continue
        # Pods of one template share their labels: each is asked about once.
        labels = obj["metadata"].get("labels") or NO_LABELS
        mine = answers.get(id(labels))
        if mine is None:
            mine = answers[id(labels)] = matches(labels)
        if not mine:
            others.add(id(obj))
            if movable(obj) and not going:
                _release(context, resource, obj, uid)
    claimed = [one for one in owned if id(one) not in others] if others else owned
    if going:
        return claimed
    orphans = context.api.store.select(resource, "orphan", owner["metadata"]["namespace"])
    adopted = [
        _adopt(context, resource, obj, owner)
        for obj in orphans
        if matches(labels_of(obj)) and movable(obj) and not is_terminating(obj)
    ]
    return sorted(claimed + adopted, key=_name) if adopted else claimed


def _name(obj: Object) -> str:
    return str(obj["metadata"]["name"])


def _adopt(context: Context, resource: str, obj: Object, owner: Object) -> Object:
    metadata = obj["metadata"]
    references = [*(metadata.get("ownerReferences") or ()), owner_reference(owner)]
    patch = {"metadata": {"ownerReferences": references}}
    return context.api.patch(resource, metadata["namespace"], metadata["name"], patch)


def _release(context: Context, resource: str, obj: Object, uid: str) -> None:
    metadata = obj["metadata"]
    left = [reference for reference in metadata["ownerReferences"] if reference["uid"] != uid]
    patch = {"metadata": {"ownerReferences": left or None}}
    try:
        context.api.patch(resource, metadata["namespace"], metadata["name"], patch)
    except (NotFound, Invalid):
        return  # it is gone, or somebody else has released it: either is what was wanted


def adopters(context: Context, record: Record, resource: str) -> list[Key]:
    """The objects of `resource` that would adopt an object that nobody manages.

    Asked when it appears and when its labels or its controller change.
    """
    obj, old = record.new, record.old
    if obj is None or controller_of(obj) is not None or is_terminating(obj):
        return []
    labels = labels_of(obj)
    same = old is not None and labels_of(old) == labels and controller_of(old) is None
    if same or not labels:
        return []
    return [_key(one) for one in context.api.list(resource, record.key[0]) if _wants(one, labels)]


def _wants(owner: Object, labels: dict[str, str]) -> bool:
    return selectors.of(owner["spec"]["selector"]).matches(labels)


def _key(obj: Object) -> Key:
    return (obj["metadata"]["namespace"], obj["metadata"]["name"])


def controlled(objects: Iterable[Object], uid: str) -> list[Object]:
    """Those objects whose managing owner has this UID."""
    found, known, mine = [], None, False
    for one in objects:
        references = one["metadata"].get("ownerReferences")
        # Siblings share their references.
        if references is not known or known is None:
            known, mine = references, (controller_of(one) or {}).get("uid") == uid
        if mine:
            found.append(one)
    return found
