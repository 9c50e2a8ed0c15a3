"""Who a pod of a StatefulSet is: its ordinal, name, labels, revision, and how it is made.

Source: `pkg/controller/statefulset/stateful_set_utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import re

from kubelearn.api.objects import Object, is_terminating, labels_of, owner_reference
from kubelearn.controllers.pods import is_available, is_ready
from kubelearn.controllers.statefulset.claims import claim_name

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
REVISION = "controller-revision-hash"
_NAME = re.compile(r"(.*)-([0-9]+)")


def parent_and_ordinal(pod: Object) -> tuple[str, int]:
    """("db", 2) of a pod db-2; ("", -1) when the name has no number at its end."""
    found = _NAME.fullmatch(pod["metadata"]["name"])
    return (found[1], int(found[2])) if found else ("", -1)


def ordinal_of(pod: Object) -> int:
    """The number at the end of a pod's name, -1 when there is none."""
    return parent_and_ordinal(pod)[1]


def is_member(statefulset: Object, pod: Object) -> bool:
    """Whether a pod has a name that this StatefulSet gives."""
    return bool(parent_and_ordinal(pod)[0] == statefulset["metadata"]["name"])


def ordinals(statefulset: Object) -> range:
    """The ordinals of the wanted pods: `ordinals.start` and `replicas` many."""
    spec = statefulset["spec"]
    start = (spec.get("ordinals") or {}).get("start", 0)
    return range(start, start + spec["replicas"])


def revision_of(pod: Object) -> str:
    """The name of the ControllerRevision that a pod was made from."""
    return labels_of(pod).get(REVISION, "")


def pod_for(statefulset: Object, template: Object, revision: str, ordinal: int) -> Object:
    """The pod with an ordinal, as it is posted."""
    name = f"{statefulset['metadata']['name']}-{ordinal}"
    given = template.get("metadata") or {}
    metadata: Object = {
        "name": name,
        "namespace": statefulset["metadata"]["namespace"],
        "labels": {**(given.get("labels") or {}), **_labels(name, ordinal), REVISION: revision},
        "ownerReferences": [owner_reference(statefulset)],
    }
    for field in ("annotations", "finalizers"):
        if given.get(field):
            metadata[field] = given[field]
    spec = {**template["spec"], "hostname": name}
    if statefulset["spec"].get("serviceName"):
        spec["subdomain"] = statefulset["spec"]["serviceName"]
    volumes = _volumes(statefulset, template["spec"].get("volumes") or [], ordinal)
    if volumes:
        spec["volumes"] = volumes
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {}}


def _labels(name: str, ordinal: int) -> dict[str, str]:
    return {POD_NAME: name, POD_INDEX: str(ordinal)}


def _volumes(statefulset: Object, given: list[Object], ordinal: int) -> list[Object]:
    """The claims of the pod as volumes, and those volumes of the template that have other names."""
    claims = [
        {
            "name": one["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": claim_name(statefulset, one, ordinal)},
        }
        for one in statefulset["spec"].get("volumeClaimTemplates") or ()
    ]
    names = {one["name"] for one in claims}
    return [*claims, *(one for one in given if one["name"] not in names)]


def missing_labels(pod: Object) -> dict[str, str]:
    """The labels of its identity that a pod has lost."""
    name = pod["metadata"]["name"]
    wanted, labels = _labels(name, ordinal_of(pod)), labels_of(pod)
    return {key: value for key, value in wanted.items() if labels.get(key) != value}


def is_created(pod: Object) -> bool:
    """Whether the pod is there, or was only made up in this sync."""
    return bool(pod["status"].get("phase"))


def is_running_and_ready(pod: Object) -> bool:
    """Whether a pod runs and is ready."""
    return pod["status"].get("phase") == "Running" and is_ready(pod)


def is_running_and_available(pod: Object, min_ready_seconds: int, now: int) -> bool:
    """Whether it has been ready for long enough as well."""
    return is_running_and_ready(pod) and is_available(pod, min_ready_seconds, now)


def is_unavailable(pod: Object, min_ready_seconds: int, now: int) -> bool:
    """Whether a pod is no help: not available, or going."""
    return is_terminating(pod) or not is_running_and_available(pod, min_ready_seconds, now)
