"""The subresource `scale`: the number of replicas behind one small common form.

Source: `pkg/registry/apps/deployment/storage/storage.go` (ScaleREST), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.errors import BadRequest, Invalid
from kubelearn.api.managed_fields import Manager
from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.api.tables.printer import selector_text
from kubelearn.api.update_rules import check_version
from kubelearn.api.validation.field import invalid
from kubelearn.server.body import SCALE, patched_scale, read_small
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import negotiate
from kubelearn.server.options import write_options
from kubelearn.server.presentation import written
from kubelearn.server.routes import Target


def scale_of(obj: Object) -> Object:
    """The Scale of a workload."""
    names = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    metadata = {name: obj["metadata"][name] for name in names if name in obj["metadata"]}
    selector = get_path(obj, "spec", "selector")
    if selector and "matchLabels" not in selector and "matchExpressions" not in selector:
        selector = {"matchLabels": selector}
    replicas = get_path(obj, "spec", "replicas", default=0)
    status = {"replicas": get_path(obj, "status", "replicas", default=0)}
    if selector:
        status["selector"] = selector_text(selector)
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
    return written(scale_of(obj), negotiate(request.accept, several=False))


def update_scale(api: APIServer, target: Target, request: Request) -> Response:
    """Set the replicas from a whole Scale."""
    write_options(request, "UpdateOptions")
    old = api.get(target.kind.resource, target.namespace, target.name)
    scale = read_small(request, SCALE)
    metadata = scale.get("metadata") or {}
    if metadata.get("name", target.name) != target.name:
        raise BadRequest("the name in the Scale does not match the name on the URL")
    check_version(target.kind.resource, {"metadata": metadata}, old)
    return _scaled(api, target, request, old, scale)


def patch_scale(api: APIServer, target: Target, request: Request) -> Response:
    """Set the replicas by a merge patch on the Scale."""
    write_options(request, "PatchOptions")
    old = api.get(target.kind.resource, target.namespace, target.name)
    changed = patched_scale(scale_of(old), request)
    check_version(target.kind.resource, changed, old)
    return _scaled(api, target, request, old, changed)


def _scaled(
    api: APIServer, target: Target, request: Request, old: Object, scale: Object
) -> Response:
    replicas = get_path(scale, "spec", "replicas", default=0) or 0
    if replicas < 0:
        error = invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        raise Invalid.of("Scale", "autoscaling", target.name, [error])
    options = write_options(request, "UpdateOptions")
    new = {**old, "spec": {**old["spec"], "replicas": replicas}}
    manager = Manager(options.manager, target.api_version)
    stored = api.replace(new, old, "scale", dry_run=options.dry_run, manager=manager)
    return written(scale_of(stored), negotiate(request.accept, several=False))
