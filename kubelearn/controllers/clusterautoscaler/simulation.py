"""Would these pods find a place on these nodes? A scheduler in small, for what might be.

Unlike the real one: it looks at requests, node selectors, required node affinity, taints and
cordons; pod affinity, topology spread, volumes and host ports it does not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubelearn.api.node_selector import matches_node
from kubelearn.api.objects import Object, get_path
from kubelearn.api.pod_resources import amounts, pod_requests
from kubelearn.api.taints import NO_SCHEDULE, untolerated

TERMINAL = ("Succeeded", "Failed")


class Place:
    """One node, real or thought of, with what is still free on it (nano units)."""

    def __init__(self, node: Object, pods: Iterable[Object] = ()) -> None:
        self.node = node
        size = amounts(node["status"].get("allocatable"))
        self.size = {name: amount.nano for name, amount in size.items()}
        self.free = dict(self.size)
        for pod in pods:
            self.take(pod)

    def take(self, pod: Object) -> None:
        """Put a pod there."""
        for name, amount in _needs(pod).items():
            self.free[name] = self.free.get(name, 0) - amount

    def refuses(self, pod: Object) -> str:
        """Why a pod cannot go there, in the scheduler's words; "" when it can."""
        spec = self.node["spec"]
        if spec.get("unschedulable"):
            return "node(s) were unschedulable"
        if not matches_node(pod["spec"], self.node):
            return "node(s) didn't match Pod's node affinity/selector"
        tolerations = pod["spec"].get("tolerations") or ()
        if untolerated(spec.get("taints") or (), tolerations, NO_SCHEDULE) is not None:
            return "node(s) had untolerated taint(s)"
        for name, amount in _needs(pod).items():
            if amount > self.free.get(name, 0):
                return "Too many pods" if name == "pods" else f"Insufficient {name}"
        return ""

    def utilization(self) -> float:
        """The larger share of cpu and memory that is requested."""
        shares = [
            1 - self.free[name] / self.size[name] for name in ("cpu", "memory") if self.size[name]
        ]
        return max(shares, default=0.0)


def _needs(pod: Object) -> dict[str, int]:
    needs = {name: amount.nano for name, amount in pod_requests(pod["spec"]).items()}
    return {**needs, "pods": 10**9}


def is_running(pod: Object) -> bool:
    """Whether a pod takes room on its node."""
    return get_path(pod, "status", "phase") not in TERMINAL


def largest_first(pods: Sequence[Object], template: Object) -> list[Object]:
    """In the order of first fit decreasing: by their share of a node, then by name."""
    size = Place(template).size

    def share(pod: Object) -> float:
        needs = _needs(pod)
        return sum(needs.get(name, 0) / size[name] for name in ("cpu", "memory") if size.get(name))

    return sorted(pods, key=lambda pod: (-share(pod), pod["metadata"]["name"]))


def put(pods: Iterable[Object], places: Sequence[Place]) -> list[Object]:
    """Put each pod on the first place that takes it; returns those that nobody took."""
    left = []
    for pod in pods:
        place = next((place for place in places if not place.refuses(pod)), None)
        if place is None:
            left.append(pod)
        else:
            place.take(pod)
    return left
