"""DaemonSet: one pod on every node that it fits.

Source: `pkg/controller/daemon/daemon_controller.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, ClassVar

from kubelearn.api.errors import APIError
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
from kubelearn.controllers.adoption import ORPHANS, adopters, claim, controlled
from kubelearn.controllers.daemon_fit import Fits, Places, fits_of
from kubelearn.controllers.daemon_nodes import pinned, target_node
from kubelearn.controllers.daemon_pods import DaemonPod, DaemonPods, Placed, tally
from kubelearn.controllers.daemon_update import (
    GENERATION,
    GENERATION_LABEL,
    REVISION_LABEL,
    Update,
    allows_surge,
    limits_of,
    running,
)
from kubelearn.controllers.pods import (
    create_pod,
    delete_pod,
    is_available,
    namespace_goes,
    next_available,
    pod_from_template,
)
from kubelearn.controllers.replicaset import slow_start
from kubelearn.controllers.revisions import Revisions, forget, revisions_of
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch
from kubelearn.runtime.explain import Reason, amount
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MINUTE, SECOND

COMPONENT = "daemonset-controller"
DAEMONSETS = "daemonsets.apps"
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
    found = [(key, api.get(DAEMONSETS, *key)) for key in every]
    return [key for key, one in found if _wants(api, reconciler.fits(one), one, new)]


def _wants(api: APIServer, fits: Fits, daemonset: Object, node: Object) -> bool:
    """Whether a DaemonSet has to create or delete a pod because of a node, or counts it anew."""
    pods = controlled(api.on_node(node["metadata"]["name"]), daemonset["metadata"]["uid"])
    if pods and daemonset.get("status", {}).get("numberMisscheduled"):
        return True
    fit = fits.of(node)
    return not fit.stay if pods else fit.come


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The DaemonSets that would adopt a pod that nobody manages."""
    return adopters(reconciler.context, record, DAEMONSETS)


class DaemonSetController:
    """Creates the pod of each eligible node and removes pods of others."""

    name: ClassVar[str] = "daemonset"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(DAEMONSETS),
        Owned("pods", by="DaemonSet"),
        Mapped("pods", _adopters, about=ORPHANS),
        Mapped("nodes", _concerned),
    )
    explains: ClassVar[tuple[str, ...]] = (DAEMONSETS, "pods")
    state: ClassVar[tuple[str, ...]] = ("_backoffs", "_claimed", "_fits", "_pods")

    def __init__(self, context: Context) -> None:
        self.context = context
        self._backoffs: dict[tuple[str, str], tuple[int, int]] = {}
        """(UID of the DaemonSet, node) → (when a pod failed there last, back-off from then)."""
        self._fits: dict[Key, Fits] = {}
        """By the key of the DaemonSet; an answer says what it was decided by."""
        self._pods: dict[Key, DaemonPods] = {}
        """By the key of the DaemonSet: its pods as they were looked at last."""
        self._claimed: dict[Key, list[Object]] = {}
        """The same as they were claimed last."""

    def fits(self, daemonset: Object) -> Fits:
        """On which nodes its pods may be."""
        return fits_of(self._fits, daemonset)

    def reconcile(self, key: Key) -> int | None:
        """Bring the pods to one for each eligible node, or to the template; write the status."""
        daemonset = self.context.api.find(DAEMONSETS, *key)
        if daemonset is None:
            self._fits.pop(key, None)
            self._pods.pop(key, None)
            self._claimed.pop(key, None)
            return None
        revision = self.context.api.store.revision
        # The selector of a DaemonSet stays as it is.
        pods = claim(self.context, daemonset, "pods", known=self._claimed.get(key, ()))
        self._claimed[key] = pods
        present = self._pods.get(key, DaemonPods()).see(pods)
        places = self.fits(daemonset).places(self.context.api.list("nodes"))
        again, digest, refusal = None, "", None
        if not is_terminating(daemonset):
            labels = (daemonset["spec"]["template"].get("metadata") or {}).get("labels") or {}
            revisions = revisions_of(self.context, daemonset, labels, REVISION_LABEL)
            digest = revisions.update["metadata"]["labels"][REVISION_LABEL]
            try:
                again = self._step(daemonset, present, places, digest)
                self._forget(daemonset, revisions)
            except APIError as error:
                refusal = error
            if revisions.collisions:
                self._patch_status(daemonset, {"collisionCount": revisions.collisions})
        if is_terminating(daemonset) or self.context.api.store.revision != revision:
            owned = self.context.api.owned("pods", daemonset["metadata"]["uid"])
            present = present.see(owned)
        self._pods[key] = present
        self._patch_status(daemonset, self._counts(daemonset, present, places, digest))
        if refusal is not None:
            raise refusal
        min_ready = daemonset["spec"].get("minReadySeconds", 0)
        due = (again, next_available(pods, min_ready, self.context.clock.now))
        return min((delay for delay in due if delay is not None), default=None)

    def _forget(self, daemonset: Object, revisions: Revisions) -> None:
        if len(revisions.known) == 1:
            return  # that of the present template
        pods = self.context.api.owned("pods", daemonset["metadata"]["uid"])
        used = {labels_of(pod).get(REVISION_LABEL) for pod in pods}
        live = {
            one["metadata"]["name"]
            for one in revisions.known
            if one is revisions.update or one["metadata"]["labels"].get(REVISION_LABEL) in used
        }
        forget(self.context, daemonset, revisions.known, live)

    # Pods

    def _step(self, daemonset: Object, pods: DaemonPods, places: Places, digest: str) -> int | None:
        """One pod on each node; when that is so, a step of the rolling update."""
        update = Update(daemonset, digest, self.context.clock.now)
        acted, again = self._manage(daemonset, pods, places, update)
        if not acted and daemonset["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            self._roll(daemonset, pods, places, update)
        return again

    def _manage(
        self, daemonset: Object, pods: DaemonPods, places: Places, update: Update
    ) -> tuple[bool, int | None]:
        """Create and delete pods; whether it did, and when a failed one may be replaced."""
        placed = pods.placed
        needing = sorted(places.come - placed.keys())
        surging = allows_surge(daemonset)
        surplus: list[Object] = []
        waits: list[int] = []
        for name in sorted(places.names & (pods.unusual | placed.keys() - places.stay)):
            mine = placed[name]
            if name in places.stay:
                surplus += self._ended(daemonset, name, mine, waits)
                alive = running([one.pod for one in mine])
                surplus += update.surplus(alive) if surging else alive[1:]
                if surging and not alive and name in places.come:
                    needing.append(name)  # beside the one that goes
            else:
                surplus += [one.pod for one in mine if not one.going]
        if not placed.keys() <= places.names:
            surplus += _lost(placed, places.names)
        self._sync_nodes(daemonset, update.digest, needing, surplus)
        return bool(needing or surplus), min(waits, default=None)

    def _sync_nodes(
        self, daemonset: Object, digest: str, nodes: Sequence[str], surplus: Sequence[Object]
    ) -> None:
        """Create, then delete; the first refusal is raised when all of that has been tried."""
        refusals = self._create(daemonset, digest, nodes[:BURST])
        for pod in surplus[:BURST]:
            try:
                delete_pod(self.context, daemonset, pod, COMPONENT)
            except APIError as error:
                refusals.append(error)
        if refusals:
            raise refusals[0]

    def _create(self, daemonset: Object, digest: str, nodes: Sequence[str]) -> list[APIError]:
        """Create pods in batches that double; a batch with a refusal is the last."""
        pod, left = self._pod(daemonset, digest), iter(nodes)
        refusals: list[APIError] = []
        for size in slow_start(len(nodes)):
            for name in islice(left, size):
                spec = {**pod["spec"], "affinity": pinned(pod["spec"], name)}
                try:
                    create_pod(self.context, daemonset, {**pod, "spec": spec}, COMPONENT)
                except APIError as error:
                    refusals += [] if namespace_goes(error) else [error]
            if refusals:
                break
        return refusals

    def _roll(self, daemonset: Object, pods: DaemonPods, places: Places, update: Update) -> None:
        """One step of the rolling update; none when all pods are of the present template."""
        if all(one.is_present(update.digest, update.generation) for one in pods.templates()):
            return
        limits = limits_of(daemonset, len(places.come))
        there = {node: [one.pod for one in mine] for node, mine in pods.placed.items()}
        if limits.surge:
            steps = update.surge(there, limits.surge, places.come)
        else:
            steps = update.replace(there, limits.unavailable)
        self._sync_nodes(daemonset, update.digest, steps.create, steps.delete)

    def _ended(
        self, daemonset: Object, node: str, pods: Iterable[DaemonPod], waits: list[int]
    ) -> list[Object]:
        """Ended pods to delete; those that have failed too often wait for their time."""
        found = []
        for one in pods:
            if one.going or not one.ended:
                continue
            pod, phase = one.pod, one.pod["status"]["phase"]
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

    def _pod(self, daemonset: Object, digest: str) -> Object:
        """A new pod, for no node yet."""
        template = self.fits(daemonset).template
        labels = {
            **((template.get("metadata") or {}).get("labels") or {}),
            REVISION_LABEL: digest,
        }
        generation = _generation(daemonset)
        if generation:
            labels[GENERATION_LABEL] = generation
        template = {**template, "metadata": {**(template.get("metadata") or {}), "labels": labels}}
        return pod_from_template(daemonset, template, [owner_reference(daemonset)])

    # Status

    def _patch_status(self, daemonset: Object, status: dict[str, Any]) -> None:
        metadata = daemonset["metadata"]
        self.context.api.patch_status(DAEMONSETS, metadata["namespace"], metadata["name"], status)

    def _counts(
        self, daemonset: Object, pods: DaemonPods, places: Places, digest: str
    ) -> dict[str, Any]:
        sorts = pods.sorts_on(places.come)
        ready, updated = tally(sorts, digest, _generation(daemonset))
        available, min_ready = ready, daemonset["spec"].get("minReadySeconds", 0)
        if min_ready:
            now = self.context.clock.now
            oldest = pods.oldest(places.come)
            available = sum(is_available(one.pod, min_ready, now) for one in oldest)
        return {
            "currentNumberScheduled": sum(sorts.values()),
            "numberMisscheduled": len((places.names - places.come) & pods.placed.keys()),
            "desiredNumberScheduled": len(places.come),
            "numberReady": ready,
            "updatedNumberScheduled": updated or None,
            "numberAvailable": available or None,
            "numberUnavailable": len(places.come) - available or None,
            "observedGeneration": daemonset["metadata"]["generation"],
        }

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """On how many nodes it wants to run, or why a pod of it exists."""
        if resource == "pods":
            owner = controller_of(obj)
            if owner is None or owner["kind"] != "DaemonSet":
                return []
            text = f"DaemonSet {owner['name']} made this pod for node {target_node(obj)}"
            return [Reason(COMPONENT, text)]
        return explain_daemonset(obj)


def _lost(placed: Placed, nodes: frozenset[str]) -> list[Object]:
    """The pods that wait for a node that is not there."""
    elsewhere = (one for node, pods in placed.items() if node not in nodes for one in pods)
    return [one.pod for one in elsewhere if not one.pod["spec"].get("nodeName") and not one.going]


def _generation(daemonset: Object) -> str:
    """The number of the template, as it was counted before there were revisions."""
    return str((daemonset["metadata"].get("annotations") or {}).get(GENERATION, ""))


def explain_daemonset(daemonset: Object) -> list[Reason]:
    """On how many nodes it wants to run, and what a rolling update waits for."""
    found, strategy = daemonset.get("status", {}), daemonset["spec"]["updateStrategy"]
    wanted, ready = found.get("desiredNumberScheduled", 0), found.get("numberReady", 0)
    text = f"fits {amount(wanted, 'node')}; its pod is ready on {ready} of them"
    reasons = [Reason(COMPONENT, text)]
    old = wanted - found.get("updatedNumberScheduled", 0)
    if not old:
        return reasons
    text = f"the pods of {amount(old, 'node')} are of an earlier template; "
    if strategy["type"] == "OnDelete":
        text += "each is replaced when somebody deletes it (OnDelete)"
    else:
        limits = limits_of(daemonset, wanted)
        text += (
            f"at most {amount(limits.surge, 'node')} may have a second pod"
            if limits.surge
            else f"at most {amount(limits.unavailable, 'node')} may be without an available pod, "
            f"{found.get('numberUnavailable', 0)} are"
        )
    return [*reasons, Reason(COMPONENT, text)]
