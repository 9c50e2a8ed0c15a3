"""Answers the vectors of `controllers/replicaset.json` with the ReplicaSet controller."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from kubelearn.api.errors import APIError, InternalError
from kubelearn.api.objects import Object, merge
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.adoption import claim
from kubelearn.controllers.pods import is_active
from kubelearn.controllers.replica_count import count_pods
from kubelearn.controllers.replicaset import ReplicaSetController, slow_start
from kubelearn.controllers.victims import Candidate, choose_victims, compare
from tests.controllers.control_room import TEMPLATE, Room, control_room

Given = dict[str, Any]
NOW = parse_timestamp("2026-01-01T00:00:00Z")


def _sort(given: Given) -> Given:
    ranked = sorted(map(Candidate, given["pods"]), key=cmp_to_key(compare))
    return {"order": [candidate.pod["metadata"]["name"] for candidate in ranked]}


def _compare(given: Given) -> Given:
    now = parse_timestamp(given["now"]) if given["logarithmicScaleDown"] else None
    pods = {name: given[name]["pod"] for name in ("a", "b")}
    if not given["podDeletionCost"]:
        pods = {name: _without_annotations(pod) for name, pod in pods.items()}
    one, other = (Candidate(pod, given[name]["rank"], now) for name, pod in pods.items())
    return {"aBeforeB": compare(one, other) < 0, "bBeforeA": compare(other, one) < 0}


def _without_annotations(pod: Object) -> Object:
    metadata = {name: value for name, value in pod["metadata"].items() if name != "annotations"}
    return {**pod, "metadata": metadata}


def _victims(given: Given) -> Given:
    related = [pod for pod in given["relatedPods"] if is_active(pod)]
    chosen = choose_victims(given["pods"], given["count"], related, NOW)
    return {"victims": [pod["metadata"]["name"] for pod in chosen]}


def _slow_start(given: Given) -> Given:
    calls = successes = 0
    for size in slow_start(given["count"], given["initialBatchSize"]):
        failures = max(0, calls + size - given["callsThatSucceed"])
        calls, successes = calls + size, successes + size - failures
        if failures:
            return {"successes": successes, "calls": calls, "error": True}
    return {"successes": successes, "calls": calls, "error": False}


def _status(given: Given) -> Given:
    pods = [*given["activePods"], *given["terminatingPods"]]
    found = count_pods(given["replicaSet"], pods, parse_timestamp(given["now"])).status()
    if not given["reportTerminating"]:
        found.pop("terminatingReplicas")
    return {"status": {name: value or 0 for name, value in found.items()}}


def _conditions(given: Given) -> Given:
    room = control_room()
    text = given["manageError"]
    failure: APIError | None = InternalError(text) if text else None
    missing = given["replicaSet"]["spec"]["replicas"] - given["activePodCount"]
    reason = "FailedCreate" if missing > 0 else "FailedDelete"
    controller = ReplicaSetController(room.context)
    found = controller._conditions(given["replicaSet"], failure, reason) or []
    names = ("type", "status", "reason")
    return {"conditions": [{n: one[n] for n in names if n in one} for one in found]}


def _claim(given: Given) -> Given:
    room = control_room()
    owner = _owner(room, given)
    for pod in given["pods"]:
        _put(room, pod)
    before = room.api.store.revision
    claimed = claim(room.context, owner, "pods", is_active)
    names = [pod["metadata"]["name"] for pod in claimed]
    return {"claimed": names, "patches": room.api.store.revision - before}


def _owner(room: Room, given: Given) -> Object:
    labels = given["selector"]
    template = {**TEMPLATE, "metadata": {"labels": labels}}
    made = room.workload("ReplicaSet", selector={"matchLabels": labels}, template=template)
    going = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if given["controller"]["deleting"] else {}
    return merge(made, {"metadata": {"uid": given["controller"]["uid"], **going}})


def _put(room: Room, given: Given) -> None:
    made = room.pod(given["name"], labels=given["labels"])
    metadata: Given = {"namespace": given["namespace"]}
    if given["controllerUID"] is not None:
        reference = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web"}
        reference |= {"uid": given["controllerUID"], "controller": True}
        metadata["ownerReferences"] = [reference]
    if given["deleting"]:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    key = (given["namespace"], given["name"])
    room.api.store.delete("pods", ("default", given["name"]))
    room.api.store.put("pods", key, merge(made, {"metadata": metadata}))


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "sortActivePods": _sort,
    "comparePods": _compare,
    "podsToDelete": _victims,
    "slowStartBatch": _slow_start,
    "calculateStatus": _status,
    "statusConditions": _conditions,
    "claimPods": _claim,
}
