"""Objects that can be taken to another cluster: what a person wrote, without what was added.

Source: the fields that the API server and the controllers set, Kubernetes 1.36: apimachinery
`pkg/apis/meta/v1/types.go` (ObjectMeta), `pkg/registry/core/service/storage`,
`pkg/controller/volume/persistentvolume`, `pkg/apis/batch/validation`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.apply import LAST_APPLIED
from kubelearn.api.objects import Object

OWN_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
)
"""Metadata that only the cluster sets."""
NOTES = (
    LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "pv.kubernetes.io/provisioned-by",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
)
"""Annotations that controllers and tools write."""
FINALIZERS = (
    "kubernetes.io/pv-protection",
    "kubernetes.io/pvc-protection",
    "external-provisioner.volume.kubernetes.io/finalizer",
    "service.kubernetes.io/load-balancer-cleanup",
    "foregroundDeletion",
    "orphan",
)
JOB_LABELS = (
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
)
ADDED_TOLERATIONS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
INJECTED_VOLUME = "kube-api-access-"
SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")
MADE_KINDS = (
    "controllerrevisions.apps",
    "csidrivers.storage.k8s.io",
    "csinodes.storage.k8s.io",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "events",
    "events.events.k8s.io",
    "ipaddresses.networking.k8s.io",
    "leases.coordination.k8s.io",
    "nodes",
    "podtemplates",
    "servicecidrs.networking.k8s.io",
    "volumeattachments.storage.k8s.io",
)
"""Resources that a cluster makes for itself."""
MADE_OBJECTS = (
    ("serviceaccounts", "default"),
    ("configmaps", "kube-root-ca.crt"),
    ("configmaps", "istio-ca-root-cert"),
    ("services", "kubernetes"),
)
"""Objects that a cluster makes in a namespace of people."""
BOOTSTRAP = "kubernetes.io/bootstrapping"


def made_by(resource: str, obj: Object) -> str:
    """Who has made an object, if not a person; "" for what a person wrote."""
    metadata = obj["metadata"]
    namespace, name = metadata.get("namespace", ""), metadata["name"]
    owner = next((o for o in metadata.get("ownerReferences") or () if o.get("controller")), None)
    if owner is not None:
        return f"{owner['kind']} {owner['name']}"
    system = namespace in SYSTEM_NAMESPACES or (resource, name) in MADE_OBJECTS
    if resource in MADE_KINDS or system:
        return "the cluster itself"
    if resource == "namespaces" and name in (*SYSTEM_NAMESPACES, "default"):
        return "the cluster itself"
    labels = metadata.get("labels") or {}
    if BOOTSTRAP in labels or name.startswith(("system:", "system-")):
        return "the cluster itself"
    if obj.get("type") == "kubernetes.io/service-account-token":
        return "the cluster itself"
    return ""


def portable(resource: str, obj: Object) -> Object:
    """The object as a manifest that another cluster takes."""
    metadata = {name: v for name, v in obj["metadata"].items() if name not in OWN_METADATA}
    _without(metadata, "annotations", NOTES)
    _keep_finalizers(metadata)
    kept = {name: v for name, v in obj.items() if name not in ("status", "metadata")}
    made: Object = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata}
    made |= kept
    change = SPECS.get(resource)
    if change is not None and "spec" in made:
        made["spec"] = change(made["spec"])
    _without(metadata, "labels", LABELS.get(resource, ()))
    return made


def _without(holder: Object, field: str, names: tuple[str, ...]) -> None:
    """Take names out of a map of a copy; the map goes when nothing is left."""
    left = {name: v for name, v in (holder.get(field) or {}).items() if name not in names}
    holder.pop(field, None)
    if left:
        holder[field] = left


def _keep_finalizers(metadata: Object) -> None:
    left = [one for one in metadata.pop("finalizers", None) or () if one not in FINALIZERS]
    if left:
        metadata["finalizers"] = left


def _service(spec: Object) -> Object:
    """Addresses and ports are another cluster's to choose; a headless Service stays one."""
    headless = spec.get("clusterIP") == "None"
    chosen = ("clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies", "ipFamilyPolicy")
    left = {name: v for name, v in spec.items() if name not in chosen}
    if headless:
        left["clusterIP"] = "None"
    return left


def _pod(spec: Object) -> Object:
    left = {name: v for name, v in spec.items() if name not in ("nodeName", "priority")}
    left = {name: v for name, v in left.items() if name != "preemptionPolicy"}
    _filter(left, "volumes", lambda one: not one["name"].startswith(INJECTED_VOLUME))
    _filter(left, "tolerations", lambda one: one.get("key") not in ADDED_TOLERATIONS)
    for group in ("initContainers", "containers"):
        if left.get(group):
            left[group] = [_container(one) for one in left[group]]
    return left


def _container(container: Object) -> Object:
    left = dict(container)
    _filter(left, "volumeMounts", lambda one: not one["name"].startswith(INJECTED_VOLUME))
    return left


def _filter(holder: Object, field: str, keep: Callable[[Any], bool]) -> None:
    """Keep some items of a list of a copy; the list goes when nothing is left."""
    left = [one for one in holder.pop(field, None) or () if keep(one)]
    if left:
        holder[field] = left


def _claim(spec: Object) -> Object:
    return {name: v for name, v in spec.items() if name != "volumeName"}


def _volume(spec: Object) -> Object:
    """A volume stays its claim's, whatever UID that has in another cluster."""
    claim = spec.get("claimRef")
    if not claim:
        return spec
    named = ("apiVersion", "kind", "namespace", "name")
    return {**spec, "claimRef": {name: claim[name] for name in named if name in claim}}


def _job(spec: Object) -> Object:
    if spec.get("manualSelector"):
        return spec
    left = {name: v for name, v in spec.items() if name != "selector"}
    template = {**left["template"], "metadata": dict(left["template"].get("metadata") or {})}
    _without(template["metadata"], "labels", JOB_LABELS)
    return {**left, "template": template}


SPECS: dict[str, Callable[[Object], Object]] = {
    "services": _service,
    "pods": _pod,
    "persistentvolumeclaims": _claim,
    "persistentvolumes": _volume,
    "jobs.batch": _job,
}
"""Resource → its spec without what a cluster chose."""
LABELS = {
    "jobs.batch": JOB_LABELS,
    "pods": ("topology.kubernetes.io/region", "topology.kubernetes.io/zone"),
}
"""Resource → labels that the cluster writes."""
FIRST = (
    "namespaces",
    "customresourcedefinitions.apiextensions.k8s.io",
    "priorityclasses.scheduling.k8s.io",
    "storageclasses.storage.k8s.io",
    "ingressclasses.networking.k8s.io",
    "clusterroles.rbac.authorization.k8s.io",
    "clusterrolebindings.rbac.authorization.k8s.io",
    "serviceaccounts",
    "resourcequotas",
    "limitranges",
    "configmaps",
    "secrets",
    "persistentvolumes",
    "persistentvolumeclaims",
    "services",
)
"""What others need, in the order in which it is made; everything else comes behind."""


def rank(resource: str) -> int:
    """The place of a resource in the order of making."""
    return FIRST.index(resource) if resource in FIRST else len(FIRST)
