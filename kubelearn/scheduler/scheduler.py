"""The scheduler: watches pods and nodes, and gives each waiting pod a node.

One pod at a time: filter, score, reserve, permit, bind (`pkg/scheduler/schedule_one.go`,
`pkg/scheduler/eventhandlers.go`, Kubernetes 1.36).

Unlike the real one: a cycle takes the same short simulated time for every pod (`CYCLE_TIME`) and
the binding belongs to it, so nothing happens in the cluster between a pod's snapshot and its
binding. Only a pod whose claims must be bound first keeps its node and waits.
"""

from __future__ import annotations

from typing import Any, ClassVar

from kubelearn.api.errors import APIError, Conflict, NotFound
from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.scheduler import pod_status
from kubelearn.scheduler.algorithm import Evaluation, begin, rank
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.configuration import Configuration, configure
from kubelearn.scheduler.decisions import record
from kubelearn.scheduler.diagnosis import NodeStatuses, fit_error
from kubelearn.scheduler.event_handlers import RESOURCES, STORAGE, EventHandlers
from kubelearn.scheduler.events import POD_DELETE, ClusterEvent
from kubelearn.scheduler.explain import explain_pod
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo, pod_info
from kubelearn.scheduler.plugin_error import PluginError, broke
from kubelearn.scheduler.profile import DEFAULT_SCHEDULER
from kubelearn.scheduler.queue import QueuedPod, SchedulingQueue
from kubelearn.scheduler.status import Code, Status, truncate
from kubelearn.scheduler.volume_binder import Binding, are_bound, write_choice
from kubelearn.sim.clock import MILLISECOND, SECOND

CYCLE_TIME = 2 * MILLISECOND
"""Simulated time from a pod's being first in the queue to its binding."""


class NoFit(Exception):
    """No node is feasible for the pod."""


class CycleFailed(Exception):
    """Something refused, or broke, on the way from the chosen node to the binding."""

    def __init__(self, status: Status, node: str) -> None:
        self.rejected_by = frozenset({status.plugin}) if status.rejected else frozenset()
        refused = status.rejected
        super().__init__(fit_error(1, NodeStatuses({node: status})) if refused else status.message)


class Scheduler:
    """The part that decides where pods run.

    `configuration` has its profiles and their plugins; a pod is tried by the profile that its
    `spec.schedulerName` names, and by nobody when there is none.
    """

    name = "scheduler"
    explains: ClassVar[tuple[str, ...]] = ("pods",)
    state: ClassVar[tuple[str, ...]] = ("cache", "queue", "binding")

    def __init__(
        self,
        context: Context,
        configuration: Configuration | None = None,
        cycle_time: int = CYCLE_TIME,
    ) -> None:
        self.context = context
        self.configuration = configuration = configuration or configure()
        self.frameworks = {
            profile.scheduler_name: Framework(configuration.plugins, profile)
            for profile in configuration.profiles
        }
        self._use(next(iter(self.frameworks.values())))
        self.cache = Cache()
        self.queue = SchedulingQueue(self.frameworks, configuration.backoff)
        self.binding: dict[Key, Binding] = {}
        """Pods that have their node and wait for their claims to be bound."""
        self.cycle_time = cycle_time
        self.cycles = 0
        """Cycles begun so far."""
        self._attempt = 0
        self._victims: list[str] = []
        self._next_start = 0
        self._busy = False
        self._flush_at: int | None = None
        self._flush_timer = 0
        context.api.store.watch(self.name, RESOURCES, self.deliver, WATCH_LATENCY)

    def _use(self, framework: Framework) -> None:
        """Let this profile's plugins work on the pod at hand."""
        self.framework, self.profile = framework, framework.profile

    # What happens in the cluster

    def deliver(self, records: list[Record]) -> None:
        """Bring cache and queue up to date with a batch of writes."""
        handlers = EventHandlers(self.cache, self.queue, self.frameworks, self.context.clock.now)
        for change in records:
            handlers.handle(change)
            if change.resource == "pods" and change.new is None:
                self.context.decisions.forget(_subject(change.key))
        if self.binding and any(change.resource in STORAGE for change in records):
            self.look_at_claims()
        self._arm()

    def _arm(self) -> None:
        clock = self.context.clock
        if self.queue.ready and not self._busy:
            self._busy = True
            clock.after(self.cycle_time, self.cycle)
        due = self.queue.next_flush(clock.now)
        if due is not None and (self._flush_at is None or due < self._flush_at):
            if self._flush_at is not None:
                clock.cancel(self._flush_timer)
            self._flush_at, self._flush_timer = due, clock.at(due, self.flush)

    def flush(self) -> None:
        """Let the pods go whose back-off is over or that have waited for too long."""
        self._flush_at = None
        now = self.context.clock.now
        self.queue.flush_backoff(now)
        self.queue.flush_pool(now)
        self._arm()

    # One pod

    def cycle(self) -> None:
        """Try the first pod of the queue."""
        self._busy = False
        queued = self.queue.pop()
        if queued is not None:
            self._use(self.frameworks[queued.pod.spec.get("schedulerName") or DEFAULT_SCHEDULER])
            if not self._skipped(queued.pod):
                self.cycles += 1
                self._attempt = queued.attempts
                self.schedule_one(queued)
        self._arm()

    def _skipped(self, pod: PodInfo) -> bool:
        if pod.terminating:
            text = f"skip schedule deleting pod: {pod.namespace}/{pod.name}"
            self._event(pod.obj, "Warning", "FailedScheduling", text)
        return pod.terminating or pod.key in self.cache.assumed

    def schedule_one(self, queued: QueuedPod) -> None:
        """Filter, score, reserve, permit, bind; on failure back into the queue."""
        snapshot = self.cache.update_snapshot()
        found = begin(self.framework, snapshot, queued.pod, self._next_start)
        try:
            self.filter(queued, found)
            node = self.score(queued, found)
            self.reserve(queued, found, node)
            self.permit(queued, found, node)
            self.bind(queued, found, node)
        except NoFit:
            self.post_filter(queued, found)
        except CycleFailed as failure:
            self._give_up(queued, found, failure)
        except PluginError as error:
            self._failed(queued, found, str(error), frozenset(), broken=True, nominated="")

    def filter(self, queued: QueuedPod, found: Evaluation) -> None:
        """Find the feasible nodes; NoFit when there is none."""
        found.filter(self.framework, queued.pod, self._next_start)
        if found.nodes:
            self._next_start = (self._next_start + found.scanned) % found.nodes
        if not found.count:
            raise NoFit

    def score(self, queued: QueuedPod, found: Evaluation) -> NodeInfo:
        """Rank the feasible nodes; among equally good ones a seeded draw decides."""
        rank(self.framework, found, queued.pod)
        return found.pick(self.draw(found.ties, "tie", queued.pod))

    def reserve(self, queued: QueuedPod, found: Evaluation, node: NodeInfo) -> None:
        """Assume the pod on the node, so that the next pods count it, and run Reserve."""
        self.cache.assume(queued.pod.on(node.name))
        self.cache.forget_nomination(queued.pod.uid)
        self._unless(queued, found, node, self.framework.reserve(found.state, queued.pod, node))

    def permit(self, queued: QueuedPod, found: Evaluation, node: NodeInfo) -> None:
        """Ask the Permit plugins."""
        self._unless(queued, found, node, self.framework.permit(found.state, queued.pod, node))

    def bind(self, queued: QueuedPod, found: Evaluation, node: NodeInfo) -> None:
        """Write the binding, and what was decided."""
        pod = queued.pod
        status = self.framework.bind(found.state, pod, node, self)
        if status is not None and status.code is Code.WAIT:
            status = self._begin_binding(queued, found, node)
        else:
            self._unless(queued, found, node, status, late=True)
            self._tell_bound(pod, node)
        self._unless(queued, found, node, status, late=True)
        self._record(queued, found, node=node.name)

    def _tell_bound(self, pod: PodInfo, node: NodeInfo) -> None:
        text = f"Successfully assigned {pod.namespace}/{pod.name} to {node.name}"
        self._event(pod.obj, "Normal", "Scheduled", text)

    # Claims that must be bound before the pod is

    def _begin_binding(self, queued: QueuedPod, found: Evaluation, node: NodeInfo) -> Status | None:
        """Write which volumes the pod takes, and wait; what went wrong, or None."""
        plugin, (namespace, name) = self.framework.plugins["VolumeBinding"], queued.pod.key
        # NominatedNodeNameForExpectation (on since 1.35): a wait shows where the pod will be.
        expected = {"nominatedNodeName": node.name}
        self.context.api.patch_status("pods", namespace, name, expected)
        choice = plugin.pre_bind_choice(found.state, node)
        problem = write_choice(self.context.api, choice, node.name)
        if problem:
            return _not_bound(problem)
        deadline = self.context.clock.now + plugin.bind_timeout_seconds * SECOND
        self.binding[queued.pod.key] = Binding(queued, node.name, deadline)
        self.context.clock.at(deadline, self.look_at_claims)
        return None

    def look_at_claims(self) -> None:
        """Bind the pods whose claims are bound by now; give up on those that waited too long."""
        now = self.context.clock.now
        for key, waiting in list(self.binding.items()):
            pod = waiting.queued.pod
            node = self.cache.snapshot.node(waiting.node)
            if self._current(pod) is None:
                del self.binding[key]
                self.cache.forget(key)
                continue
            if node is None:
                done, problem = False, f'node "{waiting.node}" not found'
            else:
                done, problem = are_bound(self.context.api, pod, node)
            if not done and not problem and now < waiting.deadline:
                continue
            del self.binding[key]
            self._end_binding(
                waiting, node, problem or ("" if done else "context deadline exceeded")
            )
        self._arm()

    def _end_binding(self, waiting: Binding, node: NodeInfo | None, problem: str) -> None:
        pod = waiting.queued.pod
        self._use(self.frameworks[pod.spec.get("schedulerName") or DEFAULT_SCHEDULER])
        found = begin(self.framework, self.cache.update_snapshot(), pod, self._next_start)
        status: Status | None = _not_bound(f"binding volumes: {problem}")
        if not problem and node is not None:
            status = self.framework.bind(found.state, pod, node, self)
        if status is None and node is not None:
            self._tell_bound(pod, node)
            return
        assert status is not None
        freed = self.cache.forget(pod.key)
        self.queue.move_all(ClusterEvent(POD_DELETE, freed), self.context.clock.now)
        self._give_up(waiting.queued, found, CycleFailed(status, waiting.node))

    def _unless(
        self,
        queued: QueuedPod,
        found: Evaluation,
        node: NodeInfo,
        status: Status | None,
        *,
        late: bool = False,
    ) -> None:
        """Give everything back and fail the cycle, unless all is well.

        `late`: others may have been refused meanwhile, because the pod took the room.
        """
        if status is None:
            return
        self.framework.unreserve(found.state, queued.pod, node)
        freed = self.cache.forget(queued.pod.key)
        if late:
            self.queue.move_all(ClusterEvent(POD_DELETE, freed), self.context.clock.now)
        raise CycleFailed(status, node.name)

    # Failure

    def post_filter(self, queued: QueuedPod, found: Evaluation) -> None:
        """No node fits: let PostFilter make room, then say why and put the pod back."""
        result, self._victims = None, []
        if not found.nodes:
            self._failed(queued, found, found.message, found.rejected_by, nominated="")
            return
        try:
            result, found.post_filter = self.framework.post_filter(
                found.state, queued.pod, found.statuses, self
            )
        except PluginError as error:
            found.post_filter = str(error)
        nominated = None if result is None else result.nominated_node
        self._failed(queued, found, found.message, found.rejected_by, nominated=nominated)

    def _give_up(self, queued: QueuedPod, found: Evaluation, failure: CycleFailed) -> None:
        """The cycle failed behind the chosen node, which is not kept for the pod any more."""
        broken, rejected_by = not failure.rejected_by, failure.rejected_by
        self._failed(queued, found, str(failure), rejected_by, broken=broken, nominated="")

    def _failed(
        self,
        queued: QueuedPod,
        found: Evaluation,
        message: str,
        rejected_by: frozenset[str],
        *,
        broken: bool = False,
        nominated: str | None = None,
    ) -> None:
        """Back into the queue, then event and condition; `nominated` None leaves it as it is."""
        pod, now = queued.pod, self.context.clock.now
        current = self._current(pod)
        if current is not None and not current["spec"].get("nodeName"):
            newest = queued._replace(pod=pod_info(current))
            self.queue.requeue(newest, rejected_by, now)
            if nominated is not None:
                self.cache.nominate(newest.pod, nominated)
        outcome = {"nominated": nominated or "", "victims": self._victims if nominated else ()}
        self._record(queued, found, message=message, **outcome)
        self._event(pod.obj, "Warning", "FailedScheduling", truncate(message))
        if current is not None:
            reason = "SchedulerError" if broken else "Unschedulable"
            patch = pod_status.failed(current, now, reason, message, nominated)
            self.context.api.patch_status("pods", pod.namespace, pod.name, patch)

    def _current(self, pod: PodInfo) -> Object | None:
        """The pod as the API has it, or None when it is gone or another one by now."""
        found = self.context.api.find("pods", pod.namespace, pod.name)
        return found if found is not None and found["metadata"].get("uid") == pod.uid else None

    def _record(self, queued: QueuedPod, found: Evaluation, **outcome: Any) -> None:
        pod, framework = queued.pod, self.framework
        outcome["time"] = self.context.clock.now
        outcome["cycle"], outcome["attempt"] = self.cycles, queued.attempts
        later = found.deferred(framework, pod, outcome) if outcome.get("node") else None
        decision = record(found, framework, pod, **outcome) if later is None else later
        self.context.decisions.record(_subject(pod.key), decision)

    # What plugins may ask for (see `Handle`)

    def draw(self, count: int, purpose: str, pod: PodInfo) -> int:
        """A seeded number in [0, count) for this pod's attempt."""
        if count == 1:
            return 0
        return self.context.draws.below(count, f"scheduler/{purpose}", pod.uid, self._attempt)

    def bind_pod(self, pod: PodInfo, node: NodeInfo) -> None:
        """Assign the pod to the node through the API; Conflict when it is another pod by now."""
        api, (namespace, name) = self.context.api, pod.key
        found = api.get("pods", namespace, name)["metadata"]["uid"]
        if found != pod.uid:
            detail = f"UID in precondition: {pod.uid}, UID in object meta: {found}"
            raise Conflict.of("pods/binding", name, f"Precondition failed: {detail}")
        api.bind(namespace, name, node.name)

    def preempt(self, victim: PodInfo, pod: PodInfo, node: str) -> None:
        """Mark and delete a victim, unless it is on its way out already."""
        api, (namespace, name) = self.context.api, victim.key
        self._victims.append(f"{namespace}/{name}")
        current = self._current(victim)
        if current is None or "deletionTimestamp" in current["metadata"]:
            return
        scheduler = pod.spec.get("schedulerName") or DEFAULT_SCHEDULER
        patch = pod_status.preempted(current, self.context.clock.now, scheduler)
        api.patch_status("pods", namespace, name, patch)
        try:
            api.delete("pods", namespace, name)
        except APIError:
            return
        self._event(current, "Normal", "Preempted", f"Preempted by pod {pod.uid} on node {node}")

    def forget_nomination(self, pod: PodInfo) -> None:
        """Take away the nomination of a waiting pod."""
        self.cache.forget_nomination(pod.uid)
        try:
            self.context.api.patch_status(
                "pods", pod.namespace, pod.name, {"nominatedNodeName": None}
            )
        except NotFound:
            return

    def _event(self, pod: Object, kind: str, reason: str, text: str) -> None:
        self.context.recorder.event(pod, kind, reason, text, self.profile.scheduler_name)

    # Looking in

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """Why a pod is where it is, or nowhere."""
        metadata = obj["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        waiting = self.queue.find(key)
        decisions = self.context.decisions.of(_subject(key))
        return explain_pod(obj, tuple(self.frameworks), decisions, waiting)


def _not_bound(problem: str) -> Status:
    """PreBind of claims has failed."""
    return Status(Code.ERROR, (broke("PreBind", "VolumeBinding", problem),), "VolumeBinding")


def _subject(key: tuple[str, str]) -> str:
    return f"pods/{key[0]}/{key[1]}"
