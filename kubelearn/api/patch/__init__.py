"""Patches: three ways to write down a change, by media type.

A new way is its file and one line in `PATCHES`. No patch changes the old object; what it does not
touch is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kubelearn.api.errors import UnsupportedMediaType
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.patch.json_patch import json_patch
from kubelearn.api.patch.merge_patch import merge_patch
from kubelearn.api.patch.strategic import strategic_merge_patch
from kubelearn.api.schema import Field, schema

JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH: Final = "application/strategic-merge-patch+json"

UNKNOWN: Final = (
    "the body of the request was in an unknown format - accepted media types include: "
    "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
)


def _json(_kind: Kind, old: Object, patch: Any) -> Object:
    return json_patch(old, patch)  # type: ignore[no-any-return]


def _merge(_kind: Kind, old: Object, patch: Any) -> Object:
    return merge_patch(old, patch)


def _strategic(kind: Kind, old: Object, patch: Any) -> Object:
    group, _, version = old.get("apiVersion", kind.api_version).rpartition("/")
    found = schema().type_for(group, version, kind.kind)
    if found is None:
        raise UnsupportedMediaType(UNKNOWN)
    return strategic_merge_patch(old, patch, Field("struct", found.name))


PATCHES: Final[dict[str, Callable[[Kind, Object, Any], Object]]] = {
    JSON_PATCH: _json,
    MERGE_PATCH: _merge,
    STRATEGIC_MERGE_PATCH: _strategic,
}
"""How a patch of each media type is applied to an object."""

STYLES: Final = {"json": JSON_PATCH, "merge": MERGE_PATCH, "strategic": STRATEGIC_MERGE_PATCH}
"""The names that kubectl has for them (`kubectl patch --type`)."""


def apply_patch(style: str, kind: Kind, old: Object, patch: Any) -> Object:
    """`old` after a patch of a style ("json", "merge", "strategic") or media type.

    Invalid, BadRequest or APIError with upstream's text when the patch cannot be applied. The
    result has not been checked against the kind yet.
    """
    apply = PATCHES.get(STYLES.get(style, style))
    if apply is None:
        raise ValueError(f"{style!r} is no kind of patch: use {', '.join(STYLES)}")
    return apply(kind, old, patch)
