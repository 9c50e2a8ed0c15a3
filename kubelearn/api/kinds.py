"""The kind table: every kind that this API server knows, and the CustomResourceDefinitions.

Source: the served resources of kube-apiserver 1.36 (`kubectl api-resources`). A new built-in kind
is one row. Custom kinds are added to the table of one cluster when their CRD is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kubelearn.api.errors import APIError, NotFound
from kubelearn.api.objects import Object


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its names, its scope and what it can do."""

    group: str
    version: str
    kind: str
    plural: str
    short: tuple[str, ...] = ()
    namespaced: bool = True
    status: bool = True
    """Whether there is a `/status` subresource, so that spec and status are written apart."""
    generation: bool = False
    """Whether `metadata.generation` counts the changes of the spec."""
    categories: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    """Other served versions, newest first."""
    singular: str = ""
    custom: bool = False
    scale: tuple[str, ...] = ()
    """Where a custom kind has its replicas: paths of spec, status and selector ("" = nowhere)."""

    @property
    def resource(self) -> str:
        """The GroupResource: "pods", "deployments.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """The `apiVersion` of stored objects: "v1", "apps/v1"."""
        return self.version_of(self.version)

    def version_of(self, version: str) -> str:
        """The `apiVersion` text of one of the served versions."""
        return f"{self.group}/{version}" if self.group else version

    @property
    def names(self) -> tuple[str, ...]:
        """All names that kubectl accepts for it, in lower case."""
        single = self.singular or self.kind.lower()
        return (self.plural, single, self.resource, *self.short)


ALL = ("all",)
EXTENSIONS = ("api-extensions",)

KINDS: tuple[Kind, ...] = (
    Kind("", "v1", "Binding", "bindings", status=False),
    Kind("", "v1", "ConfigMap", "configmaps", ("cm",), status=False),
    Kind("", "v1", "Endpoints", "endpoints", ("ep",), status=False, singular="endpoints"),
    Kind("", "v1", "Event", "events", ("ev",), status=False),
    Kind("", "v1", "LimitRange", "limitranges", ("limits",), status=False),
    Kind("", "v1", "Namespace", "namespaces", ("ns",), namespaced=False),
    Kind("", "v1", "Node", "nodes", ("no",), namespaced=False),
    Kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", ("pvc",)),
    Kind("", "v1", "PersistentVolume", "persistentvolumes", ("pv",), namespaced=False),
    Kind("", "v1", "Pod", "pods", ("po",), generation=True, categories=ALL),
    Kind("", "v1", "PodTemplate", "podtemplates", status=False, generation=True),
    Kind(
        "",
        "v1",
        "ReplicationController",
        "replicationcontrollers",
        ("rc",),
        generation=True,
        categories=ALL,
    ),
    Kind("", "v1", "ResourceQuota", "resourcequotas", ("quota",)),
    Kind("", "v1", "Secret", "secrets", status=False),
    Kind("", "v1", "ServiceAccount", "serviceaccounts", ("sa",), status=False),
    Kind("", "v1", "Service", "services", ("svc",), categories=ALL),
    Kind(
        "admissionregistration.k8s.io",
        "v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
        namespaced=False,
        status=False,
        generation=True,
        categories=EXTENSIONS,
    ),
    Kind(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
        namespaced=False,
        status=False,
        generation=True,
        categories=EXTENSIONS,
    ),
    Kind(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        ("crd", "crds"),
        namespaced=False,
        generation=True,
        categories=EXTENSIONS,
    ),
    Kind(
        "apiregistration.k8s.io",
        "v1",
        "APIService",
        "apiservices",
        namespaced=False,
        categories=EXTENSIONS,
    ),
    Kind("apps", "v1", "ControllerRevision", "controllerrevisions", status=False),
    Kind("apps", "v1", "DaemonSet", "daemonsets", ("ds",), generation=True, categories=ALL),
    Kind("apps", "v1", "Deployment", "deployments", ("deploy",), generation=True, categories=ALL),
    Kind("apps", "v1", "ReplicaSet", "replicasets", ("rs",), generation=True, categories=ALL),
    Kind("apps", "v1", "StatefulSet", "statefulsets", ("sts",), generation=True, categories=ALL),
    Kind(
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        ("hpa",),
        categories=ALL,
        versions=("v1",),
    ),
    Kind("batch", "v1", "CronJob", "cronjobs", ("cj",), generation=True, categories=ALL),
    Kind("batch", "v1", "Job", "jobs", generation=True, categories=ALL),
    Kind(
        "certificates.k8s.io",
        "v1",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        ("csr",),
        namespaced=False,
    ),
    Kind("coordination.k8s.io", "v1", "Lease", "leases", status=False),
    Kind(
        "discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", status=False, generation=True
    ),
    Kind("events.k8s.io", "v1", "Event", "events", ("ev",), status=False),
    Kind(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "FlowSchema",
        "flowschemas",
        namespaced=False,
        generation=True,
    ),
    Kind(
        "flowcontrol.apiserver.k8s.io",
        "v1",
        "PriorityLevelConfiguration",
        "prioritylevelconfigurations",
        namespaced=False,
        generation=True,
    ),
    Kind(
        "networking.k8s.io",
        "v1",
        "IngressClass",
        "ingressclasses",
        namespaced=False,
        status=False,
        generation=True,
    ),
    Kind("networking.k8s.io", "v1", "Ingress", "ingresses", ("ing",), generation=True),
    Kind(
        "networking.k8s.io",
        "v1",
        "NetworkPolicy",
        "networkpolicies",
        ("netpol",),
        status=False,
        generation=True,
    ),
    Kind("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", namespaced=False, status=False),
    Kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", ("pdb",), generation=True),
    Kind(
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRoleBinding",
        "clusterrolebindings",
        namespaced=False,
        status=False,
    ),
    Kind(
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRole",
        "clusterroles",
        namespaced=False,
        status=False,
    ),
    Kind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", status=False),
    Kind("rbac.authorization.k8s.io", "v1", "Role", "roles", status=False),
    Kind(
        "scheduling.k8s.io",
        "v1",
        "PriorityClass",
        "priorityclasses",
        ("pc",),
        namespaced=False,
        status=False,
        generation=True,
    ),
    Kind("storage.k8s.io", "v1", "CSIDriver", "csidrivers", namespaced=False, status=False),
    Kind("storage.k8s.io", "v1", "CSINode", "csinodes", namespaced=False, status=False),
    Kind("storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities", status=False),
    Kind(
        "storage.k8s.io",
        "v1",
        "StorageClass",
        "storageclasses",
        ("sc",),
        namespaced=False,
        status=False,
    ),
    Kind("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", namespaced=False),
    Kind(
        "storage.k8s.io",
        "v1",
        "VolumeAttributesClass",
        "volumeattributesclasses",
        ("vac",),
        namespaced=False,
        status=False,
    ),
)


class KindTable:
    """The kinds of one cluster: the built-in ones and those of its CustomResourceDefinitions."""

    def __init__(self, kinds: tuple[Kind, ...] = KINDS) -> None:
        self._by_resource = {kind.resource: kind for kind in kinds}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_resource.values())

    def __contains__(self, resource: object) -> bool:
        return resource in self._by_resource

    def fork(self) -> KindTable:
        """A copy that can get other custom kinds."""
        twin = KindTable(())
        twin._by_resource = self._by_resource.copy()
        return twin

    def resource(self, resource: str) -> Kind:
        """The kind of a GroupResource such as "deployments.apps"; NotFound when there is none."""
        found = self._by_resource.get(resource)
        if found is None:
            raise NotFound("the server could not find the requested resource", details={})
        return found

    def of(self, obj: Object) -> Kind:
        """The kind of an object by its `apiVersion` and `kind`."""
        found = self.by_type(obj.get("apiVersion", ""), obj.get("kind", ""))
        if found is None:
            raise NoKindMatch(obj.get("apiVersion", ""), obj.get("kind", ""))
        return found

    def by_type(self, api_version: str, name: str) -> Kind | None:
        """The kind with this `apiVersion` and `kind`, or None."""
        group, _, version = api_version.rpartition("/")
        for kind in self._by_resource.values():
            if kind.kind == name and kind.group == group:
                return kind if version in (kind.version, *kind.versions) else None
        return None

    def named(self, name: str) -> Kind:
        """The kind that kubectl means by a name: "po", "deploy", "Service", "deployments.apps".

        Raises NoResourceType with kubectl's sentence; names of several groups go to the first row.
        """
        low = name.lower()
        for kind in self._by_resource.values():
            if low in kind.names or low == f"{kind.kind.lower()}.{kind.group}":
                return kind
        raise NoResourceType(f'the server doesn\'t have a resource type "{name}"', details={})

    def add(self, definition: Object) -> None:
        """Serve the kind of a CustomResourceDefinition."""
        kind = custom_kind(definition)
        self._by_resource[kind.resource] = kind

    def remove(self, resource: str) -> None:
        """Serve a custom kind no longer."""
        self._by_resource.pop(resource, None)


class NoResourceType(NotFound):
    """The cluster knows no kind of this name; kubectl says so before it asks anything."""


class NoKindMatch(APIError):
    """The cluster knows no such kind; kubectl says so before it asks anything."""

    code = 404
    reason = "NotFound"

    def __init__(self, api_version: str, kind: str) -> None:
        super().__init__(
            f'no matches for kind "{kind}" in version "{api_version}"\n'
            "ensure CRDs are installed first"
        )


def custom_kind(definition: Object) -> Kind:
    """The row of the kind that a CustomResourceDefinition defines."""
    spec = definition["spec"]
    names = spec["names"]
    served = [version for version in spec["versions"] if version.get("served")]
    storage = next(version for version in spec["versions"] if version.get("storage"))
    return Kind(
        group=spec["group"],
        version=storage["name"],
        kind=names["kind"],
        plural=names["plural"],
        short=tuple(names.get("shortNames") or ()),
        namespaced=spec["scope"] == "Namespaced",
        status="status" in (storage.get("subresources") or {}),
        generation=True,
        categories=tuple(names.get("categories") or ()),
        versions=tuple(v["name"] for v in served if v is not storage),
        singular=names.get("singular", ""),
        custom=True,
        scale=_scale_paths((storage.get("subresources") or {}).get("scale")),
    )


def _scale_paths(scale: Object | None) -> tuple[str, ...]:
    if scale is None:
        return ()
    names = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
    return tuple(scale.get(name, "") for name in names)
