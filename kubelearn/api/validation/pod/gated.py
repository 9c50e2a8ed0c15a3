"""What may change while scheduling gates hold a pod back: its places, narrower.

Source: `validateNodeSelectorMutation`, `validateNodeAffinityMutation` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation.checks import ordered, same
from kubelearn.api.validation.field import FieldError, child, index, invalid
from kubelearn.api.validation.pod.internal import NODE_TERM, internal, internal_list

REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
TERMS: Final = child("spec.affinity.nodeAffinity", REQUIRED, "nodeSelectorTerms")
ADDITIONS: Final = "only additions are allowed (no mutations or deletions)"


def gated_changes(spec: Object, before: Object) -> tuple[list[FieldError], Object]:
    """What is wrong with the changes, and the spec with the allowed ones taken back."""
    errors = _selector(spec.get("nodeSelector") or {}, before.get("nodeSelector") or {})
    spec = {**spec, "nodeSelector": before.get("nodeSelector")}
    new = get_path(spec, "affinity", "nodeAffinity")
    old = get_path(before, "affinity", "nodeAffinity")
    if same(new, old):
        return errors, spec
    affinity = {**(spec.get("affinity") or {}), "nodeAffinity": old}
    kept = {name: value for name, value in affinity.items() if value is not None}
    return errors + _affinity(new, old), {**spec, "affinity": kept or before.get("affinity")}


def _selector(new: dict[str, str], old: dict[str, str]) -> list[FieldError]:
    if all(new.get(name) == value for name, value in old.items()):
        return []
    text = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
    return [invalid("spec.nodeSelector", ordered(new), text)]


def _affinity(new: Object | None, old: Object | None) -> list[FieldError]:
    before = get_path(old, REQUIRED, "nodeSelectorTerms") or []
    now = get_path(new, REQUIRED, "nodeSelectorTerms") or []
    if not before:
        return []
    if len(before) != len(now):
        text = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [invalid(TERMS, internal_list(now, NODE_TERM), text)]
    return [
        invalid(index(TERMS, position), internal(term, NODE_TERM), ADDITIONS)
        for position, (term, was) in enumerate(zip(now, before, strict=True))
        if not _only_added(term, was)
    ]


def _only_added(term: Object, was: Object) -> bool:
    kinds = ("matchExpressions", "matchFields")
    if not any(was.get(kind) for kind in kinds) and any(term.get(kind) for kind in kinds):
        return False
    return all(_starts_with(term.get(kind) or (), was.get(kind) or ()) for kind in kinds)


def _starts_with(new: Sequence[Object], old: Sequence[Object]) -> bool:
    return len(new) >= len(old) and all(map(same, new, old))
