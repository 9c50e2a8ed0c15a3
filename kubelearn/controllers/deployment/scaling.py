"""Another number of replicas, also in the middle of a rollout or while it is paused.

Source: `pkg/controller/deployment/sync.go` (isScalingEvent, scale), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment import rolling
from kubelearn.controllers.deployment.rollout import Rollout


def was_scaled(rollout: Rollout) -> bool:
    """Whether an active ReplicaSet was made for another number of replicas."""
    desired = (rs.annotation_number(one, rs.DESIRED) for one in _active(rollout))
    return any(number is not None and number != rollout.replicas for number in desired)


def sync_size(rollout: Rollout) -> None:
    """Scale what is there, without a step of the rollout."""
    active = _active(rollout)
    if len(active) <= 1:
        for one in active or _latest(rollout):
            rollout.resize(one, rollout.replicas)
    elif is_saturated(rollout.new, rollout.replicas):
        for old in rollout.olds:
            rollout.resize(old, 0)
    elif rollout.deployment["spec"]["strategy"]["type"] == "RollingUpdate":
        _scale_proportionally(rollout, active)


def _active(rollout: Rollout) -> list[Object]:
    return [one for one in rollout.every if one["spec"]["replicas"]]


def _latest(rollout: Rollout) -> list[Object]:
    """The ReplicaSet that gets all pods when none has any."""
    if rollout.new is not None:
        return [rollout.new]
    return sorted(rollout.olds, key=rs.by_age)[-1:]


def is_saturated(new: Object | None, replicas: int) -> bool:
    """Whether the new ReplicaSet alone is what is wanted."""
    if new is None:
        return False
    available = new.get("status", {}).get("availableReplicas", 0)
    sizes = (new["spec"]["replicas"], rs.annotation_number(new, rs.DESIRED), available)
    return all(size == replicas for size in sizes)


def _scale_proportionally(rollout: Rollout, active: list[Object]) -> None:
    replicas, surge = rollout.replicas, rollout.budget.surge
    allowed = replicas + surge if replicas else 0
    growing = allowed > sum(one["spec"]["replicas"] for one in active)
    active.sort(key=rs.by_age, reverse=growing)
    active.sort(key=lambda one: -one["spec"]["replicas"])
    known = rollout.deployment.get("status", {}).get("replicas", 0)
    sizes = rolling.proportional(replicas, surge, known, [share_of(one) for one in active])
    for one in active:
        # Also without another size: the annotations tell what it was made for.
        rollout.scale(one, sizes[one["metadata"]["name"]])


def share_of(replicaset: Object) -> rolling.Share:
    """A ReplicaSet as the arithmetic sees it."""
    maximum = rs.annotation_number(replicaset, rs.MAXIMUM)
    return rolling.Share(replicaset["metadata"]["name"], replicaset["spec"]["replicas"], maximum)
