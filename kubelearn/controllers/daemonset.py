"""DaemonSet: one pod on every node that it fits.

Source: `pkg/controller/daemon/daemon_controller.go`, Kubernetes 1.36.

Unlike the real one: pods are replaced as with updateStrategy OnDelete; the rolling update and the
ControllerRevisions arrive with the workloads lesson.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.node_selector import matches_node
from kubelearn.api.objects import Key, Object, controller_of, is_terminating, owner_reference
from kubelearn.api.store import Record
from kubelearn.api.taints import NO_SCHEDULE, untolerated
from kubelearn.controllers.deployment.replicasets import template_hash
from kubelearn.controllers.pods import (
    available_at,
    claim,
    create_pod,
    delete_pod,
    is_ready,
    pod_from_template,
)
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context

COMPONENT = "daemonset-controller"
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
REVISION_LABEL = "controller-revision-hash"


def _all(reconciler: Any, record: Record) -> Iterable[Key]:
    """Every DaemonSet, when what decides about a node changed (not with its heartbeat)."""
    if record.old is not None and record.new is not None and _same_node(record.old, record.new):
        return ()
    return sorted(reconciler.context.api.store.items("daemonsets.apps"))


def _same_node(old: Object, new: Object) -> bool:
    if old["metadata"].get("labels") != new["metadata"].get("labels"):
        return False
    return bool(old["spec"] == new["spec"])


class DaemonSetController:
    """Creates the pod of each eligible node and removes pods of others."""

    name: ClassVar[str] = "daemonset"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own("daemonsets.apps"),
        Owned("pods", by="DaemonSet"),
        Mapped("nodes", _all),
    )
    explains: ClassVar[tuple[str, ...]] = ("daemonsets.apps", "pods")

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Bring the pods to one for each eligible node, then write the status."""
        daemonset = self.context.api.find("daemonsets.apps", *key)
        if daemonset is None:
            return None
        if not is_terminating(daemonset):
            self._manage(daemonset)
        self._write_status(daemonset)
        return None

    def _manage(self, daemonset: Object) -> None:
        template = with_tolerations(daemonset["spec"]["template"])
        by_node = self._pods_by_node(claim(self.context, daemonset, "pods"))
        for node in self.context.api.list("nodes"):
            name = node["metadata"]["name"]
            pods = by_node.pop(name, [])
            if should_run(template, node, stay=bool(pods)):
                if not pods:
                    self._create(daemonset, template, name)
                surplus = self._ended(pods) or sorted(pods, key=_age)[1:]
            else:
                surplus = pods
            for pod in surplus:
                delete_pod(self.context, daemonset, pod, COMPONENT)

    def _pods_by_node(self, pods: Iterable[Object]) -> dict[str, list[Object]]:
        by_node: dict[str, list[Object]] = {}
        for pod in pods:
            if not is_terminating(pod):
                by_node.setdefault(target_node(pod), []).append(pod)
        return by_node

    def _ended(self, pods: list[Object]) -> list[Object]:
        return [pod for pod in pods if pod["status"].get("phase") in ("Failed", "Succeeded")]

    def _create(self, daemonset: Object, template: Object, node: str) -> None:
        labels = {
            **((template.get("metadata") or {}).get("labels") or {}),
            REVISION_LABEL: template_hash(daemonset["spec"]["template"]),
            "pod-template-generation": str(daemonset["metadata"]["generation"]),
        }
        template = {
            **template,
            "metadata": {**(template.get("metadata") or {}), "labels": labels},
            "spec": {**template["spec"], "affinity": _pinned(template["spec"], node)},
        }
        pod = pod_from_template(daemonset, template, [owner_reference(daemonset)])
        create_pod(self.context, daemonset, pod, COMPONENT)

    def _write_status(self, daemonset: Object) -> None:
        metadata = daemonset["metadata"]
        counts = {**self._counts(daemonset), "observedGeneration": metadata["generation"]}
        self.context.api.patch_status(
            "daemonsets.apps", metadata["namespace"], metadata["name"], counts
        )

    def _counts(self, daemonset: Object) -> dict[str, Any]:
        template = with_tolerations(daemonset["spec"]["template"])
        pods = self.context.api.owned("pods", daemonset["metadata"]["uid"])
        by_node = self._pods_by_node(pods)
        nodes = self.context.api.list("nodes")
        wanted = {n["metadata"]["name"] for n in nodes if should_run(template, n, stay=False)}
        running = [by_node[name][0] for name in sorted(by_node) if name in wanted]
        now = self.context.clock.now
        min_ready = daemonset["spec"].get("minReadySeconds", 0)
        times = (available_at(pod, min_ready) for pod in running)
        available = sum(time is not None and time <= now for time in times)
        digest = template_hash(daemonset["spec"]["template"])
        updated = [p for p in running if p["metadata"]["labels"].get(REVISION_LABEL) == digest]
        return {
            "currentNumberScheduled": len(running),
            "numberMisscheduled": len(set(by_node) - wanted),
            "desiredNumberScheduled": len(wanted),
            "numberReady": sum(map(is_ready, running)),
            "updatedNumberScheduled": len(updated) or None,
            "numberAvailable": available or None,
            "numberUnavailable": len(wanted) - available or None,
        }

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """On how many nodes it wants to run, or why a pod of it exists."""
        if resource == "pods":
            owner = controller_of(obj)
            if owner is None or owner["kind"] != "DaemonSet":
                return []
            text = f"DaemonSet {owner['name']} made this pod for node {target_node(obj)}"
            return [Reason(COMPONENT, text)]
        found = obj.get("status", {})
        wanted, ready = found.get("desiredNumberScheduled", 0), found.get("numberReady", 0)
        return [Reason(COMPONENT, f"fits {wanted} nodes; its pod is ready on {ready} of them")]


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
    affinity = pod["spec"].get("affinity", {}).get("nodeAffinity", {})
    terms = affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {})
    for term in terms.get("nodeSelectorTerms", ()):
        for field in term.get("matchFields", ()):
            return str(field["values"][0])
    return ""


def _pinned(spec: Object, node: str) -> Object:
    """The affinity of the pod for one node: every term names that node."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    affinity = spec.get("affinity") or {}
    node_affinity = affinity.get("nodeAffinity") or {}
    required = node_affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    terms = required["nodeSelectorTerms"] if required else [{}]
    pinned = {"nodeSelectorTerms": [{**term, "matchFields": [field]} for term in terms]}
    name = "requiredDuringSchedulingIgnoredDuringExecution"
    return {**affinity, "nodeAffinity": {**node_affinity, name: pinned}}


def _age(pod: Object) -> tuple[str, str]:
    return (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"])
