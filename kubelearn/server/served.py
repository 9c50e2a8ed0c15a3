"""What a real API server serves: groups in their order, resources, subresources and verbs.

The kinds of this model come from the cluster's own table of kinds; `ABSENT` has the resources that
a real server lists and this one does not model: they are listed too, and answer 501.
Source: `pkg/controlplane/instance.go`, kube-aggregator `pkg/apiserver/apiservice.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kubelearn.api.kinds import EXTENSIONS, Kind
from kubelearn.api.server import APIServer
from kubelearn.api.strategy import CRDS

GROUPS: Final = (
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "resource.k8s.io",
    "flowcontrol.apiserver.k8s.io",
)
"""The groups by priority; those of custom kinds come after them by name."""

EVERY: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
CUSTOM: Final = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
READ: Final = ("get", "list")
API_SERVICES: Final = "apiservices.apiregistration.k8s.io"
CREATE: Final = ("create",)
CONNECT: Final = ("create", "get")
CHANGE: Final = ("get", "patch", "update")
PROXY: Final = ("create", "delete", "get", "patch", "update")

OWN_VERBS: Final = {
    "bindings": CREATE,
    "namespaces": tuple(verb for verb in EVERY if verb != "deletecollection"),
}
"""Resources that do not have every verb."""


@dataclass(frozen=True, slots=True)
class Subresource:
    """A subresource: its name, the kind that its requests and answers have, and its verbs."""

    name: str
    kind: str = ""
    """Empty: the kind of the resource itself."""
    verbs: tuple[str, ...] = CHANGE
    group: str = ""
    version: str = ""
    """Group and version of the kind when they are not those of the resource."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource in one version."""

    kind: Kind
    verbs: tuple[str, ...] = EVERY
    subresources: tuple[Subresource, ...] = ()


STATUS: Final = Subresource("status")
SCALE: Final = Subresource("scale", "Scale", group="autoscaling", version="v1")
SUBRESOURCES: Final[dict[str, tuple[Subresource, ...]]] = {
    "certificatesigningrequests.certificates.k8s.io": (Subresource("approval"),),
    "deployments.apps": (SCALE,),
    "namespaces": (Subresource("finalize", verbs=("update",)),),
    "nodes": (Subresource("proxy", "NodeProxyOptions", PROXY),),
    "pods": (
        Subresource("attach", "PodAttachOptions", CONNECT),
        Subresource("binding", "Binding", CREATE),
        Subresource("ephemeralcontainers"),
        Subresource("eviction", "Eviction", CREATE, "policy", "v1"),
        Subresource("exec", "PodExecOptions", CONNECT),
        Subresource("log", verbs=("get",)),
        Subresource("portforward", "PodPortForwardOptions", CONNECT),
        Subresource("proxy", "PodProxyOptions", PROXY),
        Subresource("resize"),
    ),
    "replicasets.apps": (SCALE,),
    "replicationcontrollers": (SCALE,),
    "serviceaccounts": (
        Subresource("token", "TokenRequest", CREATE, "authentication.k8s.io", "v1"),
    ),
    "services": (Subresource("proxy", "ServiceProxyOptions", PROXY),),
    "statefulsets.apps": (SCALE,),
}
"""Subresources beside `status`, which a kind itself tells of, in the order of their names."""


def _absent(
    group: str,
    kind: str,
    plural: str,
    short: tuple[str, ...] = (),
    verbs: tuple[str, ...] = EVERY,
    *,
    namespaced: bool = False,
    status: bool = False,
    categories: tuple[str, ...] = (),
) -> Resource:
    row = Kind(group, "v1", kind, plural, short, namespaced, status, categories=categories)
    return Resource(row, verbs, (STATUS,) if status else ())


ABSENT: Final = (
    _absent("", "ComponentStatus", "componentstatuses", ("cs",), READ),
    _absent("admissionregistration.k8s.io", "MutatingAdmissionPolicy", "mutatingadmissionpolicies",
            categories=EXTENSIONS),
    _absent("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding",
            "mutatingadmissionpolicybindings", categories=EXTENSIONS),
    _absent("admissionregistration.k8s.io", "ValidatingAdmissionPolicy",
            "validatingadmissionpolicies", status=True, categories=EXTENSIONS),
    _absent("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding",
            "validatingadmissionpolicybindings", categories=EXTENSIONS),
    _absent("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews", verbs=CREATE),
    _absent("authentication.k8s.io", "TokenReview", "tokenreviews", verbs=CREATE),
    _absent("authorization.k8s.io", "LocalSubjectAccessReview", "localsubjectaccessreviews",
            verbs=CREATE, namespaced=True),
    _absent("authorization.k8s.io", "SelfSubjectAccessReview", "selfsubjectaccessreviews",
            verbs=CREATE),
    _absent("authorization.k8s.io", "SelfSubjectRulesReview", "selfsubjectrulesreviews",
            verbs=CREATE),
    _absent("authorization.k8s.io", "SubjectAccessReview", "subjectaccessreviews", verbs=CREATE),
    _absent("networking.k8s.io", "IPAddress", "ipaddresses", ("ip",)),
    _absent("networking.k8s.io", "ServiceCIDR", "servicecidrs", status=True),
    _absent("resource.k8s.io", "DeviceClass", "deviceclasses"),
    _absent("resource.k8s.io", "ResourceClaim", "resourceclaims", namespaced=True, status=True),
    _absent("resource.k8s.io", "ResourceClaimTemplate", "resourceclaimtemplates", namespaced=True),
    _absent("resource.k8s.io", "ResourceSlice", "resourceslices"),
)  # fmt: skip
"""Resources of a real server that are no stored kinds here."""


AGGREGATED: Final = (
    Resource(Kind("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", namespaced=False), READ),
    Resource(Kind("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", namespaced=True), READ),
)
"""What add-ons serve behind an APIService."""


def _aggregated(api: APIServer) -> list[Resource]:
    """The resources whose APIService is there."""
    return [
        row
        for row in AGGREGATED
        if api.find(API_SERVICES, None, f"{row.kind.version}.{row.kind.group}") is not None
    ]


def groups(api: APIServer) -> list[str]:
    """The named groups in the order in which they are listed."""
    custom = {kind.group for kind in api.kinds if kind.group} - set(GROUPS)
    custom |= {row.kind.group for row in _aggregated(api)}
    return [*GROUPS, *sorted(custom)]


def versions(api: APIServer, group: str) -> list[str]:
    """The versions of a group, the preferred one first; none for an unknown group."""
    found = [kind for kind in api.kinds if kind.group == group]
    names = [version for kind in found for version in (kind.version, *kind.versions)]
    others = [*ABSENT, *_aggregated(api)]
    names += [row.kind.version for row in others if row.kind.group == group]
    return list(dict.fromkeys(names))


def resources(api: APIServer, group: str, version: str) -> list[Resource]:
    """The resources of a group in one version, by name."""
    found = list(_present(api, group, version))
    known = {resource.kind.plural for resource in found}
    place = (group, version)
    others = [*ABSENT, *_aggregated(api)]
    absent = [row for row in others if (row.kind.group, row.kind.version) == place]
    found += [row for row in absent if row.kind.plural not in known]
    return sorted(found, key=lambda resource: resource.kind.plural)


def is_absent(group: str, version: str, plural: str) -> bool:
    """Whether a real server has this resource and this model does not."""
    rows = ((row.kind.group, row.kind.version, row.kind.plural) for row in ABSENT)
    return (group, version, plural) in rows


def _present(api: APIServer, group: str, version: str) -> Iterator[Resource]:
    for kind in api.kinds:
        if kind.group != group or version not in (kind.version, *kind.versions):
            continue
        if kind.custom:
            yield Resource(kind, CUSTOM, _of_custom(api, kind, version))
        else:
            own = SUBRESOURCES.get(kind.resource, ())
            own = (*own, STATUS) if kind.status else own
            verbs = OWN_VERBS.get(kind.resource, EVERY)
            yield Resource(kind, verbs, tuple(sorted(own, key=lambda each: each.name)))


def _of_custom(api: APIServer, kind: Kind, version: str) -> tuple[Subresource, ...]:
    """What the CustomResourceDefinition asks for, in the order of the real handler."""
    definition = api.get(CRDS, None, kind.resource)
    served = definition["spec"]["versions"]
    asked = next((one.get("subresources") for one in served if one["name"] == version), None) or {}
    return tuple(each for each in (STATUS, SCALE) if each.name in asked)
