"""What a pod asks of a node, for filters and for scores, as whole numbers.

Filters count real requests. Scores never take cpu or memory as zero just because a container says
nothing: it then counts 100m and 200Mi, so that pods without requests spread too
(`pkg/scheduler/util/pod_resources.go`, Kubernetes 1.36).
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.resources import Amounts, pod_requests

DEFAULT_REQUESTS = {"cpu": "100m", "memory": "200Mi"}
"""What a container without a request counts in scores."""


def requests_of(pod: Object) -> Amounts:
    """What filters count for a pod; for a placed pod a resize that is under way counts too."""
    return pod_requests(pod, use_status=bool(pod["spec"].get("nodeName")))


def scoring_requests(pod: Object, requests: Amounts) -> tuple[int, int]:
    """(cpu in millicores, memory in bytes) with the defaults for missing requests.

    `requests` are the pod's real requests; they are the answer when no container lacks one.
    """
    spec = pod["spec"]
    if _incomplete(spec):
        requests = requests_of({**pod, "spec": with_defaults(spec)})
    return requests.get("cpu", 0), requests.get("memory", 0)


def incoming_scoring_requests(pod: Object) -> Amounts:
    """All of a pod's scoring requests as NodeResourcesFit counts them for the incoming pod.

    Requests of the pod as a whole (`spec.resources`) are left out, as upstream does.
    """
    own = {name: value for name, value in pod["spec"].items() if name != "resources"}
    return pod_requests({**pod, "spec": with_defaults(own)})


def with_defaults(spec: Object) -> Object:
    """The spec as if each container that asks for no cpu or memory asked for the default."""
    filled = spec.copy()
    for field in ("containers", "initContainers"):
        if spec.get(field):
            filled[field] = [_with_defaults(container) for container in spec[field]]
    return filled


def _with_defaults(container: Object) -> Object:
    resources = container.get("resources") or {}
    requests = {**DEFAULT_REQUESTS, **(resources.get("requests") or {})}
    return {**container, "resources": {**resources, "requests": requests}}


def _incomplete(spec: Object) -> bool:
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        requests = (container.get("resources") or {}).get("requests") or {}
        if "cpu" not in requests or "memory" not in requests:
            return True
    return False
