"""The containers of a pod by name, as the API server and the kubelet look for them.

Source: `pkg/registry/core/pod/strategy.go` (validateContainer), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.errors import BadRequest
from kubelearn.api.objects import Object

KINDS: Final = {
    "containers": "containerStatuses",
    "initContainers": "initContainerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}
"""Where containers stand in a pod's spec, and where their statuses are."""
OTHERS: Final = {"initContainers": "init", "ephemeralContainers": "ephemeral"}


def chosen(pod: Object, name: str) -> Object:
    """The container of this name; without a name the only one. BadRequest otherwise."""
    spec, pod_name = pod["spec"], pod["metadata"]["name"]
    if name:
        for field in KINDS:
            for container in spec.get(field) or ():
                if container["name"] == name:
                    return container  # type: ignore[no-any-return]
        raise BadRequest(f"container {name} is not valid for pod {pod_name}")
    if len(spec["containers"]) == 1:
        return spec["containers"][0]  # type: ignore[no-any-return]
    text = f"a container name must be specified for pod {pod_name}, choose one of: "
    text += _listed(spec["containers"])
    for field, word in OTHERS.items():
        if spec.get(field):
            text += f" or one of the {word} containers: {_listed(spec[field])}"
    raise BadRequest(text)


def _listed(containers: list[Object]) -> str:
    return f"[{' '.join(container['name'] for container in containers)}]"


def status_of(pod: Object, name: str) -> Object:
    """The status of a container; {} when there is none yet."""
    for field in KINDS.values():
        for status in (pod.get("status") or {}).get(field) or ():
            if status["name"] == name:
                return status  # type: ignore[no-any-return]
    return {}
