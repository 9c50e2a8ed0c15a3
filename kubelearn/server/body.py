"""The bodies of requests: objects, patches, and options, decoded and checked.

Source: apiserver `pkg/endpoints/handlers/{create,update,patch,delete}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.decoding import decode, decode_body
from kubelearn.api.decoding.body import HEAD, NO_HEAD, read_plain
from kubelearn.api.decoding.report import kind_of
from kubelearn.api.defaults import pruner
from kubelearn.api.errors import BadRequest
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.patch import request as patches
from kubelearn.api.server import APIServer
from kubelearn.api.versions import to_version
from kubelearn.server.message import JSON, Request
from kubelearn.server.options import WriteOptions
from kubelearn.server.routes import Target

SCALE: Final = Kind("autoscaling", "v1", "Scale", "scales")
BINDING: Final = Kind("", "v1", "Binding", "bindings")
EVICTION: Final = Kind("policy", "v1", "Eviction", "evictions", versions=("v1beta1",))


def read_object(
    api: APIServer, target: Target, request: Request, options: WriteOptions
) -> tuple[Object, list[str]]:
    """The object of a POST or PUT, in the version of the path, and the warnings about it."""
    kind = target.kind
    expected = (kind.group, target.version, kind.kind)
    return decode_body(
        request.body,
        request.content_type or JSON,
        expected,
        options.field_validation,
        pruner(api.schema_of(kind, target.version)),
    )


def read_small(
    request: Request, kind: Kind, field_validation: str = "Ignore"
) -> tuple[Object, list[str]]:
    """The body of a subresource with a kind of its own, such as a Scale, and the warnings."""
    given = request.body.get("apiVersion", "") if isinstance(request.body, dict) else ""
    version = given.rpartition("/")[2]
    if version not in kind.versions:
        version = kind.version
    expected = (kind.group, version, kind.kind)
    return decode_body(request.body, request.content_type or JSON, expected, field_validation)


def patched_object(
    api: APIServer, target: Target, old: Object, request: Request, options: WriteOptions
) -> tuple[Object, list[str]]:
    """The stored object after the patch of a request, and the warnings about it."""
    kind = target.kind
    media, patch, repeats = patches.read_patch(request.body, request.content_type, kind)
    return patches.patched(
        kind,
        to_version(kind, target.version, old),
        media,
        patch,
        options.field_validation,
        repeats,
        pruner(api.schema_of(kind, target.version)),
    )


def patched_scale(
    scale: Object, request: Request, options: WriteOptions
) -> tuple[Object, list[str]]:
    """A Scale after the patch of a request, and the warnings about it."""
    media, patch, repeats = patches.read_patch(request.body, request.content_type, SCALE)
    return patches.patched(SCALE, scale, media, patch, options.field_validation, repeats)


def read_options(request: Request) -> Object | None:
    """The DeleteOptions of a DELETE; None when there is no body.

    Unlike the real one: a body that says another kind or version is taken all the same.
    """
    if request.body in (None, "", b""):
        return None
    value = read_plain(request.body, request.content_type)
    if value is not None and not isinstance(value, dict):
        text = f"json: cannot unmarshal {kind_of(value)} into Go value of type {HEAD}"
        raise BadRequest(f"{NO_HEAD}{text}")
    decoded = decode(value or {}, "", "v1", "DeleteOptions")
    if decoded.error:
        raise BadRequest(decoded.error)
    return decoded.object
