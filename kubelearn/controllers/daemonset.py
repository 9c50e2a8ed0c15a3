"""DaemonSet: one pod on every node that it fits.

Source: `pkg/controller/daemon/daemon_controller.go`, Kubernetes 1.36.

Unlike the real one: pods are replaced as with updateStrategy OnDelete; the rolling update and the
ControllerRevisions arrive with the workloads lesson.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from kubelearn.api.objects import (
    Key,
    Object,
    controller_of,
    is_terminating,
    labels_of,
    owner_reference,
)
from kubelearn.api.server import APIServer
from kubelearn.api.store import Record
from kubelearn.controllers.adoption import adopters, claim, controlled
from kubelearn.controllers.daemon_nodes import pinned, should_run, target_node, with_tolerations
from kubelearn.controllers.deployment.replicasets import template_hash
from kubelearn.controllers.pods import (
    TERMINAL,
    create_pod,
    delete_pod,
    is_available,
    is_ready,
    next_available,
    pod_from_template,
)
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MINUTE, SECOND

COMPONENT = "daemonset-controller"
DAEMONSETS = "daemonsets.apps"
REVISION_LABEL = "controller-revision-hash"
BURST = 250
"""Pods created or deleted in one go at most."""
FIRST_BACKOFF, LAST_BACKOFF = SECOND, 15 * MINUTE
"""Between two pods that fail on one node."""


def _concerned(reconciler: Any, record: Record) -> Iterable[Key]:
    """The DaemonSets that lack a pod on a changed node, or have one that must leave it."""
    api, old, new = reconciler.context.api, record.old, record.new
    every = sorted(api.store.items(DAEMONSETS))
    if new is None:
        return every
    if old is not None and old["spec"] == new["spec"] and labels_of(old) == labels_of(new):
        return ()  # a heartbeat
    return [key for key in every if _wants(api, api.get(DAEMONSETS, *key), new)]


def _wants(api: APIServer, daemonset: Object, node: Object) -> bool:
    """Whether a DaemonSet has to create or delete a pod because of a node, or counts it anew."""
    template = with_tolerations(daemonset["spec"]["template"])
    pods = controlled(api.on_node(node["metadata"]["name"]), daemonset["metadata"]["uid"])
    if pods and daemonset.get("status", {}).get("numberMisscheduled"):
        return True
    return should_run(template, node, stay=bool(pods)) != bool(pods)


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The DaemonSets that would adopt a pod that nobody manages."""
    return adopters(reconciler.context, record, DAEMONSETS)


class DaemonSetController:
    """Creates the pod of each eligible node and removes pods of others."""

    name: ClassVar[str] = "daemonset"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(DAEMONSETS),
        Owned("pods", by="DaemonSet"),
        Mapped("pods", _adopters),
        Mapped("nodes", _concerned),
    )
    explains: ClassVar[tuple[str, ...]] = (DAEMONSETS, "pods")
    state: ClassVar[tuple[str, ...]] = ("_backoffs",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self._backoffs: dict[tuple[str, str], tuple[int, int]] = {}
        """(UID of the DaemonSet, node) → (when a pod failed there last, back-off from then)."""

    def reconcile(self, key: Key) -> int | None:
        """Bring the pods to one for each eligible node, then write the status."""
        daemonset = self.context.api.find(DAEMONSETS, *key)
        if daemonset is None:
            return None
        pods = claim(self.context, daemonset, "pods")
        again = None if is_terminating(daemonset) else self._manage(daemonset, pods)
        self._write_status(daemonset)
        min_ready = daemonset["spec"].get("minReadySeconds", 0)
        due = (again, next_available(pods, min_ready, self.context.clock.now))
        return min((delay for delay in due if delay is not None), default=None)

    # Pods

    def _manage(self, daemonset: Object, pods: Iterable[Object]) -> int | None:
        """Create and delete pods; returns when a failed one may be replaced."""
        template = with_tolerations(daemonset["spec"]["template"])
        by_node = _by_node(pods)
        needing: list[str] = []
        surplus: list[Object] = []
        waits: list[int] = []
        for node in self.context.api.list("nodes"):
            name = node["metadata"]["name"]
            mine = by_node.pop(name, [])
            if not mine and should_run(template, node, stay=False):
                needing.append(name)
            elif should_run(template, node, stay=True):
                surplus += self._ended(daemonset, name, mine, waits) + _younger(mine)
            else:
                surplus += [pod for pod in mine if not is_terminating(pod)]
        surplus += [pod for rest in by_node.values() for pod in rest if _is_lost(pod)]
        for name in needing[:BURST]:
            self._create(daemonset, template, name)
        for pod in surplus[:BURST]:
            delete_pod(self.context, daemonset, pod, COMPONENT)
        return min(waits, default=None)

    def _ended(
        self, daemonset: Object, node: str, pods: Iterable[Object], waits: list[int]
    ) -> list[Object]:
        """Ended pods to delete; those that have failed too often wait for their time."""
        found = []
        for pod in pods:
            phase = pod["status"].get("phase")
            if is_terminating(pod) or phase not in TERMINAL:
                continue
            left = self._backoff(daemonset, node) if phase == "Failed" else 0
            if left:
                waits.append(left)
                continue
            self._tell_ended(daemonset, node, pod, phase)
            found.append(pod)
        return found

    def _backoff(self, daemonset: Object, node: str) -> int:
        """Nanoseconds until a failed pod may go; 0 = now, and the next one has to wait longer."""
        key, now = (daemonset["metadata"]["uid"], node), self.context.clock.now
        since, pause = self._backoffs.get(key, (now, 0))
        if now < since + pause:
            return since + pause - now
        longer = min(2 * pause, LAST_BACKOFF)
        # A node that had peace for twice the longest pause is trusted again.
        fresh = not pause or now - since > 2 * LAST_BACKOFF
        self._backoffs[key] = (now, FIRST_BACKOFF if fresh else longer)
        return 0

    def _tell_ended(self, daemonset: Object, node: str, pod: Object, phase: str) -> None:
        kind, verb = ("Warning", "kill") if phase == "Failed" else ("Normal", "delete")
        metadata = pod["metadata"]
        name = f"{metadata['namespace']}/{metadata['name']}"
        text = f"Found {phase.lower()} daemon pod {name} on node {node}, will try to {verb} it"
        self.context.recorder.event(daemonset, kind, f"{phase}DaemonPod", text, COMPONENT)

    def _create(self, daemonset: Object, template: Object, node: str) -> None:
        labels = {
            **((template.get("metadata") or {}).get("labels") or {}),
            REVISION_LABEL: template_hash(daemonset["spec"]["template"]),
            "pod-template-generation": str(daemonset["metadata"]["generation"]),
        }
        template = {
            **template,
            "metadata": {**(template.get("metadata") or {}), "labels": labels},
            "spec": {**template["spec"], "affinity": pinned(template["spec"], node)},
        }
        pod = pod_from_template(daemonset, template, [owner_reference(daemonset)])
        create_pod(self.context, daemonset, pod, COMPONENT)

    # Status

    def _write_status(self, daemonset: Object) -> None:
        metadata = daemonset["metadata"]
        counts = {**self._counts(daemonset), "observedGeneration": metadata["generation"]}
        self.context.api.patch_status(DAEMONSETS, metadata["namespace"], metadata["name"], counts)

    def _counts(self, daemonset: Object) -> dict[str, Any]:
        template = with_tolerations(daemonset["spec"]["template"])
        by_node = _by_node(self.context.api.owned("pods", daemonset["metadata"]["uid"]))
        nodes = self.context.api.list("nodes")
        wanted = {n["metadata"]["name"] for n in nodes if should_run(template, n, stay=False)}
        others = {node["metadata"]["name"] for node in nodes} - wanted
        running = [min(by_node[name], key=_age) for name in sorted(by_node) if name in wanted]
        now = self.context.clock.now
        min_ready = daemonset["spec"].get("minReadySeconds", 0)
        available = sum(is_available(pod, min_ready, now) for pod in running)
        digest = template_hash(daemonset["spec"]["template"])
        updated = sum(labels_of(pod).get(REVISION_LABEL) == digest for pod in running)
        return {
            "currentNumberScheduled": len(running),
            "numberMisscheduled": len(others & by_node.keys()),
            "desiredNumberScheduled": len(wanted),
            "numberReady": sum(map(is_ready, running)),
            "updatedNumberScheduled": updated or None,
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


def _by_node(pods: Iterable[Object]) -> dict[str, list[Object]]:
    """Node → its daemon pods; one that goes and has ended leaves room for the next."""
    by_node: dict[str, list[Object]] = {}
    for pod in pods:
        if not (is_terminating(pod) and pod["status"].get("phase") in TERMINAL):
            by_node.setdefault(target_node(pod), []).append(pod)
    return by_node


def _younger(pods: Sequence[Object]) -> list[Object]:
    """All running pods of a node but the oldest."""
    running = [p for p in pods if p["status"].get("phase") not in TERMINAL]
    return sorted((p for p in running if not is_terminating(p)), key=_age)[1:]


def _is_lost(pod: Object) -> bool:
    """Whether a pod waits for a node that is not there."""
    return not pod["spec"].get("nodeName") and not is_terminating(pod)


def _age(pod: Object) -> tuple[str, str]:
    return (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"])
