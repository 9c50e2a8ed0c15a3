"""A real API server with chosen controllers and nothing else, for the tests here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from kubelearn.api.objects import Object, merge
from kubelearn.api.server import APIServer
from kubelearn.api.times import timestamp
from kubelearn.controllers import ADDED, CONTROLLERS
from kubelearn.runtime.controller import Controller
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.part import Context, fork_part
from kubelearn.runtime.recorder import Recorder
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.sim.draws import Draws

NAMESPACES = ("default", "kube-system", "kube-node-lease")
CONTAINER: Object = {"name": "web", "image": "nginx:1.29", "ports": [{"containerPort": 80}]}
TEMPLATE: Object = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [CONTAINER]},
}


class Room(NamedTuple):
    """The parts of a test world."""

    clock: Clock
    api: APIServer
    context: Context
    parts: dict[str, Any]

    # Time

    def run(self, seconds: float) -> None:
        """Let this many seconds pass."""
        self.clock.run(self.clock.now + int(seconds * SECOND))

    # Objects

    def create(self, kind: str, name: str, spec: Object | None, **metadata: Any) -> Object:
        """Create an object in the namespace default; `spec` None for kinds without one."""
        given = {"name": name, "namespace": "default", **metadata}
        obj = {"apiVersion": VERSIONS[kind], "kind": kind, "metadata": given}
        return self.api.create(obj if spec is None else {**obj, "spec": spec})

    def workload(self, kind: str, name: str = "web", **spec: Any) -> Object:
        """A Deployment, ReplicaSet or DaemonSet of the template above."""
        selector = {"matchLabels": {"app": "web"}}
        return self.create(kind, name, {"selector": selector, "template": TEMPLATE, **spec})

    def pod(self, name: str = "web", node: str = "", **metadata: Any) -> Object:
        """A bare pod with the label app=web."""
        spec: Object = {"containers": [CONTAINER]}
        if node:
            spec["nodeName"] = node
        return self.create("Pod", name, spec, **{"labels": {"app": "web"}, **metadata})

    def node(self, name: str, **more: Any) -> Object:
        """A ready node; `zone` and `taints` may be given."""
        labels = {"kubernetes.io/hostname": name}
        if "zone" in more:
            labels["topology.kubernetes.io/zone"] = more["zone"]
        spec = {"taints": more["taints"]} if "taints" in more else {}
        now = timestamp(self.clock.now)
        ready = {"type": "Ready", "status": "True", "lastHeartbeatTime": now,
                 "lastTransitionTime": now, "reason": "KubeletReady"}  # fmt: skip
        size = {"cpu": "4", "memory": "16Gi", "pods": "110"}
        status = {"capacity": size, "allocatable": size, "conditions": [ready]}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}
        made = self.api.create({**node, "spec": spec, "status": status})
        # Without its lifecycle controller a node would keep the taint of those who just joined.
        self.api.store.put("nodes", ("", name), {**made, "spec": spec})
        return self.api.get("nodes", None, name)

    # What kubelets and the scheduler would do

    def start(self, pod: Object, node: str = "worker-1", *, ready: bool = True) -> None:
        """A pod is bound, runs, and is ready."""
        metadata = pod["metadata"]
        key = (metadata["namespace"], metadata["name"])
        now = timestamp(self.clock.now)
        condition = {"type": "Ready", "status": str(ready), "lastTransitionTime": now}
        number = sum(ord(letter) for letter in metadata["uid"]) % 250
        status = {"phase": "Running", "conditions": [condition], "podIP": f"10.0.0.{number}"}
        patch = {"spec": {"nodeName": node}, "status": status}
        self.api.store.put("pods", key, merge(self.api.get("pods", *key), patch))

    def start_all(self, *, ready: bool = True) -> None:
        """All pods that are Pending run, one after the other over three nodes."""
        for number, pod in enumerate(self.pods()):
            if pod["status"]["phase"] == "Pending":
                self.start(pod, f"worker-{number % 3 + 1}", ready=ready)

    def stop_all(self) -> None:
        """All pods that were asked to go are gone."""
        for pod in self.pods():
            if "deletionTimestamp" in pod["metadata"]:
                metadata = pod["metadata"]
                self.api.delete("pods", metadata["namespace"], metadata["name"], grace=0)

    def settle(self, seconds: int = 5) -> None:
        """Everything starts and stops at once, for some seconds."""
        for _ in range(seconds * 10):
            self.run(0.1)
            self.start_all()
            self.stop_all()

    # Looks

    def get(self, resource: str, name: str = "web") -> Object:
        """An object of the namespace default."""
        namespaced = self.api.kinds.resource(resource).namespaced
        return self.api.get(resource, "default" if namespaced else None, name)

    def pods(self) -> list[Object]:
        """The pods of all namespaces."""
        return self.api.list("pods")

    def live(self) -> list[Object]:
        """The pods that nobody has asked to go."""
        return [pod for pod in self.pods() if "deletionTimestamp" not in pod["metadata"]]

    def messages(self, reason: str) -> list[str]:
        """The messages of the events with a reason, as they came first."""
        records = self.api.store.log
        events = [r.new for r in records if r.resource == "events" and r.new is not None]
        return list(dict.fromkeys(e["message"] for e in events if e["reason"] == reason))

    # Copies

    def fork(self) -> Room:
        """A second world with the same past."""
        clock = self.clock.fork()
        api = self.api.fork(clock)
        clock.register(api.store)
        context = Context(clock, api.draws, api, Recorder(), self.context.decisions.fork())
        parts = {name: fork_part(part, context) for name, part in self.parts.items()}
        context.recorder = parts["events"]
        for part in parts.values():
            clock.register(part)
        clock.take_over(self.clock)
        return Room(clock, api, context, parts)


VERSIONS = {
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "ReplicationController": "v1",
    "ResourceQuota": "v1",
    "PodDisruptionBudget": "policy/v1",
    "Pod": "v1",
    "Service": "v1",
    "ConfigMap": "v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}


def control_room(*names: str, seed: int = 7, history: str = "all", now: int = 0) -> Room:
    """A world with the controllers of these names; without names it has none."""
    clock, draws = Clock(now), Draws(seed)
    api = APIServer(clock, draws, history=history)
    recorder = Recorder()
    context = Context(clock, draws, api, recorder, Decisions())
    recorder.context = context
    parts = {"events": recorder} | dict(made(context, names))
    for part in parts.values():
        clock.register(part)
    for name in NAMESPACES:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        account = {"name": "default", "namespace": name}
        api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    return Room(clock, api, context, parts)


def made(context: Context, names: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """The named controllers as parts."""
    for name in names:
        found = (CONTROLLERS | ADDED)[name](context)
        part = Controller(context, found) if hasattr(found, "reconcile") else found
        yield part.name, part
