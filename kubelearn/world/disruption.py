"""Who made a pod go: its condition DisruptionTarget in words.

Sources of the reasons: `pkg/registry/core/pod/storage/eviction.go`,
`pkg/controller/tainteviction`, `pkg/controller/podgc`, `pkg/scheduler/framework/preemption`,
`pkg/kubelet/eviction`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object, get_path
from kubelearn.api.times import parse_timestamp
from kubelearn.runtime.explain import Reason

SPEAKERS = {
    "EvictionByEvictionAPI": ("API server", "a client asked for its eviction"),
    "DeletionByTaintManager": (
        "taint-eviction-controller",
        "it does not tolerate a NoExecute taint of its node",
    ),
    "DeletionByPodGC": ("pod-garbage-collector", "its node is gone or out of service"),
    "PreemptionByScheduler": ("scheduler", "it makes room for a more important pod"),
    "TerminationByKubelet": ("kubelet", "its node ended it"),
}
"""The reason of the condition → who set it, and what it means."""


def disruption(pod: Object) -> Iterator[Reason]:
    """What a pod's condition DisruptionTarget says; nothing while the pod may stay."""
    for condition in get_path(pod, "status", "conditions", default=()) or ():
        if condition["type"] == "DisruptionTarget" and condition["status"] == "True":
            reason = condition.get("reason", "")
            by, meaning = SPEAKERS.get(reason, ("API server", "somebody makes it go"))
            text = f"{meaning} ({reason}: {condition.get('message', '')})"
            moment = condition.get("lastTransitionTime")
            yield Reason(by, text, parse_timestamp(moment) if moment else None)
