"""What a pod asks of a node, for filters and for scores, as whole numbers.

Filters count real requests. Scores never take cpu or memory as zero just because a container says
nothing: it then counts 100m and 200Mi, so that pods without requests spread too
(`pkg/scheduler/util/pod_resources.go`, Kubernetes 1.36).
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.resources import Amounts, asks_as_a_whole, pod_requests

DEFAULT_REQUESTS = {"cpu": "100m", "memory": "200Mi"}
"""What a container without a request counts in scores."""


def requests_of(pod: Object) -> Amounts:
    """What filters count for a pod; for a placed pod a resize that is under way counts too."""
    return pod_requests(pod, use_status=bool(pod["spec"].get("nodeName")))


def scoring_requests(pod: Object, requests: Amounts) -> tuple[int, int]:
    """(cpu in millicores, memory in bytes) with the defaults for missing requests.

    `requests` are the pod's real requests; they are the answer when nothing is missing. Where the
    pod asks as a whole, a resource is missing only when nobody in it asks for any
    (`pkg/scheduler/framework/types.go`, getNonMissingContainerRequests, Kubernetes 1.36).
    """
    defaults = DEFAULT_REQUESTS
    if asks_as_a_whole(pod):
        defaults = {name: text for name, text in defaults.items() if name not in requests}
    spec = pod["spec"]
    if defaults and _incomplete(spec):
        requests = requests_of({**pod, "spec": with_defaults(spec, defaults)})
    return requests.get("cpu", 0), requests.get("memory", 0)


def incoming_scoring_requests(pod: Object) -> Amounts:
    """All of a pod's scoring requests as NodeResourcesFit counts them for the incoming pod.

    Requests of the pod as a whole (`spec.resources`) are left out, as upstream does.
    """
    own = {name: value for name, value in pod["spec"].items() if name != "resources"}
    return pod_requests({**pod, "spec": with_defaults(own)})


def with_defaults(spec: Object, defaults: dict[str, str] = DEFAULT_REQUESTS) -> Object:
    """The spec as if each container that does not ask for a resource asked for the default."""
    filled = spec.copy()
    for field in ("containers", "initContainers"):
        if spec.get(field):
            filled[field] = [_with_defaults(container, defaults) for container in spec[field]]
    return filled


def _with_defaults(container: Object, defaults: dict[str, str]) -> Object:
    resources = container.get("resources") or {}
    requests = {**defaults, **(resources.get("requests") or {})}
    return {**container, "resources": {**resources, "requests": requests}}


def _incomplete(spec: Object) -> bool:
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        requests = (container.get("resources") or {}).get("requests") or {}
        if "cpu" not in requests or "memory" not in requests:
            return True
    return False
