"""References as kubectl takes them: "deployment/web", "pods/web-0", "node/worker-1"."""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.kinds import Kind, KindTable
from kubelearn.api.objects import Object


class Reference(NamedTuple):
    """An object by kind, namespace ("" for cluster-scoped) and name."""

    kind: Kind
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.resource}/{self.name}"


def parse_reference(
    kinds: KindTable, reference: str | Object, namespace: str = "default"
) -> Reference:
    """The object that a text "kind/name" or an object itself means.

    ValueError for a text without a slash and an object without a name, TypeError for anything else;
    NotFound for a kind that the cluster does not know.
    """
    if isinstance(reference, dict):
        kind = kinds.of(reference)
        metadata = reference.get("metadata") or {}
        if not metadata.get("name"):
            raise ValueError(f"this {kind.kind} names no object: it has no metadata.name")
        place = metadata.get("namespace", namespace) if kind.namespaced else ""
        return Reference(kind, place, metadata["name"])
    if not isinstance(reference, str):
        raise TypeError(f'{reference!r} is no reference: write "kind/name", such as "pod/web-0"')
    word, slash, name = reference.partition("/")
    if not slash or not name:
        raise ValueError(f'{reference!r} names no object: write "kind/name", such as "pod/web-0"')
    kind = kinds.named(word)
    return Reference(kind, namespace if kind.namespaced else "", name)
