"""Answers the vectors of `controllers/deployment_status.json` with the Deployment controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object, merge
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.deployment import history, status, strategies
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment.conditions import Conditions
from kubelearn.controllers.deployment.rollout import Rollout
from kubelearn.sim.clock import SECOND
from tests.controllers.control_room import Room, control_room

Given = dict[str, Any]
LATE = parse_timestamp("2026-01-01T00:00:00Z")


def _replicaset(given: Given) -> Object:
    found = {"spec": {"replicas": given["specReplicas"]}, "status": given["status"]}
    return {"metadata": {"name": given["name"]}, **found}


def _sync(given: Given) -> Given:
    deployment = given["deployment"]
    new = None if given["newRS"] is None else _replicaset(given["newRS"])
    every = [_replicaset(one) for one in given["allRSs"]]
    counts = status.counters(deployment, new, every)
    conditions = Conditions(deployment, LATE)
    status.set_progressing(conditions, deployment, new, counts, LATE)
    found = conditions.get("Progressing")
    words = None if found is None else {name: found[name] for name in ("status", "reason")}
    return {"progressing": words}


def _requeue(given: Given) -> Given:
    whole, _, fraction = (given["now"] or "2026-01-01T00:00:00Z").rstrip("Z").partition(".")
    now = parse_timestamp(f"{whole}Z") + int(fraction.ljust(9, "0"))
    left = status.left(given["deployment"], given["newStatus"], now)
    if left is None:
        return {"requeueAfterSeconds": -1}
    return {"requeueAfterSeconds": left / SECOND if left >= SECOND else 0}


def _old_pods(given: Given) -> Given:
    room = control_room()
    counts = {one["uid"]: one["statusReplicas"] for one in given["oldRSs"]}
    # Pods are told by the UIDs of ReplicaSets that the case does not always list.
    uids = dict.fromkeys([*counts, *given["podsByRSUID"]])
    uids.pop((given["newRS"] or {}).get("uid"), None)
    olds = [
        _put_replicaset(room, f"old-{i}", uid, {"replicas": counts.get(uid, 0)})
        for i, uid in enumerate(uids)
    ]
    for uid, pods in given["podsByRSUID"].items():
        for i, pod in enumerate(pods):
            _put_pod(room, f"{uid}-{i}", uid, pod["phase"])
    rollout = Rollout(room.context, room.workload("Deployment"), ())
    rollout.olds = olds
    return {"oldPodsRunning": strategies.old_pods_run(rollout)}


def _put_replicaset(room: Room, name: str, uid: str, counts: Given, **metadata: Any) -> Object:
    made = room.workload("ReplicaSet", name, replicas=0)
    changed = merge(made, {"metadata": {"uid": uid, **metadata}, "status": counts})
    return room.api.store.put("replicasets.apps", ("default", name), changed)


def _put_pod(room: Room, name: str, owner: str, phase: str) -> None:
    made = room.pod(name)
    reference = {"kind": "ReplicaSet", "name": "x", "uid": owner, "controller": True}
    metadata = {"ownerReferences": [reference]}
    changed = merge(made, {"metadata": metadata, "status": {"phase": phase}})
    room.api.store.put("pods", ("default", name), changed)


def _history(given: Given) -> Given:
    room = control_room()
    deployment = room.workload("Deployment", revisionHistoryLimit=given["revisionHistoryLimit"])
    rollout = Rollout(room.context, deployment, ())
    rollout.olds = [_old(room, one) for one in given["oldRSs"]]
    history.clean_up(rollout)
    left = [one["metadata"]["name"] for one in room.api.list("replicasets.apps", "default")]
    deleted = [one["name"] for one in given["oldRSs"] if one["name"] not in left]
    if any("creationTimestamp" in one for one in given["oldRSs"]):
        return {"deleted": deleted}
    return {"deletedCount": len(deleted)}


def _old(room: Room, given: Given) -> Object:
    counts = {"replicas": given["statusReplicas"], "observedGeneration": 1}
    deleted = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if given["deleting"] else {}
    created = given.get("creationTimestamp", "2026-01-01T00:00:00Z")
    metadata = {"annotations": given["annotations"], "creationTimestamp": created, **deleted}
    made = _put_replicaset(room, given["name"], given["name"], counts, **metadata)
    return {**made, "spec": {**made["spec"], "replicas": given["specReplicas"]}}


def _name(given: Given) -> Given:
    return {"name": rs.replicaset_name(given["deploymentName"], given["hash"])}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "syncRolloutStatus": _sync,
    "requeueStuck": _requeue,
    "recreateOldPodsRunning": _old_pods,
    "cleanupHistory": _history,
    "replicaSetName": _name,
}
