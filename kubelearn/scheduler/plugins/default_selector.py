"""The pods that belong together with a pod: those of its Services and its owner.

Source: `pkg/scheduler/framework/plugins/helper/spread.go` (DefaultSelector), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import controller_of
from kubelearn.api.selectors import Selector, of, of_labels
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.snapshot import Snapshot

OWNERS = {
    ("apps/v1", "ReplicaSet"): "replicasets.apps",
    ("apps/v1", "StatefulSet"): "statefulsets.apps",
    ("v1", "ReplicationController"): "replicationcontrollers",
}
"""Owners whose selector counts."""


def default_selector(pod: PodInfo, snapshot: Snapshot) -> Selector:
    """All selectors of the pod's Services and of its owner, ANDed; everything if there is none."""
    wanted: dict[str, str] = {}
    for service in snapshot.listed("services", pod.namespace):
        selector = (service.get("spec") or {}).get("selector")
        if selector and of_labels(selector).matches(pod.labels):
            wanted.update(selector)
    owner = controller_of(pod.obj)
    resource = OWNERS.get((owner["apiVersion"], owner["kind"])) if owner else None
    found = snapshot.find(resource, pod.namespace, owner["name"]) if owner and resource else None
    selector = found["spec"].get("selector") if found else None
    if not selector:
        return of_labels(wanted)
    if resource == "replicationcontrollers":
        return of_labels({**wanted, **selector})
    both = (*of_labels(wanted).requirements, *of(selector).requirements)
    return Selector(both)
