"""Owner references that are given twice."""

from typing import Any

from kubelearn.server.owner_references import AFTER, without_repeats

ONE = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "u"}
OTHER = {**ONE, "controller": True}


def owned(*references: dict[str, Any]) -> dict[str, Any]:
    """An object with these owners."""
    return {"metadata": {"name": "c", "ownerReferences": list(references)}}


def test_equal_references_are_kept_once() -> None:
    """A reference that differs in anything is another one."""
    warnings: list[str] = []
    assert without_repeats(owned(ONE, OTHER, ONE, OTHER), warnings) == owned(ONE, OTHER)
    (warning,) = warnings
    assert warning == (
        ".metadata.ownerReferences contains duplicate entries; API server dedups owner "
        "references in 1.20+, and may reject such requests as early as 1.24; please fix your "
        "requests; duplicate UID(s) observed: u, u"
    )


def test_a_patch_notices_it_after_admission() -> None:
    """And says so."""
    warnings: list[str] = []
    without_repeats(owned(ONE, ONE), warnings, AFTER)
    assert "duplicate entries after mutating admission happens; API server" in warnings[0]


def test_other_objects_stay_as_they_are() -> None:
    """With and without references."""
    warnings: list[str] = []
    for obj in (owned(), owned(ONE, OTHER), {"metadata": {}}):
        assert without_repeats(obj, warnings) is obj
    assert warnings == []
