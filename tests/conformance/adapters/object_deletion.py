"""How the cases of controllers/object_deletion.json are put to `kubelearn.api.deletion`."""

from __future__ import annotations

from typing import Any

from kubelearn.api.deletion import ORPHANING_KINDS, deletion_of

KINDS = {"Background": "configmaps", "Orphan": ORPHANING_KINDS[0]}
"""A resource for what a kind does when the request does not say."""


def _delete(case: dict[str, Any]) -> None:
    given, expect = case["input"], case["expect"]
    policy = given.get("propagationPolicy")
    if given.get("orphanDependents") is not None:
        policy = "Orphan" if given["orphanDependents"] else "Background"
    metadata = {"name": "x", "finalizers": given["finalizers"]}
    marked = deletion_of(KINDS[given["kindDefault"]], {"metadata": metadata}, 0, None, policy)
    assert expect["removed"] == (marked is None)
    if marked is not None:
        found = marked["metadata"].get("finalizers", [])
        wanted = expect.get("finalizers")
        assert (wanted or expect["finalizersAnyOrder"]) == (found if wanted else sorted(found))


def _pod_grace(case: dict[str, Any]) -> None:
    given = case["input"]
    marked = deletion_of("pods", given["pod"], 0, given["gracePeriodSeconds"], None)
    grace = marked["metadata"]["deletionGracePeriodSeconds"] if marked else 0
    assert case["expect"] == {"gracePeriodSeconds": grace}


def check(case: dict[str, Any]) -> None:
    """The finalizers after a delete request, or the grace period of a pod."""
    {"delete": _delete, "podGrace": _pod_grace}[case["input"]["op"]](case)
