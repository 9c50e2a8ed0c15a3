"""What the API server itself sets when an object is created or updated, kind by kind.

Source: `pkg/registry/*/strategy.go` (PrepareForCreate, PrepareForUpdate), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from kubelearn.api.defaults.job import default_job, generate_selector
from kubelearn.api.defaults.match_label_keys import merge_match_label_keys
from kubelearn.api.defaults.persistent_volume import normalize_data_sources
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object, get_path
from kubelearn.api.qos import qos_class
from kubelearn.api.service_strategy import prepare_service_create, prepare_service_update

CRDS: Final = "customresourcedefinitions.apiextensions.k8s.io"


def _pod(obj: Object, now: str) -> Object:
    status: dict[str, Any] = {"phase": "Pending", "qosClass": qos_class(obj)}
    if obj["spec"].get("schedulingGates"):
        status["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "lastProbeTime": None,
                "lastTransitionTime": now,
                "reason": "SchedulingGated",
                "message": "Scheduling is blocked due to non-empty scheduling gates",
            }
        ]
    return merge_match_label_keys({**obj, "status": status})


def _namespace(obj: Object, _now: str) -> Object:
    spec = obj.get("spec") or {}
    finalizers = spec.get("finalizers") or []
    if "kubernetes" not in finalizers:
        spec = {**spec, "finalizers": [*finalizers, "kubernetes"]}
    return {**obj, "spec": spec, "status": {"phase": "Active"}}


def _service(obj: Object, _now: str) -> Object:
    return {**prepare_service_create(obj), "status": {"loadBalancer": {}}}


def _node(obj: Object, _now: str) -> Object:
    # A kubelet registers its node together with its status.
    return obj


def _volume(obj: Object, now: str) -> Object:
    return {**obj, "status": {"phase": "Pending", "lastPhaseTransitionTime": now}}


def _claim(obj: Object, _now: str) -> Object:
    spec = normalize_data_sources(obj["spec"])
    return {**obj, "spec": spec, "status": {"phase": "Pending"}}


def _crd(obj: Object, _now: str) -> Object:
    versions = get_path(obj, "spec", "versions", default=[]) or []
    stored = [version.get("name", "") for version in versions if version.get("storage")]
    names = {"plural": "", "kind": ""}
    status = {"conditions": None, "acceptedNames": names, "storedVersions": stored or None}
    return {**obj, "status": status}


def _daemon_set(obj: Object, _now: str) -> Object:
    annotations = {**(obj["metadata"].get("annotations") or {})}
    annotations["deprecated.daemonset.template.generation"] = "1"
    metadata = {**obj["metadata"], "annotations": annotations}
    status = {
        "currentNumberScheduled": 0,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 0,
        "numberReady": 0,
    }
    return {**obj, "metadata": metadata, "status": status}


def _job(obj: Object, _now: str) -> Object:
    # A Job without labels of its own shares those of its template, and so gets what that gets.
    template = obj["spec"].get("template", {}).get("metadata", {})
    shared = obj["metadata"].get("labels") is template.get("labels")
    made = generate_selector(obj)
    if shared:
        labels = made["spec"]["template"]["metadata"].get("labels")
        made = {**made, "metadata": {**made["metadata"], "labels": labels}}
    return {**default_job(made), "status": {}}


def _status(**status: Any) -> Callable[[Object, str], Object]:
    def prepare(obj: Object, _now: str) -> Object:
        return {**obj, "status": status}

    return prepare


_BUDGET: Final = dict.fromkeys(
    ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), 0
)

ON_CREATE: Final[dict[str, Callable[[Object, str], Object]]] = {
    "pods": _pod,
    "namespaces": _namespace,
    "services": _service,
    "nodes": _node,
    "persistentvolumes": _volume,
    "persistentvolumeclaims": _claim,
    "replicationcontrollers": _status(replicas=0),
    "replicasets.apps": _status(replicas=0),
    "statefulsets.apps": _status(replicas=0, availableReplicas=0),
    "daemonsets.apps": _daemon_set,
    "jobs.batch": _job,
    "horizontalpodautoscalers.autoscaling": _status(desiredReplicas=0, currentMetrics=None),
    "ingresses.networking.k8s.io": _status(loadBalancer={}),
    "poddisruptionbudgets.policy": _status(**_BUDGET),
    CRDS: _crd,
}
"""What each kind begins with; all others begin with an empty status."""


def prepare_for_create(kind: Kind, obj: Object, now: str) -> Object:
    """The object as it is stored first, with a status that nobody outside has set."""
    special = ON_CREATE.get(kind.resource)
    if special is not None:
        return special(obj, now)
    if kind.custom and kind.status:
        return {name: value for name, value in obj.items() if name != "status"}
    return {**obj, "status": {}} if kind.status else obj


def established(definition: Object, now: str) -> Object:
    """A CustomResourceDefinition whose names are accepted and whose kind is served."""
    conditions = [
        _condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
        _condition(
            "Established", "InitialNamesAccepted", "the initial names have been accepted", now
        ),
    ]
    status = {**definition["status"], "conditions": conditions}
    status["acceptedNames"] = definition["spec"]["names"]
    return {**definition, "status": status}


def _condition(kind: str, reason: str, message: str, now: str) -> Object:
    return {
        "type": kind,
        "status": "True",
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }


Update: TypeAlias = Callable[[Object, Object], Object]


def _template_generation(new: Object, old: Object) -> Object:
    """Keep counting the template changes of a DaemonSet, as a long deprecated field did."""
    name = "deprecated.daemonset.template.generation"
    count = int(get_path(old, "metadata", "annotations", name, default="0") or 0)
    changed = new["spec"].get("template") != old["spec"].get("template")
    annotations = {**(new["metadata"].get("annotations") or {}), name: str(count + changed)}
    return {**new, "metadata": {**new["metadata"], "annotations": annotations}}


def _finalizers_kept(new: Object, old: Object) -> Object:
    """Finalizers in the spec of a namespace only change through its subresource finalize."""
    return {**new, "spec": old.get("spec", {})}


ON_UPDATE: Final[dict[str, Update]] = {
    "services": prepare_service_update,
    "namespaces": _finalizers_kept,
    "daemonsets.apps": _template_generation,
}
"""What an update of each kind keeps or fills in."""


def prepare_for_update(kind: Kind, new: Object, old: Object, subresource: str) -> Object:
    """The new object with the part that this request may not write taken from the old one.

    A change of anything but metadata and status counts up `metadata.generation`.
    """
    if subresource == "status":
        return _status_update(kind, new, old)
    if kind.status:
        new = {name: value for name, value in new.items() if name != "status"}
        if "status" in old:
            new["status"] = old["status"]
    special = ON_UPDATE.get(kind.resource)
    if special is not None and not subresource:
        new = special(new, old)
    return {**new, "metadata": counted(kind, new, old)}


def counted(kind: Kind, new: Object, old: Object) -> Object:
    """The metadata with the generation that the change leads to."""
    metadata = {name: value for name, value in new["metadata"].items() if name != "generation"}
    if "generation" in old["metadata"]:
        metadata["generation"] = old["metadata"]["generation"]
    if kind.generation and _counts(kind, new, old):
        metadata["generation"] = old["metadata"].get("generation", 0) + 1
    return metadata


def _counts(kind: Kind, new: Object, old: Object) -> bool:
    """Whether a change makes a new generation: annotations do for a Deployment, only there."""
    if _body(new) != _body(old):
        return True
    if kind.resource != "deployments.apps":
        return False
    known, wanted = (obj["metadata"].get("annotations") or {} for obj in (old, new))
    return bool(known != wanted)


def _status_update(kind: Kind, new: Object, old: Object) -> Object:
    """Only the status changes, and metadata; labels of a Deployment do not."""
    metadata = {**new["metadata"]}
    fixed = ["generation", "ownerReferences"]
    if kind.resource == "deployments.apps":
        fixed.append("labels")
    for name in fixed:
        metadata.pop(name, None)
        if name in old["metadata"]:
            metadata[name] = old["metadata"][name]
    kept = {name: value for name, value in old.items() if name != "status"}
    return {**kept, "metadata": metadata, "status": new.get("status", {})}


def _body(obj: Object) -> Object:
    return {name: obj[name] for name in obj if name not in ("metadata", "status")}
