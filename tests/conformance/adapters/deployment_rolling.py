"""Answers the vectors of `controllers/deployment_rolling.json` with the Deployment controller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kubelearn.api.objects import Object, condition
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.deployment import rolling, scaling, status, strategies
from kubelearn.controllers.deployment.budget import Budget, budget_of, fenceposts
from kubelearn.controllers.deployment.rollout import Rollout
from tests.controllers.control_room import TEMPLATE, Room, control_room

Given = dict[str, Any]
NEW = "new"


class Case:
    """A Deployment of the case with its ReplicaSets, in a real API server."""

    def __init__(self, given: Given) -> None:
        self.room: Room = control_room()
        deployment = self.room.workload("Deployment", **_spec(given))
        new, olds = given.get("newRS"), given.get("oldRSs", ())
        owned = [self._put(one, f"old-{i}", "old:1") for i, one in enumerate(olds)]
        if new is not None:
            image = TEMPLATE["spec"]["containers"][0]["image"]
            owned.append(self._put(new, NEW, image))
        known = given.get("status", {})
        self.rollout = Rollout(self.room.context, {**deployment, "status": known}, owned)

    def _put(self, given: Given, name: str, image: str) -> Object:
        container = {**TEMPLATE["spec"]["containers"][0], "image": image}
        template = {**TEMPLATE, "spec": {"containers": [container]}}
        replicas = {"replicas": given["specReplicas"], "template": template}
        made = self.room.workload("ReplicaSet", given.get("name", name), **replicas)
        annotations = given.get("annotations", {})
        metadata = {**made["metadata"], "annotations": annotations}
        metadata["creationTimestamp"] = given.get("creationTimestamp", "2016-01-01T00:00:00Z")
        counts = {"availableReplicas": given.get("availableReplicas", 0)}
        obj = {**made, "metadata": metadata, "status": counts}
        key = ("default", metadata["name"])
        return self.room.api.store.put("replicasets.apps", key, obj)

    def size(self, replicaset: Object) -> int:
        """The size that a ReplicaSet has now."""
        name = replicaset["metadata"]["name"]
        return int(self.room.get("replicasets.apps", name)["spec"]["replicas"])

    def olds(self) -> list[int]:
        """The sizes of the old ReplicaSets now."""
        return [self.size(one) for one in self.rollout.olds]


def _spec(given: Given) -> Given:
    strategy: Given = {"type": given.get("strategy", "RollingUpdate")}
    if strategy["type"] == "RollingUpdate":
        limits = {name: given.get(name) for name in ("maxSurge", "maxUnavailable")}
        strategy["rollingUpdate"] = {n: 0 if v is None else v for n, v in limits.items()}
        if not any(strategy["rollingUpdate"].values()):
            # The API refuses two zeros; the controller makes the same of them as of this.
            strategy["rollingUpdate"]["maxUnavailable"] = 1
    return {"replicas": given["replicas"], "strategy": strategy}


def _reconcile_new(given: Given) -> Given:
    case = Case(given)
    scaled = strategies._grow(case.rollout)
    assert case.rollout.new is not None
    sizes = {"newRSReplicas": case.size(case.rollout.new)} if scaled else {}
    return {"scaled": scaled, **sizes}


def _reconcile_old(given: Given) -> Given:
    case = Case(given)
    scaled = strategies._shrink(case.rollout)
    return {"scaled": scaled, **({"oldRSReplicas": case.olds()} if scaled else {})}


def _sizes(given: Sequence[Given]) -> list[rolling.Size]:
    words = ("name", "specReplicas", "availableReplicas")
    return [rolling.Size(*(one[word] for word in words)) for one in given]


def _clean_up(given: Given) -> Given:
    olds = _sizes(given["oldRSs"])
    sizes, _ = rolling.without_unhealthy(olds, given["maxCleanupCount"])
    return {"cleaned": sum(old.spec - sizes.get(old.name, old.spec) for old in olds)}


def _scale_down(given: Given) -> Given:
    olds = _sizes(given["oldRSs"])
    budget = fenceposts(given["maxSurge"], given["maxUnavailable"], given["replicas"])
    new = rolling.Size(NEW, 0, 0)
    sizes = rolling.without_spare(given["replicas"], budget, new, olds)
    if not sizes:
        return {"scaled": False}
    return {"scaled": True, "oldRSReplicas": [sizes.get(old.name, old.spec) for old in olds]}


def _fenceposts(given: Given) -> Given:
    limits = (given[name] or 0 for name in ("maxSurge", "maxUnavailable"))
    try:
        found = fenceposts(*limits, given["replicas"])
    except ValueError:
        return {"error": True}
    return {"surge": found.surge, "unavailable": found.unavailable}


def _new_replicas(given: Given) -> Given:
    if given["strategy"] == "Recreate":
        return {"newRSReplicas": given["replicas"]}
    budget = fenceposts(given["maxSurge"], given["maxUnavailable"], given["replicas"])
    new, total = given["newRS"]["specReplicas"], sum(given["allRSSpecReplicas"])
    return {"newRSReplicas": rolling.grown(given["replicas"], budget, new, total)}


def _max_unavailable(given: Given) -> Given:
    return {"maxUnavailable": budget_of({"spec": given["deploymentSpec"]}).unavailable}


def _min_available(given: Given) -> Given:
    spec = given["deploymentSpec"]
    return {"minAvailable": spec["replicas"] - budget_of({"spec": spec}).unavailable}


def _complete(given: Given) -> Given:
    deployment = given["deployment"]
    return {"complete": status.is_complete(deployment, deployment["status"])}


def _progressing(given: Given) -> Given:
    return {"progressing": status.is_progressing(given["oldStatus"], given["newStatus"])}


def _timed_out(given: Given) -> Given:
    deployment = {"spec": {}, **given["deployment"]}
    known = condition(deployment, "Progressing")
    now = parse_timestamp(given["now"]) if given["now"] else 0
    return {"timedOut": status.timed_out(deployment, known, now)}


def _fraction(given: Given) -> Given:
    obj = {"metadata": {"name": "x", "annotations": given["rsAnnotations"]},
           "spec": {"replicas": given["rsReplicas"]}}  # fmt: skip
    share = scaling.share_of(obj)
    surge = Budget(given["maxSurge"], 0).surge
    known = given["statusReplicas"]
    return {"fraction": rolling.fraction(share, given["replicas"], surge, known)}


def _proportional(given: Given) -> Given:
    case = Case(given)
    scaling.sync_size(case.rollout)
    new = case.rollout.new
    olds = {one["metadata"]["name"]: case.size(one) for one in case.rollout.olds}
    return {"newRS": None if new is None else case.size(new), "oldRSs": olds}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "reconcileNewReplicaSet": _reconcile_new,
    "reconcileOldReplicaSets": _reconcile_old,
    "cleanupUnhealthyReplicas": _clean_up,
    "scaleDownOldForRollingUpdate": _scale_down,
    "resolveFenceposts": _fenceposts,
    "newRSNewReplicas": _new_replicas,
    "maxUnavailable": _max_unavailable,
    "minAvailable": _min_available,
    "deploymentComplete": _complete,
    "deploymentProgressing": _progressing,
    "deploymentTimedOut": _timed_out,
    "replicaSetFraction": _fraction,
    "proportionalScale": _proportional,
}
