"""Which pods count for a metric: ready, unready, without a sample, or ignored; and their requests.

Source: `pkg/controller/podautoscaler/replica_calculator.go` (groupPods, calculateRequests),
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, condition, get_path, is_terminating
from kubelearn.api.quantity import milli
from kubelearn.api.resources import asks_as_a_whole, pod_requests
from kubelearn.api.times import parse_timestamp
from kubelearn.metrics.client import MetricsError, PodMetric
from kubelearn.sim.clock import SECOND

ZERO_TIME = "0001-01-01T00:00:00Z"


class Patience(NamedTuple):
    """How long new pods are not taken at their word, in ns."""

    cpu_initialization: int = 300 * SECOND
    """From a pod's start: until then its cpu counts only when it is ready and was measured so."""
    readiness_delay: int = 30 * SECOND
    """From a pod's start: unready since before then means that it never was ready."""


class Groups(NamedTuple):
    """Names of pods by what they are for a metric."""

    ready: int
    unready: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def group_pods(
    pods: Sequence[Object],
    metrics: Mapping[str, PodMetric],
    resource: str,
    now: int,
    patience: Patience,
) -> Groups:
    """Sort pods into groups; `resource` is "cpu", "memory" or "" for a custom metric."""
    found: dict[str, list[str]] = {"ready": [], "unready": [], "missing": [], "ignored": []}
    for pod in pods:
        word = _group(pod, metrics, resource, now, patience)
        found[word].append(pod["metadata"]["name"])
    lists = (tuple(found[word]) for word in ("unready", "missing", "ignored"))
    return Groups(len(found["ready"]), *lists)


def _group(
    pod: Object, metrics: Mapping[str, PodMetric], resource: str, now: int, patience: Patience
) -> str:
    phase = get_path(pod, "status", "phase")
    if is_terminating(pod) or phase == "Failed":
        return "ignored"
    if phase == "Pending":
        return "unready"
    metric = metrics.get(pod["metadata"]["name"])
    if metric is None:
        return "missing"
    if resource == "cpu" and _is_unready(pod, metric, now, patience):
        return "unready"
    return "ready"


def _is_unready(pod: Object, metric: PodMetric, now: int, patience: Patience) -> bool:
    ready, started = condition(pod, "Ready"), get_path(pod, "status", "startTime")
    if ready is None or started is None:
        return True
    begun, changed = parse_timestamp(started), parse_timestamp(_moment(ready))
    if begun + patience.cpu_initialization > now:
        return ready["status"] == "False" or metric.timestamp < changed + metric.window
    return ready["status"] == "False" and begun + patience.readiness_delay > changed


def _moment(ready: Object) -> str:
    return str(ready.get("lastTransitionTime") or ZERO_TIME)


def requests_of(
    pods: Sequence[Object], container: str, resource: str, *, pod_level: bool = True
) -> dict[str, int]:
    """Pod → thousandths that it requests, or that its container of this name requests.

    MetricsError when a container requests nothing, unless the pod as a whole makes requests, and
    when a pod has no container of this name.
    """
    return {pod["metadata"]["name"]: _request(pod, container, resource, pod_level) for pod in pods}


def _request(pod: Object, container: str, resource: str, pod_level: bool) -> int:
    spec, name = pod["spec"], pod["metadata"]["name"]
    if pod_level and not container and asks_as_a_whole(pod):
        return _whole(pod, resource)
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    counted = [
        one for one in [*spec["containers"], *sidecars] if container in ("", one.get("name"))
    ]
    if container and not counted:
        raise MetricsError(f"container {container} not found in Pod {name}")
    total = 0
    for one in counted:
        asked = get_path(one, "resources", "requests", resource)
        if asked is None:
            text = f"missing request for {resource} in container {one['name']} of Pod {name}"
            raise MetricsError(text)
        total += milli(asked)
    return total


def _whole(pod: Object, resource: str) -> int:
    """Of a pod that makes requests as a whole: they, or the sum of what its containers say."""
    requests = pod_requests(pod)
    if resource not in requests:
        text = f"missing pod-level request for {resource} in Pod {pod['metadata']['name']}"
        raise MetricsError(text)
    return requests[resource] if resource == "cpu" else requests[resource] * 1000
