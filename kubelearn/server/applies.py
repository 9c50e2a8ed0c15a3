"""PATCH with `application/apply-patch+yaml`: server-side apply.

Source: apiserver `pkg/endpoints/handlers/patch.go` (applyPatcher), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.api.decoding.report import kind_of
from kubelearn.api.errors import APIError, BadRequest, Conflict, NotFound
from kubelearn.api.managed_fields import Manager
from kubelearn.api.objects import Object
from kubelearn.api.rbac.escalation import check_escalation
from kubelearn.api.server import APIServer
from kubelearn.api.server_side_apply.applying import Applier, apply_to, kind_text
from kubelearn.api.times import timestamp
from kubelearn.api.update_rules import check_identity, check_version
from kubelearn.api.yaml_text import YAMLError, first_document
from kubelearn.server.authorization import user_of
from kubelearn.server.failures import refusal
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import negotiate
from kubelearn.server.options import WriteOptions, write_options
from kubelearn.server.presentation import show_object, written
from kubelearn.server.routes import Target

BAD_YAML: Final = "error decoding YAML: "
REPEATS: Final = "error converting YAML to JSON: yaml: unmarshal errors:"
UNSTRUCTURED: Final = "map[string]interface {}"


def apply_object(api: APIServer, target: Target, request: Request) -> Response:
    """Apply an object: 201 when it was created, else 200."""
    form = negotiate(request.accept, several=False)
    options = write_options(request, "PatchOptions")
    applied, repeats = read_applied(request.body)
    _check_kind(target, applied)
    live = api.find(target.kind.resource, target.namespace, target.name)
    if live is None and target.subresource:
        raise NotFound.of(target.kind.resource, target.name)
    manager = Manager(options.manager, target.api_version)
    applier = Applier(manager, request.query.get("force") == "true", target.subresource)
    custom = api.schema_of(target.kind, target.version)
    now = timestamp(api.clock.now)
    new = apply_to(target.kind, live, applied, applier, now, custom)
    warnings = _repeated(repeats, options.field_validation)
    try:
        _check_place(target, applied, live)
        new = _placed(target, new)
        check_escalation(api, user_of(request), target.kind.resource, new)
        stored = _stored(api, target, new, live, options, warnings)
    except APIError as error:
        return refusal(error, warnings)
    response = written(show_object(api, target, form, stored), form)
    response.code, response.warnings = (201 if live is None else 200), warnings
    return response


def _stored(
    api: APIServer,
    target: Target,
    new: Object,
    live: Object | None,
    options: WriteOptions,
    warnings: list[str],
) -> Object:
    resource = target.kind.resource
    if live is None:
        uid = new["metadata"].get("uid")
        if uid:
            text = f"uid mismatch: the provided object specified uid {uid}, and no existing object"
            raise Conflict.of(resource, target.name, f"{text} was found")
        return api.create(new, dry_run=options.dry_run, warnings=warnings)
    check_version(resource, new, live)
    check_identity(resource, new, live)
    return api.replace(new, live, target.subresource, dry_run=options.dry_run, warnings=warnings)


def _repeated(repeats: list[str], field_validation: str) -> list[str]:
    """The keys that are twice in a mapping, as warnings; BadRequest if they are not allowed."""
    if repeats and field_validation == "Strict":
        raise BadRequest(f"error strict decoding YAML: {REPEATS}{''.join(map(_line, repeats))}")
    return [] if field_validation == "Ignore" else repeats


def _line(text: str) -> str:
    return f"\n  {text}"


def read_applied(body: Any) -> tuple[Object, list[str]]:
    """(applied object, its repeated keys): the body is YAML, or JSON, which is YAML too."""
    repeats: list[str] = []
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str):
        try:
            document = first_document(body)
            body, repeats = document.value, [each.upstream for each in document.repeats]
        except YAMLError as error:
            raise BadRequest(f"{BAD_YAML}error converting YAML to JSON: {error.upstream}") from None
    if body is None:
        return {}, []
    if not isinstance(body, dict):
        text = f"json: cannot unmarshal {kind_of(body)} into Go value of type {UNSTRUCTURED}"
        raise BadRequest(f"{BAD_YAML}error unmarshaling JSON: while decoding JSON: {text}")
    return body, repeats


def _check_place(target: Target, applied: Object, live: Object | None) -> None:
    metadata = applied.get("metadata") or {}
    namespace, name = metadata.get("namespace"), metadata.get("name")
    if namespace and target.namespace and namespace != target.namespace:
        raise BadRequest(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if name and name != target.name:
        raise BadRequest(
            f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        )
    if not name and live is None:
        raise BadRequest(
            f"the name of the object ({target.name} based on URL) was undeterminable: "
            "name must be provided"
        )


def _placed(target: Target, obj: Object) -> Object:
    """The object with the name and namespace of the path."""
    metadata = {**obj["metadata"], "name": target.name}
    metadata.pop("namespace", None)
    if target.namespace:
        metadata["namespace"] = target.namespace
    return {**obj, "metadata": metadata}


def _check_kind(target: Target, applied: Object) -> None:
    """The kind is that of the path; then, who owns what is not for the applier to say."""
    version, kind = applied.get("apiVersion", ""), applied.get("kind", "")
    if version != target.api_version or kind != target.kind.kind:
        raise BadRequest(f"invalid object type: {kind_text(version, kind)}")
    metadata = applied.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("managedFields"), list):
        raise BadRequest("metadata.managedFields must be nil")
