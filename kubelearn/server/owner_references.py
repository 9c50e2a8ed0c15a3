"""Owner references that are given twice: the API server keeps one, and says so.

Source: `apiserver/pkg/endpoints/handlers/rest.go` (dedupOwnerReferences), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object

REPEATED: Final = (
    ".metadata.ownerReferences contains duplicate entries{when}; API server dedups owner "
    "references in 1.20+, and may reject such requests as early as 1.24; please fix your "
    "requests; duplicate UID(s) observed: {uids}"
)
AFTER: Final = " after mutating admission happens"
"""When it is noticed in a patch."""


def without_repeats(obj: Object, warnings: list[str], when: str = "") -> Object:
    """The object without references that are equal to an earlier one; a warning names them."""
    references = obj["metadata"].get("ownerReferences") or []
    kept: list[Object] = []
    repeated = []
    for one in references:
        if one in kept:
            repeated.append(str(one.get("uid", "")))
        else:
            kept.append(one)
    if not repeated:
        return obj
    warnings.append(REPEATED.format(when=when, uids=", ".join(repeated)))
    return {**obj, "metadata": {**obj["metadata"], "ownerReferences": kept}}
