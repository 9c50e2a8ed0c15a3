"""A real API server with kubelets and addresses, and nothing else, for the tests here."""

from __future__ import annotations

from typing import Any, NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.api.server import APIServer
from kubelearn.kubelet import STAGES, Kubelets, Stage
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.machine import Machine
from kubelearn.runtime.part import Context, fork_part
from kubelearn.runtime.recorder import Recorder
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.sim.draws import Draws

NAMESPACES = ("default", "kube-system", "kube-node-lease")
WEB: Object = {"name": "web", "image": "nginx:1.29", "ports": [{"containerPort": 80}]}


class Addresses:
    """A network plugin: the lowest free address of one range."""

    name = "ipam"
    state = ("used",)

    def __init__(self) -> None:
        self.context: Context | None = None
        self.used: dict[str, int] = {}

    def allocate(self, node: str, pod_key: str) -> str:
        """The address of a pod."""
        taken = set(self.used.values())
        self.used[pod_key] = next(n for n in range(2, 1000) if n not in taken)
        return f"10.244.0.{self.used[pod_key]}"

    def join(self, node: str, cidr: str) -> None:
        """It has one range for all."""

    def range_set(self, node: str) -> str:
        """The addresses of the range."""
        return "10.244.0.1-10.244.3.254"

    def release(self, node: str, pod_key: str) -> None:
        """Take an address back."""
        self.used.pop(pod_key, None)


class Room(NamedTuple):
    """The parts of a test world."""

    clock: Clock
    api: APIServer
    kubelets: Kubelets
    addresses: Addresses

    def run(self, seconds: float) -> None:
        """Let the clock run up to a second."""
        self.clock.run(int(seconds * SECOND))

    def pod(self, name: str = "web", *containers: Object, **more: Any) -> Object:
        """Create a pod; `annotations` and fields of its spec may be given."""
        annotations = more.pop("annotations", {})
        node = more.pop("node", "worker-1")
        spec = {"nodeName": node, "containers": list(containers) or [WEB], **more}
        metadata = {"name": name, "namespace": "default", "annotations": annotations}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        return self.api.create(pod)

    def get(self, name: str = "web") -> Object:
        """A pod of the namespace default."""
        return self.api.get("pods", "default", name)

    def state(self, name: str = "web", index: int = 0) -> Object:
        """The state of a regular container."""
        return self.get(name)["status"]["containerStatuses"][index]["state"]

    def reasons(self, name: str = "web") -> list[str]:
        """The reasons of the events about an object, as they came first."""
        events = self.api.list("events")
        about = [event for event in events if event["involvedObject"]["name"] == name]
        return [event["reason"] for event in sorted(about, key=_order)]

    def messages(self, reason: str, name: str = "web") -> list[str]:
        """The messages of the events with a reason about an object."""
        events = self.api.list("events")
        about = [event for event in events if event["involvedObject"]["name"] == name]
        return [event["message"] for event in about if event["reason"] == reason]

    def phases(self, name: str = "web") -> list[str]:
        """The phases that a pod has had, in order."""
        written = [record.new for record in self.api.store.log if record.key[1] == name]
        pods = [pod for pod in written if pod is not None and pod["kind"] == "Pod"]
        return list(dict.fromkeys(get_path(pod, "status", "phase") for pod in pods))

    def times(self, name: str, state: str, field: str) -> list[str]:
        """The different values of a field of a state that the first container has had."""
        found = []
        for record in self.api.store.log:
            if record.resource == "pods" and record.key[1] == name and record.new is not None:
                statuses = get_path(record.new, "status", "containerStatuses") or [{}]
                value = get_path(statuses[0], "state", state, field)
                if value is not None:
                    found.append(value)
        return list(dict.fromkeys(found))

    def fork(self) -> Room:
        """A copy of the world."""
        clock = self.clock.fork()
        api = self.api.fork(clock)
        clock.register(api.store)
        recorder = self.kubelets.context.recorder
        context = Context(clock, api.draws, api, recorder, Decisions())
        parts = (recorder, self.kubelets, self.addresses)
        twins = [fork_part(part, context) for part in parts]
        context.recorder, kubelets, addresses = twins
        kubelets.cni = addresses
        for part in twins:
            clock.register(part)
        clock.take_over(self.clock)
        return Room(clock, api, kubelets, addresses)


def _order(event: Object) -> int:
    return int(event["metadata"]["resourceVersion"])


def room(nodes: int = 1, *, stages: tuple[Stage, ...] = STAGES, seed: int = 7) -> Room:
    """A world with some ready nodes."""
    clock, draws = Clock(), Draws(seed)
    api = APIServer(clock, draws)
    recorder, addresses = Recorder(), Addresses()
    context = Context(clock, draws, api, recorder, Decisions())
    recorder.context = addresses.context = context
    for name in NAMESPACES:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        account = {"name": "default", "namespace": name}
        api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})
    kubelets = Kubelets(context, stages=stages)
    kubelets.cni = addresses
    for part in (recorder, kubelets, addresses):
        clock.register(part)
    for number in range(1, nodes + 1):
        machine = Machine(zone="us-west-2a", pod_cidr=f"10.244.{number}.0/24")
        kubelets.add_node(f"worker-{number}", machine)
    return Room(clock, api, kubelets, addresses)
