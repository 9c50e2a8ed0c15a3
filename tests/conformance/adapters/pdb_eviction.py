"""Answers `controllers/pdb_eviction.json` with the eviction API and the disruption controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.errors import APIError
from kubelearn.api.eviction import BUDGETS, evict
from kubelearn.api.server import APIServer
from kubelearn.api.times import timestamp
from kubelearn.controllers.disruption import DisruptionController
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.sim.draws import Draws
from tests.controllers.control_room import control_room


def _cluster(pod: dict[str, Any], budgets: list[dict[str, Any]]) -> APIServer:
    api = APIServer(Clock(), Draws(0))
    metadata = {"namespace": "default", "uid": "u", **pod["metadata"]}
    api.store.put("pods", ("default", metadata["name"]), {**pod, "metadata": metadata})
    for budget in budgets:
        api.store.put(BUDGETS, ("default", budget["metadata"]["name"]), budget)
    return api


def _evict(given: dict[str, Any]) -> dict[str, Any]:
    api = _cluster(given["pod"], given["pdbs"])
    try:
        evict(api, "default", given["pod"]["metadata"]["name"])
    except APIError as error:
        causes = (error.details or {}).get("causes") or [{"message": error.message}]
        cause = causes[0]["message"]
        return {"allowed": False, "code": error.code, "reason": error.reason, "cause": cause}
    return {"allowed": True}


def _evict_updates(given: dict[str, Any]) -> dict[str, Any]:
    conditions = [{"type": "DisruptionAllowed", "status": "True",
                   "reason": given["conditionReason"]}]  # fmt: skip
    status = {"disruptionsAllowed": given["disruptionsAllowed"], "conditions": conditions}
    budget = {"metadata": {"name": "b", "namespace": "default"}, "status": status,
              "spec": {"selector": {"matchLabels": {"a": "b"}}}}  # fmt: skip
    pod = {"metadata": {"name": "p", "labels": {"a": "b"}},
           "spec": {"nodeName": "n"}, "status": {"phase": "Running"}}  # fmt: skip
    api = _cluster(pod, [budget])
    evict(api, "default", "p")
    after = api.get(BUDGETS, "default", "b")["status"]
    reasons = [each["reason"] for each in after["conditions"]]
    return {"disruptionsAllowed": after["disruptionsAllowed"], "conditionReason": reasons[0]}


def _pdb_status(given: dict[str, Any]) -> dict[str, Any]:
    room = control_room()
    for controller in given["controllers"]:
        key = ("default", controller["uid"])
        obj = {"metadata": {"name": key[1], "namespace": "default", "uid": key[1]},
               "spec": {"replicas": controller["replicas"]}}  # fmt: skip
        room.api.store.put("replicasets.apps", key, obj)
    for pod in given["pods"]:
        room.api.store.put("pods", ("default", pod["name"]), _counted_pod(pod))
    ages = given["disruptedPodsAgeSeconds"]
    past = {name: timestamp(room.clock.now - age * SECOND) for name, age in ages.items()}
    spec = {**given["spec"], "selector": {"matchLabels": {"a": "b"}}}
    metadata = {"name": "b", "namespace": "default", "uid": "budget", "generation": 1}
    budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata,
              "spec": spec, "status": {"disruptedPods": past}}  # fmt: skip
    room.api.store.put(BUDGETS, ("default", "b"), budget)
    DisruptionController(room.context).reconcile(("default", "b"))
    status = room.get(BUDGETS, "b")["status"]
    return {**status, "disruptedPods": sorted(status.get("disruptedPods") or ())}


def _counted_pod(given: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": given["name"], "namespace": "default", "uid": given["name"],
                "labels": {"a": "b"}}  # fmt: skip
    if given["controllerUID"]:
        owner = {"kind": "ReplicaSet", "name": given["controllerUID"], "controller": True}
        metadata["ownerReferences"] = [{**owner, "uid": given["controllerUID"]}]
    if given["deleting"]:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    conditions = [{"type": "Ready", "status": str(given["ready"])}]
    return {"kind": "Pod", "apiVersion": "v1", "metadata": metadata, "spec": {},
            "status": {"conditions": conditions}}  # fmt: skip


def check(case: dict[str, Any]) -> None:
    """What the case names is the same."""
    wanted = case["expect"]
    found = OPERATIONS[case["input"]["op"]](case["input"])
    assert wanted == {name: found[name] for name in wanted if name in found}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "evict": _evict,
    "pdbStatus": _pdb_status,
    "evictUpdatesPDB": _evict_updates,
}
