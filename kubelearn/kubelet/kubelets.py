"""The kubelets of all nodes, as one part.

One kubelet for each node would be one object for each of thousands; here their memory lies in flat
dicts of immutable rows, so that a world is forked by copying dicts. What a pod does next is told
by the table of stages; a pod in which nothing happens by itself costs neither an event nor a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Protocol

from kubelearn.api.app import PROBES, AppBehaviour
from kubelearn.api.images import behaviour_of, full_name
from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record
from kubelearn.kubelet import ephemeral, machines, mounted, resizing, rows
from kubelearn.kubelet.advancing import advance
from kubelearn.kubelet.agenda import Agenda
from kubelearn.kubelet.explain import explain_node, explain_pod
from kubelearn.kubelet.mounted import CONFIGMAPS, SECRETS, Mounted
from kubelearn.kubelet.pod_changes import look, mirror, object_gone
from kubelearn.kubelet.pressure import Pressure
from kubelearn.kubelet.probes import Worker, new_worker
from kubelearn.kubelet.resizing import Resize
from kubelearn.kubelet.rows import NodeRow, PodRow, Settled
from kubelearn.kubelet.running import exited
from kubelearn.kubelet.settling import unsettled
from kubelearn.kubelet.situation import Stage
from kubelearn.kubelet.stages import STAGES, by_state
from kubelearn.kubelet.statuses import Shared, containers_of
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.machine import Machine
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND

WATCH_LATENCY = 10 * MILLISECOND
"""From a write to the kubelet's sync of that pod."""


PROBE_FIELDS = tuple(f"{kind}Probe" for kind in PROBES)
NO_WORKERS = (None, None, None)


class CNI(Protocol):
    """The network plugin that gives pods their addresses."""

    def allocate(self, node: str, pod_key: str) -> str:
        """The address of a pod (known by its UID) on a node; "" when none is free."""

    def join(self, node: str, cidr: str) -> None:
        """A machine with this range of addresses has come."""

    def range_set(self, node: str) -> str:
        """The addresses of a node, from the first to the last."""

    def release(self, node: str, pod_key: str) -> None:
        """Take back the address of a pod; does nothing when it has none."""


class Launcher(Protocol):
    """Who knows programs that read their settings once, when they start."""

    def launched(self, pod: Object, index: int, time: int) -> None:
        """A container (init containers come first) has started at a time."""


class NoLauncher:
    """Nobody."""

    def launched(self, pod: Object, index: int, time: int) -> None:
        """Nothing to do."""


class Kubelets:
    """Runs the pods that are bound to its nodes and reports on both."""

    name = "kubelets"
    state: ClassVar[tuple[str, ...]] = (
        "nodes",
        "rows",
        "settled",
        "ghosts",
        "static",
        "images",
        "coming",
        "pullers",
        "agenda",
        "beats",
        "hungry",
        "pressed",
        "resizes",
        "mounted",
    )
    wires: ClassVar[dict[str, str]] = {"cni": "ipam", "launcher": "spring-apps"}
    launcher: Launcher = NoLauncher()
    explains: ClassVar[tuple[str, ...]] = ("pods", "nodes")

    def __init__(self, context: Context, *, stages: Iterable[Stage] = STAGES) -> None:
        self.context = context
        self.cni: CNI
        self.stages = by_state(stages)
        self.shared = Shared()
        self.nodes: dict[str, NodeRow] = {}
        self.rows: dict[Key, PodRow] = {}
        self.settled: dict[Key, Settled] = {}
        """Pods in which nothing more happens by itself."""
        self.ghosts: dict[Key, Object] = {}
        """Pods that still stop although their object was deleted by force."""
        self.static: dict[Key, tuple[str, Object]] = {}
        """Node and manifest of the static pods, by the key of their mirror."""
        self.images: dict[str, frozenset[str]] = {}
        self.coming: dict[str, frozenset[str]] = {}
        """Images that are being pulled, by node."""
        self.pullers: dict[str, int] = {}
        """Until when the image puller of a node is busy."""
        self.hungry: dict[str, tuple[tuple[Key, int], ...]] = {}
        """By node the pods of which annotations tell how many bytes they use."""
        self.pressed: dict[str, Pressure] = {}
        """Nodes that are short of memory."""
        self.resizes: dict[Key, Resize] = {}
        """Pods whose containers do not have what their spec asks for."""
        self.mounted: dict[Key, Mounted] = {}
        """What pods have of ConfigMaps and Secrets."""
        self.agenda = Agenda()
        self.beats = Agenda()
        context.api.store.watch(self.name, ("pods",), self.deliver, WATCH_LATENCY)
        kinds = (CONFIGMAPS, SECRETS)
        context.api.store.watch(f"{self.name}-files", kinds, self.deliver_files, WATCH_LATENCY)

    # Saving

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the built-in table of stages, whose rows are functions."""
        state = self.__dict__.copy()
        if state["stages"] == by_state(STAGES):
            del state["stages"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({"stages": by_state(STAGES), **state})

    # Nodes

    def add_node(self, name: str, machine: Machine) -> Object:
        """Register a machine as a node and begin with its heartbeats; returns the Node."""
        return machines.register(self, name, machine)

    def alive(self, node: str) -> bool:
        """Whether a node's machine runs."""
        return node in self.nodes and self.nodes[node].alive

    def stop(self, node: str) -> None:
        """The machine dies: no heartbeats, nothing runs, nothing is confirmed."""
        machines.power_off(self, node)

    def start(self, node: str) -> None:
        """The machine that died starts again: it reports, and its pods begin anew or go."""
        machines.power_on(self, node)

    def beat(self, time: int) -> None:
        """The heartbeats of the nodes that are due at a time."""
        for node in self.beats.take(time):
            row = self.nodes[node]
            if row.alive and row.beat == time:
                machines.beat_once(self, row, time)

    # Pods

    def deliver(self, records: list[Record]) -> None:
        """Look at pods that were written."""
        for record in records:
            if record.new is None:
                object_gone(self, record.key, record.old or {})
            else:
                look(self, record.key, record.old, record.new)
        if self.resizes:
            for node in sorted({resizing.freed(self, record) for record in records} - {""}):
                resizing.retry(self, node)

    def deliver_files(self, records: list[Record]) -> None:
        """ConfigMaps and Secrets were written."""
        for record in records:
            mounted.changed(self, record)

    def remount(self, key: Key) -> None:
        """The sync of a pod in which its volumes follow their objects."""
        mounted.refresh(self, key)

    def wake(self, time: int) -> None:
        """Go on with the pods that are due at a time."""
        for key in self.agenda.take(time):
            row = self.rows.get(key)
            if row is not None and row.wake == time and self.nodes[row.node].alive:
                advance(self, key)

    def as_given(self, key: Key, pod: Object) -> Object:
        """The pod with the resources that its containers have."""
        return resizing.as_given(self, key, pod) if self.resizes else pod

    def resize(self, key: Key, old: Object, pod: Object) -> None:
        """Look whether a change of a pod's spec asks for other resources."""
        if key in self.resizes or resizing.resources_of(old) != resizing.resources_of(pod):
            resizing.asked(self, key, old, pod)

    def resized(self, key: Key) -> None:
        """A container runtime has changed what containers have."""
        known = self.resizes.get(key)
        if known is not None and self.alive(known.node):
            resizing.complete(self, key)

    def start_ephemeral(self, key: Key, uid: str, name: str) -> None:
        """The image of an ephemeral container is there."""
        ephemeral.start(self, key, uid, name)

    def resume_resizes(self, node: str) -> None:
        """A machine has started again."""
        resizing.resume(self, node)

    def retry_resizes(self, node: str) -> None:
        """Three minutes have passed: perhaps a pending resize fits now."""
        due = [known.retry for known in self.resizes.values() if known.node == node]
        if self.alive(node) and self.context.clock.now in due:
            resizing.retry(self, node)

    def row_of(self, key: Key, pod: Object) -> PodRow | None:
        """The row of a pod, brought back when it was settled; None when it is unknown."""
        found = self.settled.pop(key, None)
        if found is not None:
            self.rows[key] = unsettled(pod, found)
        return self.rows.get(key)

    def uid_of(self, key: Key) -> str | None:
        """The UID of the pod that has this name now."""
        pod = self.context.api.find("pods", *key)
        return None if pod is None else pod["metadata"]["uid"]

    # What stages ask

    def behaviour(self, pod: Object, index: int) -> AppBehaviour:
        """What a container's program does; as its image says when annotations are wrong."""
        spec, annotations = pod["spec"], pod["metadata"].get("annotations")
        container = containers_of(spec)[index]
        first = len(spec.get("initContainers") or ())
        ends = spec.get("restartPolicy", "Always") != "Always"
        # Pods of one template share these very objects; the answer keeps them.
        key = ("behaviour", id(container), id(annotations), index - first, ends)
        found: tuple[Any, AppBehaviour] | None = self.shared.get(key)
        if found is None:
            made = _behaviour(container, annotations, index - first, ends=ends)
            found = self.shared.put(key, ((container, annotations), made))
        return found[1]

    def has_image(self, node: str, image: str) -> bool:
        """Whether a node has an image."""
        return full_name(image) in self.images[node]

    def will_have_image(self, node: str, image: str) -> bool:
        """Whether a node has an image or is pulling it."""
        name = full_name(image)
        return name in self.images[node] or name in self.coming.get(node, ())

    def address_for(self, pod: Object, row: PodRow) -> str:
        """The address of a pod: its node's in the host's network, else one of the CNI plugin."""
        if pod["spec"].get("hostNetwork"):
            return self.nodes[row.node].address
        return self.cni.allocate(row.node, row.uid)

    def relist(self, node: str, moment: int) -> int:
        """When a kubelet that lists its containers every second sees what happened at a moment."""
        phase: int | None = self.shared.get(("relist", node))
        if phase is None:
            phase = self.context.draws.below(SECOND, "relist", node)
            self.shared.put(("relist", node), phase)
        return moment + (phase - moment) % SECOND

    def fresh_workers(
        self, container: Object, old: tuple[Worker | None, Worker | None, Worker | None]
    ) -> tuple[Worker | None, Worker | None, Worker | None]:
        """The probe workers of a container's new instance."""
        if not any(probe in container for probe in PROBE_FIELDS):
            return NO_WORKERS
        made = [
            None
            if f"{kind}Probe" not in container
            else worker.fresh(kind)
            if worker is not None
            else new_worker(kind)
            for kind, worker in zip(PROBES, old, strict=True)
        ]
        return (made[0], made[1], made[2])

    # For others

    def add_static_pod(self, node: str, pod: Object) -> None:
        """Run a pod from a file of a node's kubelet; its images come with the installation."""
        machines.known_node(self, node)
        images = {full_name(container["image"]) for container in containers_of(pod["spec"])}
        self.images[node] = self.images[node] | images
        self.nodes[node] = self.nodes[node]._replace(dirty=True)
        name = f"{pod['metadata']['name']}-{node}"
        key = (pod["metadata"].get("namespace", "default"), name)
        self.static[key] = (node, pod)
        mirror(self, key, node, pod)

    def files_of(self, pod: Object, index: int) -> dict[str, str]:
        """Path → text of each file that a container has from ConfigMaps and Secrets."""
        return mounted.files(self, pod, containers_of(pod["spec"])[index])

    def environment_of(self, pod: Object, index: int) -> dict[str, str]:
        """The variables that a container's `env` and `envFrom` gave it."""
        return mounted.environment(self, pod, containers_of(pod["spec"])[index])

    def crash(self, namespace: str, name: str, container: str = "") -> None:
        """The processes of a pod, or of one container, end with code 1, as after a fatal error."""
        key = (namespace, name)
        pod = self.context.api.get("pods", *key)
        row = self.row_of(key, pod)
        if row is None or not self.nodes[row.node].alive:
            raise ValueError(f"pod {namespace}/{name} does not run: there is nothing to crash")
        now = self.context.clock.now
        names = [each["name"] for each in containers_of(pod["spec"])]
        containers = tuple(
            exited(own, 1, now, now)
            if own.state == rows.RUNNING and container in ("", each)
            else own
            for own, each in zip(row.containers, names, strict=True)
        )
        self.rows[key] = row._replace(containers=containers)
        advance(self, key, post=True)

    def silence(self, pod: Object, port: int | None = None) -> str:
        """Why a pod does not answer on a port; "" when it does (port None: on any).

        "dead": nothing answers at all (no machine, no container), "refused": nothing listens there.
        """
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        row = self.rows.get(key)
        found = self.settled.get(key) if row is None else None
        node = pod["spec"].get("nodeName", "")
        if not self.alive(node) or (row is None and found is None):
            return "dead"
        if row is not None and row.uid != pod["metadata"]["uid"]:
            return "dead"
        containers = row.containers if row is not None else found.containers  # type: ignore[union-attr]
        if (row.state if row is not None else found.state) in (rows.ACCEPTED, rows.STOPPED):  # type: ignore[union-attr]
            return "dead"
        heard = any(
            own.listening and _listens(self.behaviour(pod, index), port)
            for index, own in enumerate(containers)
        )
        return "" if heard else "refused"

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """What the kubelet does or waits for, for a pod or a node."""
        if resource == "nodes":
            return explain_node(self, obj)
        return explain_pod(self, obj) if resource == "pods" else []


def _behaviour(
    container: Object, annotations: Mapping[str, str] | None, place: int, *, ends: bool
) -> AppBehaviour:
    """`place` counts from the first regular container, which is 0."""
    init = place < 0
    sidecar = init and container.get("restartPolicy") == "Always"
    ends = (init and not sidecar) or ends
    try:
        return behaviour_of(container, annotations, first=place == 0, ends=ends)
    except ValueError:
        return behaviour_of(container, None, ends=ends)


def _listens(app: AppBehaviour, port: int | None) -> bool:
    return port is None or app.listens is None or port in app.listens
