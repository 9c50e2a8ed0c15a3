"""Which updates are refused before anybody looks at the object itself.

Source: apiserver `pkg/registry/rest/update.go`, `pkg/registry/generic/registry/store.go` (Update),
and the `AllowUnconditionalUpdate` and `AllowCreateOnUpdate` of the strategies, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.errors import APIError, Conflict, Invalid
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.validation.field import invalid

NEED_VERSION: Final = frozenset(
    (
        "apiservices.apiregistration.k8s.io",
        "csidrivers.storage.k8s.io",
        "csinodes.storage.k8s.io",
        "csistoragecapacities.storage.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "leases.coordination.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "poddisruptionbudgets.policy",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "runtimeclasses.node.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "volumeattachments.storage.k8s.io",
    )
)
"""Resources whose PUT must name the version that it replaces; custom resources too."""

CREATED_BY_PUT: Final = frozenset(
    (
        "clusterrolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "endpoints",
        "events",
        "events.events.k8s.io",
        "leases.coordination.k8s.io",
        "limitranges",
        "rolebindings.rbac.authorization.k8s.io",
        "roles.rbac.authorization.k8s.io",
        "services",
    )
)
"""Resources that a PUT creates when they are not there."""


def check_version(resource: str, new: Object, old: Object) -> None:
    """Conflict when the object names a version that is not the stored one.

    Nothing, "" and "0" name no version.
    """
    version = new["metadata"].get("resourceVersion")
    if version in (None, "", "0") or version == old["metadata"]["resourceVersion"]:
        return
    if not str(version).isdigit():
        raise APIError(f'strconv.ParseUint: parsing "{version}": invalid syntax')
    raise Conflict.modified(resource, old["metadata"]["name"])


def require_version(resource: str, new: Object, *, custom: bool) -> None:
    """Invalid for a PUT without a version of a kind that wants one."""
    if resource not in NEED_VERSION and not custom:
        return
    if new["metadata"].get("resourceVersion") in (None, "", "0"):
        error = invalid("metadata.resourceVersion", 0, "must be specified for an update")
        plural, _, group = resource.partition(".")
        raise Invalid.of(plural, group, new["metadata"]["name"], [error])


def check_identity(resource: str, new: Object, old: Object) -> None:
    """Conflict when an object that is put in the place of another names its own UID."""
    uid, found = new["metadata"].get("uid"), old["metadata"]["uid"]
    if not uid or uid == found:
        return
    metadata = old["metadata"]
    place = "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    detail = (
        f"StorageError: invalid object, Code: 4, Key: /registry/{_folder(resource)}/{place}, "
        f"ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, "
        f"UID in object meta: {found}"
    )
    raise Conflict.of(resource, metadata["name"], detail)


FOLDERS: Final = {
    "services": "services/specs",
    "endpoints": "services/endpoints",
    "nodes": "minions",
    "replicationcontrollers": "controllers",
    "ingresses.networking.k8s.io": "ingress",
}
"""Where etcd keeps resources that have had other names."""
WITH_GROUP: Final = ("apiextensions.k8s.io", "apiregistration.k8s.io")


def _folder(resource: str) -> str:
    plural, _, group = resource.partition(".")
    if group in WITH_GROUP:
        return f"{group}/{plural}"
    return FOLDERS.get(resource, plural)


def check_preconditions(kind: Kind, old: Object, uid: str | None, version: str | None) -> None:
    """Conflict when the stored object is not the one that a DELETE means."""
    metadata = old["metadata"]
    detail = ""
    if uid and uid != metadata["uid"]:
        detail = (
            f"the UID in the precondition ({uid}) does not match the UID in record "
            f"({metadata['uid']}). The object might have been deleted and then recreated"
        )
    elif version and version != metadata["resourceVersion"]:
        detail = (
            f"the ResourceVersion in the precondition ({version}) does not match the "
            f"ResourceVersion in record ({metadata['resourceVersion']}). The object might have "
            "been modified"
        )
    if detail:
        qualified = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
        raise Conflict.of(qualified, metadata["name"], detail)
