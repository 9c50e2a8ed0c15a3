"""One sync of a StatefulSet: the next step that order, health and strategy allow.

Source: `pkg/controller/statefulset/stateful_set_control.go` (updateStatefulSet), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelearn.api.errors import APIError, NotFound
from kubelearn.api.objects import Object, is_terminating
from kubelearn.controllers.deployment.budget import scaled
from kubelearn.controllers.pods import TERMINAL
from kubelearn.controllers.revisions import template_of
from kubelearn.controllers.statefulset import identity
from kubelearn.controllers.statefulset.pod_control import PodControl
from kubelearn.controllers.statefulset.status import Counts, counted
from kubelearn.runtime.part import Context


def max_unavailable(value: int | str | None, replicas: int) -> int:
    """How many pods may be unavailable at once: rounded down, at least 1."""
    return max(1, scaled(1 if value is None else value, replicas, up=False))


def is_current_needed(statefulset: Object, ordinal: int) -> bool:
    """Whether a missing pod is made from the current revision: it lies below the partition."""
    spec = statefulset["spec"]
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") != "RollingUpdate":
        return False
    start = identity.ordinals(statefulset).start
    rolling = strategy.get("rollingUpdate")
    if rolling is None:
        return bool(ordinal < start + statefulset.get("status", {}).get("currentReplicas", 0))
    return bool(ordinal < start + rolling.get("partition", 0))


class Sync:
    """What one sync has read, and what it does."""

    def __init__(
        self, context: Context, statefulset: Object, pods: Sequence[Object],
        current: Object, update: Object,
    ) -> None:  # fmt: skip
        self.context, self.set = context, statefulset
        self.current, self.update = current, update
        self.control = PodControl(context, statefulset)
        self.min_ready = statefulset["spec"].get("minReadySeconds", 0)
        self.ordered = statefulset["spec"].get("podManagementPolicy") != "Parallel"
        by_ordinal = {identity.ordinal_of(pod): pod for pod in pods}
        wanted = identity.ordinals(statefulset)
        self.replicas = [by_ordinal.get(o) or self._new(o) for o in wanted]
        out = [o for o in by_ordinal if o >= 0 and o not in wanted]
        self.condemned = [by_ordinal[o] for o in sorted(out, reverse=True)]
        every = [*self.replicas, *reversed(self.condemned)]
        unhealthy = (pod for pod in every if self._unavailable(pod))
        self.first_unhealthy = next(unhealthy, None)
        self.spent = 0
        """Pods of the current revision that the rolling update has deleted."""

    def _new(self, ordinal: int) -> Object:
        old = is_current_needed(self.set, ordinal)
        revision = self.current if old else self.update
        name = revision["metadata"]["name"]
        return identity.pod_for(self.set, template_of(revision), name, ordinal)

    def _unavailable(self, pod: Object) -> bool:
        return identity.is_unavailable(pod, self.min_ready, self.context.clock.now)

    def _available(self, pod: Object) -> bool:
        now = self.context.clock.now
        return identity.is_running_and_available(pod, self.min_ready, now)

    def counts(self) -> Counts:
        """The counters of the status, of the pods as this sync has read them."""
        revisions = (self.current["metadata"]["name"], self.update["metadata"]["name"])
        now = self.context.clock.now
        found = counted([*self.replicas, *self.condemned], revisions, self.min_ready, now)
        return found._replace(current=found.current - self.spent)

    def run(self) -> None:
        """Create what is missing, then delete what is too much, then replace what is old."""
        if self._stops(self.replicas, self._process_replica):
            return
        if self._stops(self.condemned, self._fix_claims):
            return
        if self._stops(self.condemned, self._process_condemned):
            return
        strategy = self.set["spec"].get("updateStrategy") or {}
        if strategy.get("type") != "OnDelete":
            self._roll((strategy.get("rollingUpdate") or {}).get("partition", 0))

    def _stops(self, pods: Sequence[Object], function: Callable[[Object], bool]) -> bool:
        """Do something to each pod; whether the sync ends there.

        In order the first pod that wants to wait ends it. In parallel all get their turn, in
        batches that double; a batch with a refusal is the last.
        """
        if self.ordered:
            return any(function(pod) for pod in pods)
        done, size = 0, 1
        while done < len(pods):
            refusals = []
            for pod in pods[done : done + size]:
                try:
                    function(pod)
                except APIError as error:
                    refusals.append(error)
            if refusals:
                raise refusals[0]
            done, size = done + size, size * 2
        return False

    def _process_replica(self, pod: Object) -> bool:
        """Bring one wanted pod on its way; True when the next has to wait for it."""
        if pod["status"].get("phase") in TERMINAL:
            if not is_terminating(pod):
                self.control.delete(pod)
            return True
        if not identity.is_created(pod):
            if self.control.is_stale(pod):
                return True
            self.control.create(pod)
            return True
        if pod["status"]["phase"] == "Pending":
            self.control.create_claims(pod)
        if self.ordered and self._unavailable(pod):
            return True
        self.control.repair(pod)
        return False

    def _fix_claims(self, pod: Object) -> bool:
        self.control.own_claims(pod)
        return False

    def _process_condemned(self, pod: Object) -> bool:
        """Delete a pod that is too much; in order only when nothing else is unhealthy."""
        if is_terminating(pod):
            return True
        if self.ordered and not self._available(pod) and pod is not self.first_unhealthy:
            return True
        self.control.delete(pod)
        return True

    def _roll(self, partition: int) -> None:
        """Delete the pod with the highest ordinal that is old, if those above it are healthy."""
        wanted = self.update["metadata"]["name"]
        for pod in reversed(self.replicas[partition:]):
            if identity.revision_of(pod) != wanted and not is_terminating(pod):
                try:
                    self.control.delete(pod)
                except NotFound:
                    return
                self.spent += 1
                return
            if self._unavailable(pod):
                return
