"""Which pods keep a node from being removed.

Source: `cluster-autoscaler/FAQ.md` (What types of pods can prevent CA from removing a node?).
"""

from __future__ import annotations

from kubelearn.api.objects import Object, controller_of, get_path, is_terminating, labels_of
from kubelearn.api.selectors import parse_selector
from kubelearn.api.server import APIServer
from kubelearn.controllers.clusterautoscaler.settings import Settings

BUDGETS = "poddisruptionbudgets.policy"
SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
MIRROR = "kubernetes.io/config.mirror"


def stays_with_its_node(pod: Object) -> bool:
    """Whether a pod is nobody's to move: a DaemonSet's, or a static one."""
    owner = controller_of(pod)
    annotations = pod["metadata"].get("annotations") or {}
    return MIRROR in annotations or (owner is not None and owner["kind"] == "DaemonSet")


def blocks(api: APIServer, pod: Object, settings: Settings) -> str:
    """Why a pod must not be moved; "" when it may."""
    said = (pod["metadata"].get("annotations") or {}).get(SAFE)
    if is_terminating(pod) or said == "true":
        return ""
    if said == "false":
        return f"it is annotated {SAFE}: false"
    if controller_of(pod) is None:
        return "it has no controller that would make it anew"
    budgets = _budgets(api, pod)
    system = pod["metadata"]["namespace"] == "kube-system"
    if system and settings.skip_nodes_with_system_pods and not budgets:
        return "it is in kube-system and has no PodDisruptionBudget"
    if settings.skip_nodes_with_local_storage and _has_local_storage(pod):
        return "it has local storage"
    if any(get_path(one, "status", "disruptionsAllowed", default=0) < 1 for one in budgets):
        return "its PodDisruptionBudget allows no disruption"
    return ""


def _budgets(api: APIServer, pod: Object) -> list[Object]:
    found = api.list(BUDGETS, pod["metadata"]["namespace"])
    selectors = ((one, parse_selector(one["spec"].get("selector"))) for one in found)
    return [one for one, selector in selectors if selector.matches(labels_of(pod))]


def _has_local_storage(pod: Object) -> bool:
    for volume in pod["spec"].get("volumes") or ():
        empty = volume.get("emptyDir")
        if "hostPath" in volume or (empty is not None and empty.get("medium") != "Memory"):
            return True
    return False
