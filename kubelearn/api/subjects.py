"""What a write is about, so that watchers are woken for nothing else.

Most watchers of pods care for those of their own kind, for deletions, or for pods with claims.
"""

from __future__ import annotations

from kubelearn.api.objects import Object

UNMANAGED = ""
"""No owner manages the object."""
DELETION = "-"
CLAIMING = "+"
"""A pod with volumes of claims."""


def subjects_of(old: Object | None, new: Object | None) -> tuple[str, ...]:
    """The kinds of the managing owners or UNMANAGED; DELETION, CLAIMING."""
    found = new if new is not None else old
    assert found is not None
    references, spec = found["metadata"].get("ownerReferences"), found.get("spec")
    manager = _manager(references)
    subjects = (manager, CLAIMING) if spec and _claims(spec) else (manager,)
    if new is None:
        return (*subjects, DELETION)
    if old is not None and old["metadata"].get("ownerReferences") is not references:
        return (*subjects, _manager(old["metadata"].get("ownerReferences")))
    return subjects


def _claims(spec: Object) -> bool:
    for volume in spec.get("volumes") or ():
        if "persistentVolumeClaim" in volume or "ephemeral" in volume:
            return True
    return False


def _manager(references: list[Object] | None) -> str:
    for reference in references or ():
        if reference.get("controller"):
            kind: str = reference["kind"]
            return kind
    return UNMANAGED
