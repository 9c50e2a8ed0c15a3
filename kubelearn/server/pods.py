"""The subresources of pods that the store answers: binding, eviction; `finalize` of namespaces.

Source: `pkg/registry/core/pod/storage/{storage,eviction}.go`,
`pkg/registry/core/namespace/storage/storage.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import replace

from kubelearn.api.errors import APIError, BadRequest, Conflict
from kubelearn.api.eviction import evict
from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.server.body import BINDING, EVICTION, read_small
from kubelearn.server.failures import success
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import negotiate
from kubelearn.server.options import write_options
from kubelearn.server.presentation import show_object, written
from kubelearn.server.routes import Target


def bind_pod(api: APIServer, target: Target, request: Request) -> Response:
    """Assign the pod to the node that the Binding names: 201."""
    options = write_options(request, "CreateOptions")
    binding, warnings = read_small(request, BINDING, options.field_validation)
    metadata = binding.get("metadata") or {}
    if metadata.get("name", target.name) != target.name:
        raise BadRequest("name in URL does not match name in Binding object")
    node = get_path(binding, "target", "name")
    kind = get_path(binding, "target", "kind", default="")
    if kind not in ("", "Node"):
        raise APIError(f'target.kind: Unsupported value: "{kind}": supported values: "Node", ""')
    if not node:
        raise APIError("target.name: Required value")
    _check_identity(api.get("pods", target.namespace, target.name), metadata)
    if not options.dry_run:
        api.bind(target.namespace, target.name, node, metadata=metadata)
    return Response(201, success(), warnings=warnings)


def _check_identity(pod: Object, wanted: Object) -> None:
    """Conflict when a Binding means another pod of this name, or another state of it.

    Source: `apiserver/pkg/storage/{interfaces,errors}.go` (Preconditions), Kubernetes 1.36.
    """
    found = pod["metadata"]
    for name, word in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
        if wanted.get(name) and wanted[name] != found[name]:
            raise Conflict.of(
                "pods",
                found["name"],
                f"StorageError: invalid object, Code: 4, Key: /registry/pods/{found['namespace']}/"
                f"{found['name']}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
                f"{word} in precondition: {wanted[name]}, {word} in object meta: {found[name]}",
            )


def bind_named(api: APIServer, target: Target, request: Request) -> Response:
    """A Binding posted to its own collection: it names the pod itself.

    Source: `pkg/registry/core/pod/storage/storage.go` (LegacyBindingREST), Kubernetes 1.36.
    """
    binding, _ = read_small(request, BINDING)
    name = get_path(binding, "metadata", "name", default="")
    return bind_pod(api, replace(target, name=name, subresource="binding"), request)


def evict_pod(api: APIServer, target: Target, request: Request) -> Response:
    """Delete the pod if its disruption budget allows: 201."""
    options = write_options(request, "CreateOptions")
    eviction, warnings = read_small(request, EVICTION, options.field_validation)
    if get_path(eviction, "metadata", "name", default=target.name) != target.name:
        raise BadRequest("name in URL does not match name in Eviction object")
    wanted = eviction.get("deleteOptions") or {}
    dry_run = options.dry_run or "All" in (wanted.get("dryRun") or ())
    preconditions = wanted.get("preconditions") or {}
    evict(
        api,
        target.namespace,
        target.name,
        grace=wanted.get("gracePeriodSeconds"),
        uid=preconditions.get("uid"),
        version=preconditions.get("resourceVersion"),
        dry_run=dry_run,
    )
    return Response(201, success(), warnings=warnings)


def finalize_namespace(api: APIServer, target: Target, request: Request) -> Response:
    """Set the finalizers in the spec of a namespace; without any a terminating one is gone."""
    form = negotiate(request.accept, several=False)
    given, _ = read_small(request, target.kind)
    stored = api.finalize(target.name, get_path(given, "spec", "finalizers", default=[]) or [])
    return written(show_object(api, target, form, stored), form)
