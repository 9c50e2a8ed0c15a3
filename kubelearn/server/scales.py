"""The subresource `scale`: the number of replicas behind one small common form.

Source: `pkg/registry/apps/deployment/storage/storage.go` (ScaleREST), Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from kubelearn.api.errors import APIError, BadRequest, Conflict, Invalid
from kubelearn.api.kinds import Kind
from kubelearn.api.managed_fields import Manager
from kubelearn.api.objects import Object, get_path, merge
from kubelearn.api.server import APIServer
from kubelearn.api.tables.printer import selector_text
from kubelearn.api.update_rules import check_version
from kubelearn.api.validation.field import invalid
from kubelearn.server.applies import apply_object, read_applied
from kubelearn.server.body import SCALE, patched_scale, read_small
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import negotiate
from kubelearn.server.options import APPLY, write_options
from kubelearn.server.presentation import written
from kubelearn.server.routes import Target
from kubelearn.server.writes import MISMATCH, check_name


class Places(NamedTuple):
    """Where a kind has what its Scale shows; () = nowhere."""

    wanted: tuple[str, ...] = ("spec", "replicas")
    present: tuple[str, ...] = ("status", "replicas")
    selector: tuple[str, ...] = ("spec", "selector")


def places_of(kind: Kind) -> Places:
    """The places of a kind; a custom one says them in its definition."""
    if not kind.scale:
        return Places()
    return Places(*(tuple(path.lstrip(".").split(".")) if path else () for path in kind.scale))


def scale_of(kind: Kind, obj: Object) -> Object:
    """The Scale of a workload; APIError (500) when a custom one says no replicas."""
    places = places_of(kind)
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    metadata = {name: obj["metadata"][name] for name in names if name in obj["metadata"]}
    selector = get_path(obj, *places.selector) if places.selector else None
    if isinstance(selector, dict):
        if "matchLabels" not in selector and "matchExpressions" not in selector:
            selector = {"matchLabels": selector}
        selector = selector_text(selector)
    replicas = get_path(obj, *places.wanted, default=None if kind.custom else 0)
    if replicas is None:
        raise APIError(f'the spec replicas field ".{".".join(places.wanted)}" does not exist')
    status = {"replicas": get_path(obj, *places.present, default=0)}
    if selector:
        status["selector"] = selector
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": {"replicas": replicas} if replicas else {},
        "status": status,
    }


def get_scale(api: APIServer, target: Target, request: Request) -> Response:
    """The Scale of an object."""
    obj = api.get(target.kind.resource, target.namespace, target.name)
    return written(scale_of(target.kind, obj), negotiate(request.accept, several=False))


def update_scale(api: APIServer, target: Target, request: Request) -> Response:
    """Set the replicas from a whole Scale."""
    options = write_options(request, "UpdateOptions")
    old = api.get(target.kind.resource, target.namespace, target.name)
    scale, warnings = read_small(request, SCALE, options.field_validation)
    metadata = check_place(target, scale)
    uid = metadata.get("uid")
    check_version(target.kind.resource, {"metadata": metadata}, old)
    if uid and uid != old["metadata"]["uid"]:
        text = f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
        where = f"{target.kind.plural}/scale.{target.kind.group}".rstrip(".")
        raise Conflict.of(where, target.name, text + old["metadata"]["uid"])
    return _scaled(api, target, request, old, scale, warnings)


def check_place(target: Target, obj: Object) -> Object:
    """The metadata of an object that names the path; BadRequest if it names another, or none."""
    metadata: Object = obj.get("metadata") or {}
    namespace, name = metadata.get("namespace"), metadata.get("name")
    if namespace and target.namespace and namespace != target.namespace:
        raise BadRequest(MISMATCH.format(what="namespace"))
    check_name(target, {"metadata": {"name": name}})
    return metadata


def patch_scale(api: APIServer, target: Target, request: Request) -> Response:
    """Set the replicas by a merge patch on the Scale, or by applying one."""
    if request.content_type.startswith(APPLY):
        return _applied(api, target, request)
    options = write_options(request, "PatchOptions")
    old = api.get(target.kind.resource, target.namespace, target.name)
    changed, warnings = patched_scale(_open_scale(target.kind, old), request, options)
    check_place(target, changed)
    check_version(target.kind.resource, changed, old)
    return _scaled(api, target, request, old, changed, warnings)


def _open_scale(kind: Kind, obj: Object) -> Object:
    """The Scale that is changed: a custom object that says no replicas begins with none."""
    wanted = places_of(kind).wanted
    said = get_path(obj, *wanted)
    return scale_of(kind, obj if said is not None else merge(obj, _nested(wanted, 0)))


def _nested(path: tuple[str, ...], value: int) -> Object:
    for name in reversed(path):
        value = {name: value}  # type: ignore[assignment]
    return value  # type: ignore[return-value]


def _applied(api: APIServer, target: Target, request: Request) -> Response:
    """Server-side apply of a Scale: who applies owns the replicas of the workload."""
    applied, _ = read_applied(request.body)
    replicas = get_path(applied, "spec", "replicas", default=0) or 0
    metadata = {"name": target.name}
    owned = {"apiVersion": target.api_version, "kind": target.kind.kind, "metadata": metadata}
    body = {**owned, **_nested(places_of(target.kind).wanted, replicas)}
    response = apply_object(api, target, replace(request, body=body))
    obj = api.get(target.kind.resource, target.namespace, target.name)
    if response.code < 400:
        form = negotiate(request.accept, several=False)
        response.body = written(scale_of(target.kind, obj), form).body
    return response


def _scaled(
    api: APIServer,
    target: Target,
    request: Request,
    old: Object,
    scale: Object,
    warnings: list[str],
) -> Response:
    replicas = get_path(scale, "spec", "replicas", default=0) or 0
    if replicas < 0:
        error = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        raise Invalid.of("Scale", "autoscaling", target.name, [error])
    options = write_options(request, "UpdateOptions")
    new = merge(old, _nested(places_of(target.kind).wanted, replicas))
    # Recorded answers show no manager for the scale of a custom resource.
    manager = None if target.kind.custom else Manager(options.manager, target.api_version)
    stored = api.replace(new, old, "scale", dry_run=options.dry_run, manager=manager)
    form = negotiate(request.accept, several=False)
    response = written(scale_of(target.kind, stored), form)
    response.warnings = warnings
    return response
