"""The kubelet of the transcripts: rules, not behaviour (README of live_controllers).

All steps of a world go through one queue, so that controllers see one pod change at a time.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, NamedTuple

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Key, Object, controller_of, is_terminating, merge
from kubelearn.api.store import Record
from kubelearn.api.times import micro_timestamp, timestamp
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

LEASES, LEASE_NAMESPACE = "leases.coordination.k8s.io", "kube-node-lease"
SETTLE = 150 * MILLISECOND
"""A step runs this long after it is due, at the earliest; the recorder took as long for each."""
BEAT = 10 * SECOND
TERMINAL = ("Succeeded", "Failed")


class Step(NamedTuple):
    """What will be done to a pod: "start", "ready", "end", "stop"."""

    due: int
    order: int
    """Place of the pod in the order of creation."""
    key: Key
    uid: str
    what: str


class FakeKubelet:
    """A part in the place of the kubelets of all nodes."""

    name = "fake-kubelet"
    state: ClassVar[tuple[str, ...]] = ("steps", "dead", "_order")

    def __init__(self, context: Context, rules: dict[str, float]) -> None:
        self.context = context
        self.ready_after, self.stop_after, self.gap = (
            int(rules[name] * SECOND) for name in ("ready_after_s", "stop_after_s", "gap_s")
        )
        self.gap = max(self.gap, SETTLE)
        self.steps: list[Step] = []
        self.dead: set[str] = set()
        self._order: dict[str, int] = {}
        self._last = -SECOND * 1000
        self._addresses = 0
        context.api.store.watch(self.name, ("pods",), self.deliver, 0)

    # Nodes

    def add_node(self, name: str, labels: dict[str, str], taints: list[Object]) -> None:
        """A ready node that renews its lease every ten seconds."""
        now = timestamp(self.context.clock.now)
        size = {"cpu": "64", "memory": "256Gi", "pods": "200"}
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": labels},
            "spec": {"taints": taints} if taints else {},
            "status": {"capacity": size, "allocatable": size, "conditions": [_ready_node(now)]},
        }
        self.context.api.create(node)
        self.beat(name)

    def beat(self, node: str) -> None:
        """Renew the lease of a live node, and again."""
        if node in self.dead:
            return
        if self.context.api.find("nodes", None, node) is None:
            return
        spec = {"holderIdentity": node, "renewTime": micro_timestamp(self.context.clock.now)}
        metadata = {"name": node, "namespace": LEASE_NAMESPACE}
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
        lease |= {"metadata": metadata, "spec": spec}
        self.context.api.store.put(LEASES, (LEASE_NAMESPACE, node), lease)
        self.context.clock.after(BEAT, self.beat, node)

    def stop_heartbeats(self, nodes: list[str]) -> None:
        """These machines die."""
        self.dead |= set(nodes)

    def resume_heartbeats(self, nodes: list[str]) -> None:
        """They are back: Ready=True, and their pods carry on."""
        self.dead -= set(nodes)
        for name in nodes:
            self.beat(name)
            now = timestamp(self.context.clock.now)
            self.set_node_condition(name, _ready_node(now))
        self._arm()

    def set_node_condition(self, node: str, condition: Object) -> None:
        """Post one condition of a node."""
        old = self.context.api.get("nodes", None, node)["status"]["conditions"]
        self._put_status("nodes", ("", node), {"conditions": _with(old, [condition])})

    # Pods

    def deliver(self, records: list[Record]) -> None:
        """Plan steps for pods that were bound or asked to go."""
        for record in records:
            pod = record.new
            if pod is None:
                continue
            uid = pod["metadata"]["uid"]
            self._order.setdefault(uid, len(self._order))
            bound = pod["spec"].get("nodeName")
            was = record.old or {"metadata": {}, "spec": {}, "status": {}}
            if bound and not was["spec"].get("nodeName") and not is_terminating(pod):
                self._plan_start(pod, record)
            if bound and is_terminating(pod) and not is_terminating(was):
                self._plan_stop(pod, record)
        self._arm()

    def _plan_start(self, pod: Object, record: Record) -> None:
        annotations = pod["metadata"].get("annotations") or {}
        what = "stuck" if "sim/never-start" in annotations else "start"
        self._plan(pod, record, self.ready_after, what)

    def _plan_stop(self, pod: Object, record: Record) -> None:
        self.steps = [one for one in self.steps if one.uid != pod["metadata"]["uid"]]
        annotations = pod["metadata"].get("annotations") or {}
        stop = annotations.get("sim/stop-after")
        after = int(float(stop) * SECOND) if stop is not None else self.stop_after
        grace = pod["metadata"].get("deletionGracePeriodSeconds", 0) * SECOND
        if pod["status"]["phase"] == "Pending":
            after = SECOND // 10
        self._plan(pod, record, min(after, grace), "stop")

    def _plan(self, pod: Object, record: Record, delay: int, what: str) -> None:
        uid = pod["metadata"]["uid"]
        due = record.time + delay
        self.steps.append(Step(due, self._order[uid], record.key, uid, what))

    @property
    def waiting(self) -> bool:
        """Whether a step on a live node is still to come."""
        return any(self._lives(step) for step in self.steps)

    def _lives(self, step: Step) -> bool:
        pod = self.context.api.find("pods", *step.key)
        return pod is None or pod["spec"].get("nodeName") not in self.dead

    def _next(self) -> tuple[int, Step] | None:
        live = [step for step in self.steps if self._lives(step)]
        if not live:
            return None
        first = min(step.due for step in live)
        chosen = min((s for s in live if s.due <= first + SETTLE), key=lambda step: step.order)
        time = max(first + SETTLE, self._last + self.gap, self.context.clock.now)
        return time, chosen

    def _arm(self) -> None:
        found = self._next()
        if found is not None:
            self.context.clock.at(found[0], self.work)

    def work(self) -> None:
        """Do the step whose turn it is, if it is time."""
        found = self._next()
        if found is None or found[0] > self.context.clock.now:
            return
        step = found[1]
        self.steps.remove(step)
        pod = self.context.api.find("pods", *step.key)
        if pod is not None and pod["metadata"]["uid"] == step.uid:
            self._last = self.context.clock.now
            getattr(self, f"_{step.what}")(step, pod)
        self._arm()

    def _stuck(self, _step: Step, _pod: Object) -> None:
        """Its image cannot be pulled: it stays Pending."""

    def _start(self, step: Step, pod: Object) -> None:
        delay = (pod["metadata"].get("annotations") or {}).get("sim/ready-delay")
        self._addresses += 1
        address = f"10.0.{self._addresses // 250}.{self._addresses % 250 + 1}"
        now = timestamp(self.context.clock.now)
        ready = delay is None
        conditions = [_condition("Initialized", True, now), *_readiness(ready, now)]
        status = {
            "phase": "Running",
            "conditions": _with(pod["status"].get("conditions") or [], conditions),
            "podIP": address,
            "podIPs": [{"ip": address}],
            "startTime": now,
            "containerStatuses": [_container(one, ready, now) for one in _containers(pod)],
        }
        self._put_status("pods", step.key, status)
        self._plan_exit(step, pod)
        if delay not in (None, "never"):
            due = self.context.clock.now + int(float(delay) * SECOND)
            self.steps.append(step._replace(due=due, what="ready"))

    # Containers that exit by themselves

    def _plan_exit(self, step: Step, pod: Object) -> None:
        """Plan the next exit of a pod's containers, if it says when they exit."""
        rule = (pod["metadata"].get("annotations") or {}).get("sim/exit")
        if rule is not None:
            due = self.context.clock.now + int(json.loads(rule)["after_s"] * SECOND)
            self.steps.append(step._replace(due=due, what="end"))

    def _end(self, step: Step, pod: Object) -> None:
        """The containers exit; where the policy says so they start again at once."""
        code, policy = self._exit_code(pod), pod["spec"].get("restartPolicy", "Always")
        if policy == "Never" or (policy == "OnFailure" and code == 0):
            self.exit(step.key, code)
            return
        statuses = [
            {**one, "restartCount": one["restartCount"] + 1}
            for one in pod["status"]["containerStatuses"]
        ]
        self._put_status("pods", step.key, {"containerStatuses": statuses})
        self._plan_exit(step, pod)

    def _exit_code(self, pod: Object) -> int:
        """The code of this exit: by its index or the pod's number, and the restarts so far."""
        annotations = pod["metadata"]["annotations"]
        rule = json.loads(annotations["sim/exit"])
        index = annotations.get("batch.kubernetes.io/job-completion-index")
        codes = rule.get("by_index", {}).get(index, rule["codes"])
        if pod["spec"].get("restartPolicy", "Always") == "Never":
            number = self._number(pod, index)
        else:
            number = pod["status"]["containerStatuses"][0]["restartCount"]
        return int(codes[min(number, len(codes) - 1)])

    def _number(self, pod: Object, index: str | None) -> int:
        """How many pods of the same owner, and index, were created before this one."""
        owner, uid = controller_of(pod), pod["metadata"]["uid"]
        older = 0
        for record in self.context.api.store.log:
            other = record.new
            if record.resource != "pods" or record.old is not None or other is None:
                continue
            if other["metadata"]["uid"] == uid:
                return older
            annotations = other["metadata"].get("annotations") or {}
            same = annotations.get("batch.kubernetes.io/job-completion-index") == index
            older += same and controller_of(other) == owner
        return older

    def _ready(self, step: Step, _pod: Object) -> None:
        self.set_ready(step.key, True)

    def set_ready(self, key: Key, ready: bool) -> None:
        """A pod becomes ready or unready."""
        pod = self.context.api.get("pods", *key)
        now = timestamp(self.context.clock.now)
        statuses = [{**one, "ready": ready} for one in pod["status"]["containerStatuses"]]
        conditions = _with(pod["status"]["conditions"], _readiness(ready, now))
        status = {"conditions": conditions, "containerStatuses": statuses}
        self._put_status("pods", key, status)

    def _stop(self, step: Step, pod: Object) -> None:
        if pod["status"]["phase"] not in TERMINAL:
            annotations = pod["metadata"].get("annotations") or {}
            self.exit(step.key, int(annotations.get("sim/stop-code", 0)))
        try:
            self.context.api.delete("pods", *step.key, grace=0, uid=step.uid)
        except NotFound:
            return

    def exit(self, key: Key, code: int) -> None:
        """All containers of a pod exit; it has ended."""
        pod = self.context.api.get("pods", *key)
        now = timestamp(self.context.clock.now)
        failed = code != 0
        reason = "PodFailed" if failed else "PodCompleted"
        ended = {"exitCode": code, "reason": "Error" if failed else "Completed", "finishedAt": now}
        statuses = [
            {**one, "ready": False, "state": {"terminated": ended}}
            for one in pod["status"].get("containerStatuses") or ()
        ]
        conditions = [{**one, "reason": reason} for one in _readiness(False, now)]
        status = {
            "phase": "Failed" if failed else "Succeeded",
            "conditions": _with(pod["status"].get("conditions") or [], conditions),
            "containerStatuses": statuses,
        }
        self._put_status("pods", key, status)

    def _put_status(self, resource: str, key: Key, status: Object) -> None:
        old = self.context.api.store.get(resource, key)
        assert old is not None, key
        self.context.api.store.put(resource, key, merge(old, {"status": status}))


def _ready_node(now: str) -> Object:
    return {**_condition("Ready", True, now), "lastHeartbeatTime": now, "reason": "KubeletReady"}


def _condition(kind: str, status: bool, now: str) -> Object:
    return {"type": kind, "status": str(status), "lastTransitionTime": now}


def _readiness(ready: bool, now: str) -> list[Object]:
    found = [_condition(kind, ready, now) for kind in ("ContainersReady", "Ready")]
    return found if ready else [{**one, "reason": "ContainersNotReady"} for one in found]


def _with(old: list[Object], new: list[Object]) -> list[Object]:
    names = {one["type"] for one in new}
    return [*(one for one in old if one["type"] not in names), *new]


def _containers(pod: Object) -> list[dict[str, Any]]:
    return list(pod["spec"]["containers"])


def _container(container: Object, ready: bool, now: str) -> Object:
    state = {"running": {"startedAt": now}}
    return {"name": container["name"], "ready": ready, "restartCount": 0, "state": state}
