"""What a pod asks of a node, for filters and for scores, as whole numbers.

Filters count real requests. Scores never take cpu or memory as zero just because a container says
nothing: it then counts 100m and 200Mi, so that pods without requests spread too
(`pkg/scheduler/util/pod_resources.go`, Kubernetes 1.36).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.pod_resources import pod_requests
from kubelearn.api.quantity import MILLI, NANO, parse

DEFAULT_REQUESTS = {"cpu": "100m", "memory": "200Mi"}
"""What a container without a request counts in scores."""


def amounts(quantities: Mapping[str, Any]) -> dict[str, int]:
    """Quantities by resource as whole numbers, rounded up: cpu in millicores."""
    return {name: _whole(name, parse(str(text)).nano) for name, text in quantities.items()}


def requests_of(spec: Object) -> dict[str, int]:
    """What filters count for a pod: cpu in millicores, memory in bytes, and so on."""
    return {name: _whole(name, amount.nano) for name, amount in pod_requests(spec).items()}


def _whole(resource: str, nano: int) -> int:
    return -(-nano // (MILLI if resource == "cpu" else NANO))


def scoring_requests(spec: Object, requests: Mapping[str, int]) -> tuple[int, int]:
    """(cpu in millicores, memory in bytes) with the defaults for missing requests.

    `requests` are the pod's real requests; they are the answer when no container lacks one.
    """
    counted = requests_of(with_defaults(spec)) if _incomplete(spec) else requests
    return counted.get("cpu", 0), counted.get("memory", 0)


def incoming_scoring_requests(spec: Object) -> dict[str, int]:
    """All of a pod's scoring requests as NodeResourcesFit counts them for the incoming pod.

    Requests of the pod as a whole (`spec.resources`) are left out, as upstream does.
    """
    own = {name: value for name, value in spec.items() if name != "resources"}
    return requests_of(with_defaults(own))


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
