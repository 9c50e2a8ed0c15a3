"""From the path of a request to what it is about, and to the function that answers it.

`ROUTES` is the visible table: for an object, a collection or a subresource, what each method does.
Source: apiserver `pkg/endpoints/installer.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kubelearn.api.errors import NotImplementedYet
from kubelearn.api.kinds import Kind, KindTable
from kubelearn.server.failures import no_such_path
from kubelearn.server.served import is_absent

OTHER_GROUPS: Final = (
    "authentication.k8s.io",
    "authorization.k8s.io",
    "resource.k8s.io",
    "events.k8s.io",
)
"""Groups that a real server has although no kind of them is modelled here."""


class UnknownGroup(Exception):
    """Nothing is served under this path: the answer is plain text."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a path names: a collection, an object, or a subresource of an object."""

    kind: Kind
    version: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    across: bool = False
    """The collection of a namespaced kind over all namespaces."""

    @property
    def place(self) -> str:
        """One of "collection", "everywhere", "object", or the name of the subresource."""
        if self.subresource:
            return self.subresource
        if self.name:
            return "object"
        return "everywhere" if self.across else "collection"

    @property
    def api_version(self) -> str:
        """The `apiVersion` that the client talks."""
        return self.kind.version_of(self.version)


ROUTES: Final[dict[str, dict[str, str]]] = {
    "collection": {
        "GET": "list",
        "POST": "create",
        "DELETE": "deletecollection",
    },
    "everywhere": {"GET": "list"},
    "object": {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"},
    "status": {"GET": "get", "PUT": "update", "PATCH": "patch"},
    "scale": {"GET": "get-scale", "PUT": "update-scale", "PATCH": "patch-scale"},
    "binding": {"POST": "bind"},
    "eviction": {"POST": "evict"},
    "finalize": {"PUT": "finalize"},
    "ephemeralcontainers": {"GET": "get", "PUT": "update", "PATCH": "patch"},
    "resize": {"GET": "get", "PUT": "update", "PATCH": "patch"},
    "log": {"GET": "log"},
    "attach": {"GET": "attach", "POST": "attach"},
    "exec": {"GET": "exec", "POST": "exec"},
    "portforward": {"GET": "portforward", "POST": "portforward"},
    "token": {"POST": "request-token"},
    "proxy": dict.fromkeys(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), "proxy"),
}
"""What a method does at each place; `verbs.VERBS` has the functions."""

SCALABLE: Final = (
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "replicationcontrollers",
)
POD_ONLY: Final = (
    "binding",
    "eviction",
    "ephemeralcontainers",
    "resize",
    "log",
    "attach",
    "exec",
    "portforward",
)


def parse(path: str, kinds: KindTable) -> Target:
    """What a path below `/api` or `/apis` is about.

    Raises UnknownGroup, or NotFound for an unknown version, resource or subresource.
    """
    parts = [part for part in path.split("/") if part]
    group, parts = ("", parts[1:]) if parts[0] == "api" else (parts[1], parts[2:])
    if group and group not in OTHER_GROUPS and all(kind.group != group for kind in kinds):
        raise UnknownGroup
    if len(parts) < 2:
        raise no_such_path()
    version, parts = parts[0], parts[1:]
    namespace = ""
    # A namespace is itself an object, with subresources of its own.
    if parts[0] == "namespaces" and len(parts) > 2 and parts[2] not in ("status", "finalize"):
        namespace, parts = parts[1], parts[2:]
    return _target(group, version, namespace, parts, kinds)


def _target(group: str, version: str, namespace: str, parts: list[str], kinds: KindTable) -> Target:
    plural, name, subresource = (*parts, "", "")[:3]
    resource = f"{plural}.{group}" if group else plural
    if is_absent(group, version, plural):
        raise NotImplementedYet(f"kubelearn does not model {resource} yet")
    if resource not in kinds or (len(parts) > 3 and subresource != "proxy"):
        raise no_such_path()
    kind = kinds.resource(resource)
    served = version in (kind.version, *kind.versions)
    if (
        not served
        or bool(namespace) > kind.namespaced
        or (name and kind.namespaced > bool(namespace))
    ):
        raise no_such_path()
    if subresource and not _has(kind, subresource):
        raise no_such_path()
    across = kind.namespaced and not namespace
    return Target(kind, version, namespace, name, subresource, across)


def _has(kind: Kind, subresource: str) -> bool:
    if subresource == "status":
        return kind.status
    if subresource == "scale":
        return kind.resource in SCALABLE or bool(kind.scale)
    if subresource == "finalize":
        return kind.resource == "namespaces"
    if subresource == "proxy":
        return kind.resource in ("pods", "services", "nodes")
    if subresource == "token":
        return kind.resource == "serviceaccounts"
    return subresource in POD_ONLY and kind.resource == "pods"
