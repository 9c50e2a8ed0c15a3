"""What a kubelet refuses: pods that were put on its node by name and do not fit.

Source: `pkg/kubelet/lifecycle/predicate.go` (generalFilter), `pkg/scheduler/eventhandlers.go`
(AdmissionCheck), Kubernetes 1.36.

Unlike the real one: of resources only cpu, memory and the number of pods are looked at, and only
pods that the scheduler did not bind (it has looked at them itself).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kubelearn.api.node_selector import matches_node
from kubelearn.api.objects import Object
from kubelearn.api.pod_resources import pod_requests
from kubelearn.api.quantity import milli, value
from kubelearn.api.taints import untolerated

ANY_ADDRESS = "0.0.0.0"  # noqa: S104 (what a port without an address means)
NO_EXECUTE = frozenset({"NoExecute"})
"""The effect of the taints that a kubelet looks at."""
AFFINITY = "node(s) didn't match Pod's node affinity/selector"
PORTS = "node(s) didn't have free ports for the requested pod ports"
TAINTS = "node(s) had taints that the pod didn't tolerate"


class Refusal(NamedTuple):
    """The reason and message of a pod that a kubelet does not take."""

    reason: str
    message: str


def refusal(pod: Object, node: Object, others: Iterable[Object]) -> Refusal | None:
    """Why the node cannot take a pod beside the others that it has; None when it can."""
    spec = pod["spec"]
    alive = [p for p in others if p["status"].get("phase") not in ("Succeeded", "Failed")]
    found = _without_room(pod, node, alive)
    if found is not None:
        return found
    if not matches_node(spec, node):
        return _failed("NodeAffinity", AFFINITY)
    wanted = list(_host_ports(spec))
    if any(_conflict(one, two) for one in wanted for p in alive for two in _host_ports(p["spec"])):
        return _failed("NodePorts", PORTS)
    taints, tolerations = node["spec"].get("taints") or (), spec.get("tolerations") or ()
    if untolerated(taints, tolerations, NO_EXECUTE) is not None:
        return _failed("TaintToleration", TAINTS)
    return None


def _failed(predicate: str, why: str) -> Refusal:
    return Refusal(predicate, f"Predicate {predicate} failed: {why}")


def _without_room(pod: Object, node: Object, others: Sequence[Object]) -> Refusal | None:
    allocatable = node["status"]["allocatable"]
    room = {
        "cpu": milli(allocatable["cpu"]),
        "memory": value(allocatable["memory"]),
        "pods": value(allocatable["pods"]),
    }
    used = dict.fromkeys(room, 0)
    for other in others:
        for name, amount in _needs(other).items():
            used[name] += amount
    for name, amount in _needs(pod).items():
        if amount and used[name] + amount > room[name]:
            text = f"requested: {amount}, used: {used[name]}, capacity: {room[name]}"
            message = f"Node didn't have enough resource: {name}, {text}"
            return Refusal(f"OutOf{name}", message)
    return None


Port = tuple[str, str, int]
"""Address, protocol, number."""


def _host_ports(spec: Object) -> Iterator[Port]:
    """The ports of the node that the containers and sidecars of a pod take."""
    inits = spec.get("initContainers") or ()
    sidecars = [one for one in inits if one.get("restartPolicy") == "Always"]
    for container in (*spec["containers"], *sidecars):
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                address = port.get("hostIP") or ANY_ADDRESS
                yield address, port.get("protocol") or "TCP", int(port["hostPort"])


def _conflict(one: Port, two: Port) -> bool:
    return one[1:] == two[1:] and (one[0] == two[0] or ANY_ADDRESS in (one[0], two[0]))


def _needs(pod: Object) -> dict[str, int]:
    """Milli cpu, bytes, pods: the units in which the kubelet counts."""
    amounts = pod_requests(pod["spec"])
    cpu, memory = amounts.get("cpu"), amounts.get("memory")
    return {
        "pods": 1,
        "cpu": milli(str(cpu)) if cpu else 0,
        "memory": value(str(memory)) if memory else 0,
    }
