"""JSON merge patches (RFC 7386): objects are merged, null deletes, all else replaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.errors import BadRequest
from kubelearn.api.objects import Object, merge


def merge_patch(document: Object, patch: Any) -> Object:
    """The merged document; unchanged parts are shared."""
    if patch is None:
        return document
    if not isinstance(patch, Mapping):
        kind = "array" if isinstance(patch, list) else "value"
        raise BadRequest(
            f"error decoding patch: json: cannot unmarshal {kind} into Go value of type "
            "map[string]interface {}"
        )
    return merge(document, patch)
