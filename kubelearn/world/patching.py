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
from kubelearn.sim.arguments import no_such, shown

SUBRESOURCES = ("", "status", "resize")


def patch_object(
    api: APIServer, kind: Kind, old: Object, patch: Any, style: str, subresource: str = ""
) -> Object:
    """The stored object after a "strategic", "merge" or "json" patch; `old` when nothing changes.

    Invalid and BadRequest have upstream's texts.
    """
    if style not in STYLES:
        raise ValueError(f"{style!r} is no kind of patch: use {', '.join(STYLES)}")
    if subresource not in SUBRESOURCES:
        raise ValueError(no_such("subresource", subresource, SUBRESOURCES[1:]))
    _check_names(patch)
    media, read, repeats = read_patch(patch, STYLES[style], kind)
    prune = pruner(api.schema_of(kind, kind.version))
    new, _ = patched(kind, old, media, read, "Strict", repeats, prune)
    check_version(kind.resource, new, old)
    return api.replace(new, old, subresource)


def _check_names(patch: Any) -> None:
    """TypeError for a dict that no JSON can be."""
    for name, value in patch.items() if isinstance(patch, dict) else ():
        if not isinstance(name, str):
            raise TypeError(f"patch={shown(patch)}: names are texts, {str(name)!r} for {name!r}")
        _check_names(value)
    for value in patch if isinstance(patch, list) else ():
        _check_names(value)
