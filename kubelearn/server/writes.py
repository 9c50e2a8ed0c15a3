"""POST, PUT and PATCH of objects.

Source: apiserver `pkg/endpoints/handlers/{create,update,patch}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.errors import APIError, BadRequest, NotFound
from kubelearn.api.managed_fields import Manager
from kubelearn.api.objects import Object
from kubelearn.api.rbac.escalation import check_escalation
from kubelearn.api.server import APIServer
from kubelearn.api.update_rules import (
    CREATED_BY_PUT,
    check_identity,
    check_version,
    require_version,
)
from kubelearn.api.versions import from_version
from kubelearn.server.applies import apply_object
from kubelearn.server.authorization import user_of
from kubelearn.server.body import patched_object, read_object
from kubelearn.server.failures import refusal
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import Form, negotiate
from kubelearn.server.options import APPLY, WriteOptions, write_options
from kubelearn.server.owner_references import AFTER, without_repeats
from kubelearn.server.pods import bind_named
from kubelearn.server.presentation import show_object, written
from kubelearn.server.routes import Target

LISTS = {
    "endpointslices.discovery.k8s.io": ("endpoints", "ports"),
    "roles.rbac.authorization.k8s.io": ("rules",),
    "clusterroles.rbac.authorization.k8s.io": ("rules",),
    "limitranges": ("spec.limits",),
    "csinodes.storage.k8s.io": ("spec.drivers",),
    "jobs.batch": ("spec.podFailurePolicy.rules",),
    "cronjobs.batch": ("spec.jobTemplate.spec.podFailurePolicy.rules",),
}
"""Paths of lists that are written although they are empty; the store keeps no empty lists."""
MISMATCH = "the {what} of the provided object does not match the {what} sent on the request"


def as_stored(resource: str, obj: Object) -> Object:
    """The object with null for the empty lists that it always shows."""
    for path in LISTS.get(resource, ()):
        obj = _without_empty(obj, path)
    return obj


def _without_empty(obj: Object, path: str) -> Object:
    name, _, rest = path.partition(".")
    value = obj.get(name)
    if rest and isinstance(value, dict):
        inner = _without_empty(value, rest)
        return obj if inner is value else {**obj, name: inner}
    return {**obj, name: None} if value == [] and not rest else obj


def create_object(api: APIServer, target: Target, request: Request) -> Response:
    """Store a new object: 201; a Binding is not stored but carried out."""
    if target.kind.resource == "bindings":
        return bind_named(api, target, request)
    form = negotiate(request.accept, several=False)
    options = write_options(request, "CreateOptions")
    obj, warnings = read_object(api, target, request, options)
    try:
        obj = _placed(target, obj)
        if not options.dry_run:
            obj = as_stored(target.kind.resource, obj)
        if obj["metadata"].get("resourceVersion"):
            raise APIError("resourceVersion should not be set on objects to be created")
        check_escalation(api, user_of(request), target.kind.resource, obj)
    except APIError as error:
        return refusal(error, warnings)
    obj = without_repeats(obj, warnings)
    return _create(api, target, obj, form, options, warnings)


def _create(
    api: APIServer,
    target: Target,
    obj: Object,
    form: Form,
    options: WriteOptions,
    warnings: list[str],
) -> Response:
    try:
        created = api.create(
            from_version(target.kind, obj),
            dry_run=options.dry_run,
            warnings=warnings,
            manager=Manager(options.manager, target.api_version),
        )
    except APIError as error:
        return refusal(error, warnings)
    response = written(show_object(api, target, form, created), form)
    response.code, response.warnings = 201, warnings
    return response


def _placed(target: Target, obj: Object) -> Object:
    """The object in the namespace of the path; BadRequest if it names another.

    A kind without namespaces loses the one that was given.
    """
    metadata = dict(obj.get("metadata") or {})
    namespace = metadata.pop("namespace", "")
    if namespace and target.namespace and namespace != target.namespace:
        raise BadRequest(MISMATCH.format(what="namespace"))
    if target.namespace:
        metadata["namespace"] = target.namespace
    return {**obj, "metadata": metadata}


def update_object(api: APIServer, target: Target, request: Request) -> Response:
    """Replace an object; some kinds are created by it (201)."""
    form = negotiate(request.accept, several=False)
    options = write_options(request, "UpdateOptions")
    obj, warnings = read_object(api, target, request, options)
    resource = target.kind.resource
    try:
        obj = as_stored(resource, _placed(target, obj))
        check_name(target, obj)
        check_escalation(api, user_of(request), resource, obj)
        old = api.find(resource, target.namespace, target.name)
        if old is None:
            if resource in CREATED_BY_PUT and not target.subresource:
                return _create(api, target, obj, form, options, warnings)
            raise NotFound.of(resource, target.name)
        require_version(resource, obj, custom=target.kind.custom)
        check_version(resource, obj, old)
        check_identity(resource, obj, old)
    except APIError as error:
        return refusal(error, warnings)
    obj = without_repeats(obj, warnings)
    return _replace(api, target, obj, old, form, options, warnings)


def check_name(target: Target, obj: Object) -> None:
    """BadRequest if the object has another name than the path, or none."""
    name = obj["metadata"].get("name")
    if not name:
        raise BadRequest(
            f"the name of the object ({target.name} based on URL) was undeterminable: name must be "
            "provided"
        )
    if name != target.name:
        raise BadRequest(
            f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        )


def patch_object(api: APIServer, target: Target, request: Request) -> Response:
    """Change an object by a JSON, merge or strategic merge patch, or by server-side apply."""
    if request.content_type.startswith(APPLY):
        return apply_object(api, target, request)
    form = negotiate(request.accept, several=False)
    options = write_options(request, "PatchOptions")
    old = api.get(target.kind.resource, target.namespace, target.name)
    new, warnings = patched_object(api, target, old, request, options)
    try:
        new = _placed(target, new)
        check_name(target, new)
        check_version(target.kind.resource, new, old)
        check_escalation(api, user_of(request), target.kind.resource, new)
    except APIError as error:
        return refusal(error, warnings)
    new = without_repeats(new, warnings, AFTER)
    return _replace(api, target, new, old, form, options, warnings)


def _replace(
    api: APIServer,
    target: Target,
    new: Object,
    old: Object,
    form: Form,
    options: WriteOptions,
    warnings: list[str],
) -> Response:
    try:
        changed = api.replace(
            from_version(target.kind, new),
            old,
            target.subresource,
            dry_run=options.dry_run,
            warnings=warnings,
            manager=Manager(options.manager, target.api_version),
        )
    except APIError as error:
        return refusal(error, warnings)
    response = written(show_object(api, target, form, changed), form)
    response.warnings = warnings
    return response
