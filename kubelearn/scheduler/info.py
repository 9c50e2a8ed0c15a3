"""Rows that the scheduler reads instead of objects: one PodInfo or NodeInfo per revision.

Rows are immutable: a pod put on a node makes a new row of the node. So a snapshot, a fork and a
dry run are copies of dicts of rows. Amounts are whole numbers: cpu in millicores, memory and
storage in bytes, everything else in its own unit (`pkg/scheduler/framework/types.go`, 1.36).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from kubelearn.api.objects import Key, Object, key_of, labels_of
from kubelearn.api.resources import STATUS_LISTS, amounts
from kubelearn.scheduler.affinity import NO_TERMS, PodTerms, pod_terms
from kubelearn.scheduler.requests import requests_of, scoring_requests
from kubelearn.sim.makers import maker

ANY_ADDRESS = "0.0.0.0"  # noqa: S104  (a host port without an address is open on all of them)

HostPort = tuple[str, str, int]
"""(address, protocol, port)."""


class PodInfo(NamedTuple):
    """A pod as the scheduler reads it."""

    key: Key
    obj: Object
    node: str
    """Where it runs or is assumed to run; "" while it waits."""
    labels: dict[str, str]
    priority: int
    requests: dict[str, int]
    scoring_requests: tuple[int, int]
    """cpu and memory, with 100m and 200Mi for each container that asks for none."""
    ports: tuple[HostPort, ...]
    terms: PodTerms
    terminating: bool

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return self.key[0]

    @property
    def name(self) -> str:
        """The pod's name."""
        return self.key[1]

    @property
    def uid(self) -> str:
        """The pod's UID, or its key as text when it has none."""
        return self.obj["metadata"].get("uid") or "/".join(self.key)

    @property
    def spec(self) -> dict[str, Any]:
        """The pod's spec."""
        return self.obj["spec"]  # type: ignore[no-any-return]

    @property
    def tolerations(self) -> list[dict[str, Any]]:
        """The pod's tolerations."""
        return self.obj["spec"].get("tolerations") or []

    @property
    def nominated_node(self) -> str:
        """The node that preemption made room on for this pod, or ""."""
        status = self.obj.get("status") or {}
        return status.get("nominatedNodeName") or ""

    def on(self, node: str) -> PodInfo:
        """The same pod, assumed on a node."""
        return pod_row((self.key, self.obj, node, *self[3:]))


def pod_info(obj: Object) -> PodInfo:
    """The row of a pod."""
    spec = obj["spec"]
    requests = requests_of(obj)
    return PodInfo(
        key_of(obj),
        obj,
        spec.get("nodeName") or "",
        labels_of(obj),
        spec.get("priority") or 0,
        requests,
        scoring_requests(obj, requests),
        host_ports(spec),
        pod_terms(obj) if spec.get("affinity") else NO_TERMS,
        "deletionTimestamp" in obj["metadata"],
    )


def renewed(row: PodInfo, obj: Object) -> PodInfo:
    """The row of a newer revision of the same pod; what did not change is shared."""
    old = row.obj
    same = obj["spec"] is old["spec"] or obj["spec"] == old["spec"]
    if same and not _differ(labels_of(obj), row.labels) and _in_use(obj) == _in_use(old):
        return pod_row((row.key, obj, *row[2:-1], "deletionTimestamp" in obj["metadata"]))
    return pod_info(obj)


def bound(row: PodInfo, obj: Object) -> PodInfo:
    """The row of a pod that was assumed on a node, now that the API has bound it."""
    if not _only_bound(row.obj, obj) or _in_use(obj):
        return pod_info(obj)
    terminating = "deletionTimestamp" in obj["metadata"]
    return pod_row((row.key, obj, obj["spec"]["nodeName"], labels_of(obj), *row[4:-1], terminating))


def _only_bound(old: Object, new: Object) -> bool:
    """Whether the spec is the same but for the node's name."""
    was, now = old["spec"], new["spec"]
    if len(now) != len(was) + 1 or "nodeName" in was:
        return False
    return all(now.get(name, was) is value for name, value in was.items())


def _in_use(obj: Object) -> list[Any]:
    """What containers have been given other than what they ask for: a resize is under way."""
    spec, status = obj["spec"], obj.get("status") or {}
    found = []
    for field, statuses in STATUS_LISTS.items():
        entries = status.get(statuses)
        if not entries:
            continue
        asked = {one["name"]: one.get("resources") or {} for one in spec.get(field) or ()}
        for entry in entries:
            own, given = asked.get(entry["name"]), entry.get("resources")
            allocated = entry.get("allocatedResources")
            if given is None or own is None:
                continue
            if _differ(given, own) or _differ(allocated, own.get("requests")):
                found.append((entry["name"], given, allocated))
    return found


def _differ(one: Any, other: Any) -> bool:
    """Whether two values differ; mostly they are one object, which dicts do not look at first."""
    return one is not other and bool(one != other)


def host_ports(spec: dict[str, Any]) -> tuple[HostPort, ...]:
    """The host ports that a pod wants: of its containers and its sidecars."""
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    return tuple(
        (port.get("hostIP") or ANY_ADDRESS, port.get("protocol") or "TCP", port["hostPort"])
        for container in (*sidecars, *(spec.get("containers") or ()))
        for port in container.get("ports") or ()
        if port.get("hostPort")
    )


def ports_conflict(wanted: tuple[HostPort, ...], used: tuple[HostPort, ...]) -> bool:
    """Whether two pods with these host ports cannot share a node."""
    return any(
        port == other_port
        and protocol == other_protocol
        and (address == other or ANY_ADDRESS in (address, other))
        for address, protocol, port in wanted
        for other, other_protocol, other_port in used
    )


class NodeInfo(NamedTuple):
    """A node with what runs on it, as the scheduler reads it."""

    name: str
    obj: Object
    labels: dict[str, str]
    taints: tuple[dict[str, str], ...]
    unschedulable: bool
    allocatable: dict[str, int]
    images: frozenset[str]
    requested: dict[str, int]
    """Sum of the real requests of the pods here."""
    scoring_requested: tuple[int, int]
    """Sum of the pods' `scoring_requests`: cpu, memory."""
    pods: tuple[PodInfo, ...]
    ports: tuple[HostPort, ...]
    with_affinity: tuple[PodInfo, ...]
    """Pods here with any affinity or anti-affinity to pods."""
    with_anti_affinity: tuple[PodInfo, ...]
    """Pods here with required anti-affinity."""

    def with_pod(self, pod: PodInfo) -> NodeInfo:
        """The node with one more pod."""
        return self._changed((*self.pods, pod), pod, 1)

    def without_pod(self, pod: PodInfo) -> NodeInfo:
        """The node without a pod that is on it."""
        return self._changed(_without(self.pods, pod.key), pod, -1)

    def exchange(self, old: PodInfo, new: PodInfo) -> NodeInfo:
        """The node with the newer row of a pod that is on it, at the same place."""
        if old[REQUESTS_TO_PORTS] != new[REQUESTS_TO_PORTS]:
            return self.without_pod(old).with_pod(new)
        pods = tuple([new if pod is old else pod for pod in self.pods])
        if new.terms is NO_TERMS and not self.with_affinity:
            return node_row((*self[:PODS], pods, *self[PODS + 1 :]))
        return self._replace(
            pods=pods,
            with_affinity=_exchanged(self.with_affinity, new, new.terms != NO_TERMS),
            with_anti_affinity=_exchanged(
                self.with_anti_affinity, new, bool(new.terms.required_anti)
            ),
        )

    def _changed(self, pods: tuple[PodInfo, ...], pod: PodInfo, sign: int) -> NodeInfo:
        requested = self.requested.copy()
        for name, amount in pod.requests.items():
            requested[name] = requested.get(name, 0) + sign * amount
        all_cpu, all_memory = self.scoring_requested
        cpu, memory = pod.scoring_requests
        scoring_requested = (all_cpu + sign * cpu, all_memory + sign * memory)
        ports = self.ports
        if pod.ports:
            ports = ports + pod.ports if sign > 0 else tuple(p for q in pods for p in q.ports)
        near, far = self.with_affinity, self.with_anti_affinity
        if pod.terms != NO_TERMS:
            near, far = self._affine_pods(pods, pod, sign)
        return node_row((*self[:REQUESTED], requested, scoring_requested, pods, ports, near, far))

    def _affine_pods(
        self, pods: tuple[PodInfo, ...], pod: PodInfo, sign: int
    ) -> tuple[tuple[PodInfo, ...], tuple[PodInfo, ...]]:
        """Those of the pods with any affinity, and with required anti-affinity."""
        if sign < 0:
            return _affine(pods), _anti_affine(pods)
        far = self.with_anti_affinity
        return (*self.with_affinity, pod), (*far, pod) if pod.terms.required_anti else far

    def with_pods(self, pods: tuple[PodInfo, ...]) -> NodeInfo:
        """The node with more pods."""
        row = self
        for pod in pods:
            row = row.with_pod(pod)
        return row

    def empty(self) -> NodeInfo:
        """The node without any pod."""
        return self._replace(
            requested={},
            scoring_requested=(0, 0),
            pods=(),
            ports=(),
            with_affinity=(),
            with_anti_affinity=(),
        )

    def free(self, resource: str) -> int:
        """What is left of a resource for new requests."""
        return self.allocatable.get(resource, 0) - self.requested.get(resource, 0)


pod_row, node_row = maker(PodInfo), maker(NodeInfo)
REQUESTS_TO_PORTS = slice(PodInfo._fields.index("requests"), PodInfo._fields.index("ports") + 1)
REQUESTED, PODS = NodeInfo._fields.index("requested"), NodeInfo._fields.index("pods")


def named(name: str) -> NodeInfo:
    """A row that says nothing but a node's name."""
    return NodeInfo(name, {}, {}, (), False, {}, frozenset(), {}, (0, 0), (), (), (), ())


OWN_FIELDS = ("obj", "labels", "taints", "unschedulable", "allocatable", "images")
"""What a row has from the node itself, and not from its pods."""


def node_info(obj: Object) -> NodeInfo:
    """The row of a node without pods."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    allocatable = status.get("allocatable") or {}
    return NodeInfo(
        obj["metadata"]["name"],
        obj,
        labels_of(obj),
        tuple(spec.get("taints") or ()),
        bool(spec.get("unschedulable")),
        _capacity(tuple([(name, str(text)) for name, text in allocatable.items()])),
        frozenset(
            name for image in status.get("images") or () for name in image.get("names") or ()
        ),
        {},
        (0, 0),
        (),
        (),
        (),
        (),
    )


@lru_cache(maxsize=256)
def _capacity(resources: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """What a node has, as one dict for all nodes of a kind; it is never changed."""
    return amounts(dict(resources))


def renewed_node(row: NodeInfo, obj: Object) -> NodeInfo:
    """The row of a newer revision of the same node, with the same pods."""
    if _unchanged(row.obj, obj):
        return row._replace(obj=obj)
    bare = node_info(obj)
    return row._replace(**{name: getattr(bare, name) for name in OWN_FIELDS})


def _unchanged(old: Object, new: Object) -> bool:
    """Whether all that a row reads of a node is the very same, as it is for a heartbeat."""
    was, now = old.get("status") or {}, new.get("status") or {}
    return (
        old.get("spec") is new.get("spec")
        and old["metadata"].get("labels") is new["metadata"].get("labels")
        and was.get("allocatable") is now.get("allocatable")
        and was.get("images") is now.get("images")
    )


def _without(pods: tuple[PodInfo, ...], key: Key) -> tuple[PodInfo, ...]:
    return tuple(pod for pod in pods if pod.key != key)


def _exchanged(pods: tuple[PodInfo, ...], new: PodInfo, wanted: bool) -> tuple[PodInfo, ...]:
    if not pods and not wanted:
        return pods
    rest = _without(pods, new.key)
    return (*rest, new) if wanted else rest


def _affine(pods: tuple[PodInfo, ...]) -> tuple[PodInfo, ...]:
    return tuple(pod for pod in pods if pod.terms != NO_TERMS)


def _anti_affine(pods: tuple[PodInfo, ...]) -> tuple[PodInfo, ...]:
    return tuple(pod for pod in pods if pod.terms.required_anti)
