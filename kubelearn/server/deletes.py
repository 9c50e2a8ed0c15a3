"""DELETE of one object and of a collection.

Source: apiserver `pkg/endpoints/handlers/delete.go`, apimachinery
`pkg/apis/meta/v1/validation/validation.go` (ValidateDeleteOptions), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.validation.field import FieldError, invalid, not_supported
from kubelearn.server.body import read_options
from kubelearn.server.failures import invalid_options, no_such_method, success
from kubelearn.server.message import Request, Response
from kubelearn.server.negotiation import negotiate
from kubelearn.server.parameters import flag, whole
from kubelearn.server.presentation import show_list, show_object, written
from kubelearn.server.routes import Target
from kubelearn.server.selection import check_list_options, matcher

POLICIES: Final = ("Foreground", "Background", "Orphan")
RETURNED: Final = (
    "pods",
    "services",
    "persistentvolumeclaims",
    "persistentvolumes",
    "serviceaccounts",
    "resourcequotas",
    "podtemplates",
)
"""Resources whose DELETE gives back the object even when it is gone."""
JOB_WARNING: Final = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background "
    "to remove them or set propagationPolicy=Orphan to suppress this warning"
)


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete."""

    grace: int | None = None
    propagation: str | None = None
    uid: str | None = None
    version: str | None = None
    dry_run: bool = False


def delete_options(request: Request) -> DeleteOptions:
    """The options from the body, or else from the query."""
    body = read_options(request)
    given = _from_query(request.query) if body is None else body
    orphan, policy = given.get("orphanDependents"), given.get("propagationPolicy")
    errors = _errors(given, orphan, policy)
    if errors:
        raise invalid_options("DeleteOptions", errors)
    if orphan is not None:
        policy = "Orphan" if orphan else "Background"
    preconditions = given.get("preconditions") or {}
    return DeleteOptions(
        grace=given.get("gracePeriodSeconds"),
        propagation=policy,
        uid=preconditions.get("uid"),
        version=preconditions.get("resourceVersion"),
        dry_run="All" in (given.get("dryRun") or []),
    )


def _from_query(query: Mapping[str, str]) -> Object:
    given: Object = {"gracePeriodSeconds": whole(query, "gracePeriodSeconds")}
    if "orphanDependents" in query:
        given["orphanDependents"] = flag(query, "orphanDependents")
    if "propagationPolicy" in query:
        given["propagationPolicy"] = query["propagationPolicy"]
    if query.get("dryRun"):
        given["dryRun"] = [query["dryRun"]]
    return given


def _errors(given: Object, orphan: bool | None, policy: str | None) -> list[FieldError]:
    errors = []
    if policy is not None and orphan is not None:
        text = "orphanDependents and deletionPropagation cannot be both set"
        errors.append(invalid("propagationPolicy", policy, text))
    if policy is not None and policy not in (*POLICIES, ""):
        errors.append(not_supported("propagationPolicy", policy, [*POLICIES, "nil"]))
    dry_run = given.get("dryRun") or []
    if any(each != "All" for each in dry_run):
        errors.append(not_supported("dryRun", dry_run, ["All"]))
    return errors


def delete_object(api: APIServer, target: Target, request: Request) -> Response:
    """Ask an object to go; the object itself comes back while it is there."""
    form = negotiate(request.accept, several=False)
    options = delete_options(request)
    resource = target.kind.resource
    deleted = _delete(api, target, target.name, options)
    gone = api.find(resource, target.namespace, target.name) is None
    if options.dry_run:
        gone = "deletionTimestamp" not in deleted["metadata"]
    if gone and resource not in RETURNED:
        response = Response(200, _gone(target, deleted))
    else:
        response = written(show_object(api, target, form, deleted), form)
    if resource == "jobs.batch" and options.propagation is None:
        response.warnings.append(JOB_WARNING)
    return response


def _delete(api: APIServer, target: Target, name: str, options: DeleteOptions) -> Object:
    return api.delete(
        target.kind.resource,
        target.namespace,
        name,
        grace=options.grace,
        propagation=options.propagation,
        uid=options.uid,
        version=options.version,
        dry_run=options.dry_run,
    )


def _gone(target: Target, obj: Object) -> Object:
    metadata = obj["metadata"]
    details = {"name": metadata["name"], "group": target.kind.group, "kind": target.kind.plural}
    details["uid"] = metadata["uid"]
    return success(**{name: value for name, value in details.items() if value})


def delete_collection(api: APIServer, target: Target, request: Request) -> Response:
    """Delete what the selectors choose, and return the list as it was."""
    if target.kind.resource == "namespaces":
        raise no_such_method()
    check_list_options(request.query)
    form = negotiate(request.accept, several=True)
    options = delete_options(request)
    matches = matcher(target.kind, request.query)
    chosen = [o for o in api.list(target.kind.resource, target.namespace or None) if matches(o)]
    for obj in chosen:
        _delete(api, target, obj["metadata"]["name"], options)
    metadata = {"resourceVersion": str(api.store.revision)}
    return written(show_list(api, target, form, chosen, metadata), form)
