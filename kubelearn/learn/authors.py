"""Who made a write, and what it changed: read from the fields that differ.

Every field of an object has one writer in Kubernetes: the scheduler writes a pod's node, its
kubelet the state of its containers, a controller the status of what it controls. So the change
itself tells who made it; a real API server says the same in `metadata.managedFields`.

Unlike the real one: managedFields are not read, since parts in this process do not write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kubelearn.api.objects import Object, condition
from kubelearn.api.store import Record

SLICES = "endpointslices.discovery.k8s.io"
YOU = "you (or a client)"
SERVER = "API server"
SCHEDULER = "default-scheduler"
NODES = "node-controller"
MAKERS = {
    "Deployment": "deployment-controller",
    "ReplicaSet": "replicaset-controller",
    "DaemonSet": "daemonset-controller",
    "Service": "endpointslice-controller",
    "Node": "kubelet",
}
"""The kind of an owner → who makes what it owns."""
DISRUPTIONS = {
    "DeletionByTaintManager": "taint-eviction-controller",
    "PreemptionByScheduler": SCHEDULER,
    "EvictionByEvictionAPI": SERVER,
    "DeletionByPodGC": "pod-garbage-collector",
    "TerminationByKubelet": "kubelet",
}
"""The reason of a pod's condition DisruptionTarget → who set it."""


class Note(NamedTuple):
    """Who did something, and what."""

    who: str
    what: str


def notes(record: Record) -> Iterator[Note]:
    """What one write changed, as far as it is worth telling; nothing for heartbeats."""
    if record.new is None:
        yield Note(SERVER, "removed it from the store")
    elif record.old is None:
        yield Note(_maker(record.new), f"created it{_size(record.resource, record.new)}")
    elif record.resource in READERS:
        yield from READERS[record.resource](record.old, record.new)
        yield from _marked(record.old, record.new)


def _maker(new: Object) -> str:
    owners = new["metadata"].get("ownerReferences") or ()
    kinds = (owner["kind"] for owner in owners if owner.get("controller"))
    return MAKERS.get(next(kinds, ""), YOU)


def _size(resource: str, new: Object) -> str:
    if resource == SLICES:
        return f", ready endpoints: {len(_addresses(new))}"
    count = new.get("spec", {}).get("replicas")
    return "" if count is None else f", replicas: {count}"


def _marked(old: Object, new: Object) -> Iterator[Note]:
    if new["metadata"].get("deletionTimestamp") and not old["metadata"].get("deletionTimestamp"):
        grace = new["metadata"].get("deletionGracePeriodSeconds")
        yield Note(SERVER, f"marked it for deletion, {grace} s to end")


def _pod(old: Object, new: Object) -> Iterator[Note]:
    if not old["spec"].get("nodeName") and new["spec"].get("nodeName"):
        yield Note(SCHEDULER, f"wrote its node: {new['spec']['nodeName']}")
    elif _changed(old, new, "PodScheduled", "status"):
        yield Note(SCHEDULER, f"found no node: {_reason(new, 'PodScheduled')}")
    disruption = _reason(new, "DisruptionTarget")
    if disruption != _reason(old, "DisruptionTarget"):
        yield Note(DISRUPTIONS.get(disruption, SERVER), f"condition DisruptionTarget: {disruption}")
    kubelet = f"kubelet of {new['spec'].get('nodeName')}"
    before, after = _containers(old), _containers(new)
    if before != after:
        yield Note(kubelet, f"status: {_told(new, after)}")
    elif _changed(old, new, "Ready", "status"):
        # A kubelet that lives never changes Ready without the state of a container.
        yield Note(NODES, f"condition Ready: {_status(new, 'Ready')}")


def _containers(pod: Object) -> tuple[Any, ...]:
    statuses = pod["status"].get("containerStatuses") or ()
    rows = tuple((one["ready"], one.get("restartCount"), _state(one)) for one in statuses)
    return (pod["status"].get("phase"), *rows)


def _state(status: dict[str, Any]) -> str:
    for name, found in (status.get("state") or {}).items():
        return str(found.get("reason") or name)
    return "waiting"


def _told(pod: Object, seen: tuple[Any, ...]) -> str:
    phase, *rows = seen
    ready = sum(bool(row[0]) for row in rows)
    states = ", ".join(sorted({row[2] for row in rows}))
    return f"{phase}, {ready}/{len(pod['spec']['containers'])} ready, {states}"


def _node(old: Object, new: Object) -> Iterator[Note]:
    if _changed(old, new, "Ready", "status"):
        status = _status(new, "Ready")
        who = NODES if status == "Unknown" else f"kubelet of {new['metadata']['name']}"
        yield Note(who, f"condition Ready: {status}")
    before, after = _taints(old), _taints(new)
    if before != after:
        added, gone = sorted(after - before), sorted(before - after)
        changes = [*(f"taint + {one}" for one in added), *(f"taint - {one}" for one in gone)]
        yield Note(NODES, ", ".join(changes))


def _taints(node: Object) -> set[str]:
    return {f"{one['key']}:{one['effect']}" for one in node["spec"].get("taints") or ()}


def _workload(who: str) -> Callable[[Object, Object], Iterator[Note]]:
    def read(old: Object, new: Object) -> Iterator[Note]:
        if old["spec"].get("replicas") != new["spec"].get("replicas"):
            yield Note(_maker(new), f"asked for {new['spec']['replicas']} replicas")
        if old["spec"].get("template") != new["spec"].get("template"):
            yield Note(_maker(new), "changed the template of the pods")
        if _ready(old) != _ready(new):
            yield Note(who, f"status: {_ready(new)} of {new['spec'].get('replicas')} ready")

    return read


def _ready(workload: Object) -> int:
    return int(workload["status"].get("readyReplicas") or 0)


def _service(old: Object, new: Object) -> Iterator[Note]:
    for field in ("selector", "ports", "type"):
        if old["spec"].get(field) != new["spec"].get(field):
            yield Note(YOU, f"{field}: {_text(old, field)} -> {_text(new, field)}")


def _text(service: Object, field: str) -> str:
    value = service["spec"].get(field)
    if isinstance(value, dict):
        return ",".join(f"{key}={text}" for key, text in sorted(value.items()))
    return str(value)


def _slice(old: Object, new: Object) -> Iterator[Note]:
    before, after = _addresses(old), _addresses(new)
    if before != after:
        yield Note(MAKERS["Service"], f"ready endpoints: {len(before)} -> {len(after)}")


def _addresses(found: Object) -> set[str]:
    endpoints = found.get("endpoints") or ()
    ready = (one for one in endpoints if one.get("conditions", {}).get("ready") is not False)
    return {address for one in ready for address in one["addresses"]}


def _status(obj: Object, kind: str) -> str:
    return str((condition(obj, kind) or {}).get("status", ""))


def _reason(obj: Object, kind: str) -> str:
    return str((condition(obj, kind) or {}).get("reason", ""))


def _changed(old: Object, new: Object, kind: str, field: str) -> bool:
    return (condition(old, kind) or {}).get(field) != (condition(new, kind) or {}).get(field)


READERS: dict[str, Callable[[Object, Object], Iterator[Note]]] = {
    "pods": _pod,
    "nodes": _node,
    "deployments.apps": _workload(MAKERS["Deployment"]),
    "replicasets.apps": _workload(MAKERS["ReplicaSet"]),
    "services": _service,
    SLICES: _slice,
}
"""How changes of a resource are read."""
