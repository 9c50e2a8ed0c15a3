"""The subresources of pods that the store answers: binding, eviction; `finalize` of namespaces.

Source: `pkg/registry/core/pod/storage/{storage,eviction}.go`,
`pkg/registry/core/namespace/storage/storage.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.errors import APIError, BadRequest
from kubelearn.api.eviction import evict
from kubelearn.api.objects import get_path
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
    binding = read_small(request, BINDING)
    node = get_path(binding, "target", "name")
    kind = get_path(binding, "target", "kind", default="")
    if kind not in ("", "Node"):
        raise APIError(f'target.kind: Unsupported value: "{kind}": supported values: "Node", ""')
    if not node:
        raise APIError("target.name: Required value")
    metadata = binding.get("metadata") or {}
    if options.dry_run:
        api.get("pods", target.namespace, target.name)
    else:
        api.bind(target.namespace, target.name, node, metadata=metadata)
    return Response(201, success())


def evict_pod(api: APIServer, target: Target, request: Request) -> Response:
    """Delete the pod if its disruption budget allows: 201."""
    options = write_options(request, "CreateOptions")
    eviction = read_small(request, EVICTION)
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
    return Response(201, success())


def finalize_namespace(api: APIServer, target: Target, request: Request) -> Response:
    """Set the finalizers in the spec of a namespace; without any a terminating one is gone."""
    form = negotiate(request.accept, several=False)
    given = read_small(request, target.kind)
    stored = api.finalize(target.name, get_path(given, "spec", "finalizers", default=[]) or [])
    return written(show_object(api, target, form, stored), form)
