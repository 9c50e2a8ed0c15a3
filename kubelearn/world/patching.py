"""`patch` as a command: the patch is read as a request is, and every field of it must be known.

Unlike the real one: `kubectl patch` warns of unknown fields and drops them; here they are refused,
as `kubectl apply` refuses them.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.defaults import pruner
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.patch import STYLES
from kubelearn.api.patch.request import patched, read_patch
from kubelearn.api.server import APIServer
from kubelearn.api.update_rules import check_version


def patch_object(
    api: APIServer, kind: Kind, old: Object, patch: Any, style: str, subresource: str = ""
) -> Object:
    """The stored object after a "strategic", "merge" or "json" patch; `old` when nothing changes.

    Invalid and BadRequest have upstream's texts.
    """
    if style not in STYLES:
        raise ValueError(f"{style!r} is no kind of patch: use {', '.join(STYLES)}")
    media, read, repeats = read_patch(patch, STYLES[style], kind)
    prune = pruner(api.schema_of(kind, kind.version))
    new, _ = patched(kind, old, media, read, "Strict", repeats, prune)
    check_version(kind.resource, new, old)
    return api.replace(new, old, subresource)
