"""Parts of a status that an object always shows, because their Go type has no empty form.

A condition shows its times as null until somebody sets them; a container status shows its state.
Source: `staging/src/k8s.io/api/*/types.go` (fields of struct type), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.defaults.filling import each, fill, present
from kubelearn.api.objects import Object

CONDITION_TIMES: Final[dict[str, tuple[str, ...]]] = {
    "pods": ("lastProbeTime", "lastTransitionTime"),
    "jobs.batch": ("lastProbeTime", "lastTransitionTime"),
    "persistentvolumeclaims": ("lastProbeTime", "lastTransitionTime"),
    "deployments.apps": ("lastUpdateTime", "lastTransitionTime"),
    "replicasets.apps": ("lastTransitionTime",),
    "statefulsets.apps": ("lastTransitionTime",),
    "daemonsets.apps": ("lastTransitionTime",),
    "replicationcontrollers": ("lastTransitionTime",),
    "horizontalpodautoscalers.autoscaling": ("lastTransitionTime",),
    "namespaces": ("lastTransitionTime",),
}
"""Times in the conditions of each resource."""
CONTAINER_STATUSES: Final = (
    "containerStatuses",
    "initContainerStatuses",
    "ephemeralContainerStatuses",
)


def show_status(resource: str, obj: Object) -> Object:
    """The object with the parts of its status that are always there."""
    times = dict.fromkeys(CONDITION_TIMES.get(resource, ()))
    if not times:
        return obj

    def shown(status: Object) -> Object:
        status = each(status, "conditions", lambda condition: fill(condition, times))
        if resource == "pods":
            for name in CONTAINER_STATUSES:
                status = each(status, name, _container)
        return status

    return present(obj, "status", shown)


def _container(status: Object) -> Object:
    return fill(status, {"state": {}, "lastState": {}})
