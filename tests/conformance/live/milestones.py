"""What happened in a world, in the words of the transcripts: milestone id -> values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kubelearn.api.objects import Object, condition, get_path, is_terminating, is_true
from kubelearn.api.store import Record, Store
from tests.conformance.live.names import Names
from tests.conformance.live.world import NAMESPACE

NOT_LISTED = (
    "pods",
    "events",
    "leases.coordination.k8s.io",
    "controllerrevisions.apps",
    "endpoints",
)
KUBELET_PHASES = {"Running": "running", "Succeeded": "succeeded", "Failed": "failed"}


class Milestones:
    """The history of a world from t = 0 on, under normal names."""

    def __init__(self, store: Store, answers: list[dict[str, Any]]) -> None:
        self.names, self.answers = Names(store), answers
        self.records = [r for r in store.log if r.time >= 0 and _is_demo(r)]
        self.store = store

    def of(self, name: str, wanted: Any) -> Any:
        """The values of one milestone; `wanted` tells which counters a status has."""
        head, _, subject = name.partition(":")
        if head.startswith("status."):
            return self._fields(subject, head.removeprefix("status."))
        if head.startswith("condition."):
            return self._conditions(subject, head.removeprefix("condition."))
        if head == "status":
            every = [wanted] if isinstance(wanted, dict) else wanted
            counters = list(dict.fromkeys(name for one in every for name in one))
            if subject.startswith("CronJob/"):
                return self._runs(subject)
            return self._statuses(subject, counters)
        words = name.split()
        if words[0].startswith("events") and len(words) > 1:
            found = self.of(words[0], wanted)
            return [one[:-1] for one in found]
        return HEADS[head](self, subject)

    # Objects

    def _states(self, subject: str) -> Iterator[Object | None]:
        """The states of an object "Kind/name" over time; None = gone."""
        kind, _, name = subject.partition("/")
        for record in self.records:
            obj = record.new or record.old
            assert obj is not None
            normal = self.names.of(kind, record.key[1])
            if obj["kind"] == kind and name in (normal, self.names.starred(normal)):
                yield from _with_mark(record)

    def _present(self, subject: str) -> Iterator[Object]:
        return (obj for obj in self._states(subject) if obj is not None)

    def _fields(self, subject: str, field: str) -> list[Any]:
        return _changes(self._counter(obj, field) for obj in self._present(subject))

    def _statuses(self, subject: str, fields: list[str]) -> list[Any]:
        return _changes(
            {name: self._counter(obj, name) for name in fields if _is_shown(obj, name)}
            for obj in self._present(subject)
        )

    def _runs(self, subject: str) -> list[Any]:
        """What a CronJob's status lists; the recorder put an empty state before each write."""
        found: list[Any] = []
        for obj in self._present(subject):
            status = obj.get("status") or {}
            active = [self.names.of("Job", one["name"]) for one in status.get("active") or ()]
            found += [{}, {"active": active, "hasLastSchedule": "lastScheduleTime" in status,
                           "hasLastSuccess": "lastSuccessfulTime" in status}]  # fmt: skip
        return found

    def _counter(self, obj: Object, name: str) -> Any:
        """A field of the status; 0 when it is absent, None for the name of a revision."""
        value = get_path(obj, "status", name)
        if name.endswith("Revision"):
            return None if value is None else self.names.of("ControllerRevision", value)
        return 0 if value is None else value

    def _conditions(self, subject: str, kind: str) -> list[Any]:
        found = (condition(obj, kind) for obj in self._present(subject))
        return _changes(
            [one["status"], one.get("reason"), self._message(one)] for one in found if one
        )

    def _message(self, one: Object) -> str | None:
        return self.names.text(one["message"]) if "message" in one else None

    def metrics(self, subject: str) -> list[Any]:
        """`status.currentMetrics` of an autoscaler over time."""
        return _changes(get_path(o, "status", "currentMetrics") for o in self._present(subject))

    def replicas(self, subject: str) -> list[Any]:
        """`spec.replicas` over time."""
        return _changes(obj["spec"].get("replicas") for obj in self._present(subject))

    def phase(self, subject: str) -> list[Any]:
        """`status.phase` over time."""
        return _changes(obj["status"].get("phase") for obj in self._present(subject))

    def binding(self, subject: str) -> list[Any]:
        """What claim and volume say about each other over time; UIDs are normalised away."""
        return _changes(_binding(obj) for obj in self._present(subject))

    def revision(self, name: str) -> list[Any]:
        """The revision of a ReplicaSet over time."""
        path = ("metadata", "annotations", "deployment.kubernetes.io/revision")
        found = (get_path(obj, *path) for obj in self._present(f"ReplicaSet/{name}"))
        return _changes(one for one in found if one is not None)

    def meta(self, subject: str) -> list[Any]:
        """Owners, finalizers and the deletion mark over time."""
        return _changes(self._meta(obj) for obj in self._states(subject))

    def _meta(self, obj: Object | None) -> dict[str, Any]:
        if obj is None:
            return {"gone": True}
        metadata = obj["metadata"]
        owners = metadata.get("ownerReferences") or ()
        found: dict[str, Any] = {
            "owner": [f"{o['kind']}/{self.names.of(o['kind'], o['name'])}" for o in owners],
            "finalizers": metadata.get("finalizers") or [],
            "deleting": "deletionTimestamp" in metadata,
        }
        if obj["kind"] == "Pod":
            found["grace"] = metadata.get("deletionGracePeriodSeconds")
        return found

    def disrupted(self, budget: str) -> list[Any]:
        """The evicted pods that a budget remembers over time."""
        states = self._present(f"PodDisruptionBudget/{budget}")
        pods = (get_path(obj, "status", "disruptedPods") or {} for obj in states)
        return _changes(sorted(self.names.of("Pod", name) for name in names) for names in pods)

    def taints(self, node: str) -> list[Any]:
        """The taints of a node over time."""
        return _changes(
            sorted(
                f"{t['key']}={t.get('value', '')}:{t['effect']}"
                for t in obj["spec"].get("taints") or ()
            )
            for obj in self._present(f"Node/{node}")
        )

    def objects(self, _subject: str) -> list[str]:
        """Which objects appeared and went."""
        found = []
        for record in self.records:
            if record.resource in NOT_LISTED or (record.old and record.new):
                continue
            obj = record.new or record.old
            assert obj is not None
            name = self.names.of(obj["kind"], record.key[1])
            if obj["kind"] != "Namespace":
                found.append(f"{'+' if record.new else '-'}{obj['kind']}/{name}")
        return found

    def rs_sizes(self, deployment: str) -> list[Any]:
        """The sizes of the ReplicaSets of a Deployment after each change."""
        sizes: dict[str, int] = {}
        found: list[dict[str, int]] = []
        for record in self.records:
            obj = record.new or record.old
            assert obj is not None
            name = self.names.of("ReplicaSet", record.key[1])
            owner, _, letter = name.rpartition("-")
            if obj["kind"] != "ReplicaSet" or owner != deployment or len(letter) != 1:
                continue
            if record.new is None:
                sizes.pop(letter)
            else:
                sizes[letter] = record.new["spec"]["replicas"]
            found.append(dict(sizes))
        return _changes(one for one in found if one)

    # Pods

    def pods(self, _subject: str) -> list[str]:
        """What happened to pods."""
        return [word for record in self.records for word in self._pod_words(record)]

    def pods_by_owner(self, _subject: str) -> list[str]:
        """The same with `*` for numbers."""
        found = (line.split(" ") for line in self.pods(""))
        return [f"{word} {self.names.starred(name)}" for word, name in found]

    def _pod_words(self, record: Record) -> Iterator[str]:
        if record.resource != "pods":
            return
        name = self.names.of("Pod", record.key[1])
        old = record.old
        for new in _with_mark(record):
            for word in _changed_words(old, new):
                yield f"{word} {name}"
            old = new

    def pods_per_node_final(self, _subject: str) -> list[int]:
        """How many pods there are on each node in the end; those asked to go do not count."""
        counts: dict[str, int] = {}
        for (namespace, _), pod in self.store.items("pods").items():
            node = pod["spec"].get("nodeName")
            if namespace == NAMESPACE and node and not is_terminating(pod):
                counts[node] = counts.get(node, 0) + 1
        return sorted(counts.values(), reverse=True)

    # Events

    def _events(self) -> Iterator[Object]:
        """The Events in the order in which they were first written, as they are in the end."""
        last: dict[str, Object] = {}
        for record in self.records:
            if record.resource == "events" and record.new is not None:
                last[record.key[1]] = record.new
        yield from last.values()

    def _event(self, event: Object) -> list[Any]:
        about = event["involvedObject"]
        normal = self.names.starred(self.names.of(about["kind"], about["name"]))
        message = self.names.starred_text(event["message"])
        return [f"{about['kind']}/{normal}", event["type"], event["reason"], message,
                event["count"]]  # fmt: skip

    def events(self, _subject: str) -> list[Any]:
        """What controllers told."""
        return [
            self._event(event)
            for event in self._events()
            if event["source"]["component"] != "default-scheduler"
            and event["reason"] != "RegisteredNode"
        ]

    def events_of(self, subject: str) -> list[Any]:
        """What controllers told about one object."""
        return [event[1:] for event in self.events("") if event[0] == subject]

    def events_scheduler(self, _subject: str) -> list[Any]:
        """What the scheduler told."""
        scheduler = (e for e in self._events() if e["source"]["component"] == "default-scheduler")
        found = (self._event(event)[:-1] for event in scheduler)
        return [[*one[:3], _without_nodes(one[3])] for one in found]

    # EndpointSlices

    def endpoints(self, name: str) -> list[Any]:
        """The contents of an EndpointSlice over time."""
        return _changes(self._slice(obj) for obj in self._present(f"EndpointSlice/{name}"))

    def _slice(self, obj: Object) -> dict[str, Any]:
        labels = obj["metadata"].get("labels") or {}
        endpoints = [self._endpoint(one) for one in obj.get("endpoints") or ()]
        endpoints.sort(key=lambda one: str(one["target"]))
        return {"labels": labels, "ports": obj.get("ports") or None, "endpoints": endpoints}

    def _endpoint(self, one: Object) -> dict[str, Any]:
        reference, conditions = one.get("targetRef"), one.get("conditions") or {}
        target = self.names.of("Pod", reference["name"]) if reference else one["addresses"][0]
        found = {"target": target}
        found |= {name: conditions.get(name) for name in ("ready", "serving", "terminating")}
        return found | {name: one[name] for name in ("hostname", "hints") if name in one}

    def endpoint_counts(self, name: str) -> list[Any]:
        """Only their numbers."""
        found = []
        for obj in self._present(f"EndpointSlice/{name}"):
            every = obj.get("endpoints") or []
            counts = {
                word: sum(bool(get_path(one, "conditions", word)) for one in every)
                for word in ("ready", "serving", "terminating")
            }
            found.append({**counts, "total": len(every)})
        return _changes(found)

    def all_answers(self, _subject: str) -> list[Any]:
        """The answers to requests that may be refused."""
        return self.answers


HEADS: dict[str, Callable[[Milestones, str], Any]] = {
    "replicas": Milestones.replicas,
    "metrics": Milestones.metrics,
    "phase": Milestones.phase,
    "binding": Milestones.binding,
    "revision": Milestones.revision,
    "meta": Milestones.meta,
    "disrupted": Milestones.disrupted,
    "taints": Milestones.taints,
    "objects": Milestones.objects,
    "rs_sizes": Milestones.rs_sizes,
    "pods": Milestones.pods,
    "pods_by_owner": Milestones.pods_by_owner,
    "pods_per_node_final": Milestones.pods_per_node_final,
    "events": Milestones.events,
    "events_of": Milestones.events_of,
    "events_scheduler": Milestones.events_scheduler,
    "endpoints": Milestones.endpoints,
    "endpoint_counts": Milestones.endpoint_counts,
    "answers": Milestones.all_answers,
}
"""First word of a milestone id -> its values for a subject."""


def _is_demo(record: Record) -> bool:
    """The namespace of the case, what is in it, and nodes."""
    if record.resource == "events":
        about = (record.new or record.old or {})["involvedObject"]
        return record.key[0] == NAMESPACE or about["kind"] == "Node"
    if record.resource == "namespaces":
        return record.key[1] == NAMESPACE
    return record.key[0] in ("", NAMESPACE)


def _is_shown(obj: Object, name: str) -> bool:
    """Whether a joint status has a field: the recorder left out a collisionCount without value."""
    return name != "collisionCount" or get_path(obj, "status", name) is not None


def _with_mark(record: Record) -> Iterator[Object | None]:
    """The state after a write; a pod that goes is seen with its deletion mark before it is gone."""
    if record.new is None and record.resource == "pods" and record.old is not None:
        mark = {"deletionTimestamp": "now", "deletionGracePeriodSeconds": 0}
        yield {**record.old, "metadata": {**record.old["metadata"], **mark}}
    yield record.new


def _changed_words(old: Object | None, new: Object | None) -> Iterator[str]:
    if new is None:
        yield "gone"
        return
    if old is None:
        yield "create"
        old = {"metadata": {}, "spec": {}, "status": {}}
    phase = new["status"].get("phase")
    if phase != old["status"].get("phase") and phase in KUBELET_PHASES:
        yield KUBELET_PHASES[phase]
    if is_true(new, "Ready") != is_true(old, "Ready") and phase == "Running":
        yield "ready" if is_true(new, "Ready") else "unready"
    if "deletionTimestamp" in new["metadata"] and "deletionTimestamp" not in old["metadata"]:
        yield "terminating"


def _changes(values: Iterable[Any]) -> list[Any]:
    """The values without consecutive repetitions."""
    found: list[Any] = []
    for value in values:
        if not found or found[-1] != value:
            found.append(value)
    return found


def _without_nodes(message: str) -> str:
    reasons = r"^0/\d+ nodes are available: .*"
    message = re.sub(reasons, "0/N nodes are available: <reasons>", message)
    return re.sub(r"node-\d+$", "node-*", message)


def _binding(obj: Object) -> dict[str, Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    of_volume = obj["kind"] == "PersistentVolume"
    return {
        "phase": status.get("phase"),
        "volumeName": spec.get("volumeName"),
        "claimRef": (spec.get("claimRef") or {}).get("name"),
        "claimUid": False,
        "annotations": obj["metadata"].get("annotations") or {},
        "capacity": (spec if of_volume else status).get("capacity"),
        "storageClassName": spec.get("storageClassName"),
    }
