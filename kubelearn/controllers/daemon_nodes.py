"""On which nodes a daemon pod runs, and how a pod is made for one node.

Source: `pkg/controller/daemon/daemon_controller.go` (NodeShouldRunDaemonPod), `util`, Kubernetes
1.36.
"""

from __future__ import annotations

from kubelearn.api.node_selector import matches_node
from kubelearn.api.objects import Object, get_path
from kubelearn.api.taints import NO_SCHEDULE, untolerated

NODE = "node.kubernetes.io/"
ADDED_TOLERATIONS: tuple[Object, ...] = (
    {"key": NODE + "not-ready", "operator": "Exists", "effect": "NoExecute"},
    {"key": NODE + "unreachable", "operator": "Exists", "effect": "NoExecute"},
    {"key": NODE + "disk-pressure", "operator": "Exists", "effect": "NoSchedule"},
    {"key": NODE + "memory-pressure", "operator": "Exists", "effect": "NoSchedule"},
    {"key": NODE + "pid-pressure", "operator": "Exists", "effect": "NoSchedule"},
    {"key": NODE + "unschedulable", "operator": "Exists", "effect": "NoSchedule"},
)
HOST_NETWORK_TOLERATION: Object = {
    "key": NODE + "network-unavailable",
    "operator": "Exists",
    "effect": "NoSchedule",
}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def with_tolerations(template: Object) -> Object:
    """The template with the tolerations that every daemon pod gets."""
    spec = template["spec"]
    added = list(ADDED_TOLERATIONS)
    if spec.get("hostNetwork"):
        added.append(HOST_NETWORK_TOLERATION)
    tolerations = [*(spec.get("tolerations") or ()), *added]
    return {**template, "spec": {**spec, "tolerations": tolerations}}


def should_run(template: Object, node: Object, *, stay: bool) -> bool:
    """Whether a node is eligible; a pod that is there may `stay` in spite of NoSchedule taints."""
    spec = template["spec"]
    name = spec.get("nodeName")
    if name and name != node["metadata"]["name"]:
        return False
    effects = frozenset({"NoExecute"}) if stay else NO_SCHEDULE
    taints, tolerations = node["spec"].get("taints") or (), spec.get("tolerations") or ()
    return matches_node(spec, node) and untolerated(taints, tolerations, effects) is None


def target_node(pod: Object) -> str:
    """The node that a daemon pod is on or is made for."""
    bound: str = pod["spec"].get("nodeName", "")
    if bound:
        return bound
    terms = get_path(pod, "spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
    fields = (field for term in terms or () for field in term.get("matchFields", ()))
    return next((str(field["values"][0]) for field in fields), "")


def pinned(spec: Object, node: str) -> Object:
    """The affinity of the pod for one node: every term names that node."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    affinity = spec.get("affinity") or {}
    node_affinity = affinity.get("nodeAffinity") or {}
    terms = get_path(node_affinity, REQUIRED, "nodeSelectorTerms") or [{}]
    required = {"nodeSelectorTerms": [{**term, "matchFields": [field]} for term in terms]}
    return {**affinity, "nodeAffinity": {**node_affinity, REQUIRED: required}}
