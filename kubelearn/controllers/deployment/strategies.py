"""The two ways to replace the pods of an old template: one step of each.

Source: `pkg/controller/deployment/rolling.go`, `recreate.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelearn.api.objects import Object
from kubelearn.controllers.deployment import history, new_replicaset, rolling
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment.rollout import Rollout
from kubelearn.controllers.pods import TERMINAL


def roll(rollout: Rollout) -> None:
    """RollingUpdate: let the new ReplicaSet grow, or else the old ones shrink."""
    if not new_replicaset.ensure(rollout):
        return
    if not (_grow(rollout) or _shrink(rollout)):
        history.clean_up_when_complete(rollout)


def _grow(rollout: Rollout) -> bool:
    assert rollout.new is not None
    total = sum(one["spec"]["replicas"] for one in rollout.every)
    size = rollout.new["spec"]["replicas"]
    return rollout.resize(rollout.new, rolling.grown(rollout.replicas, rollout.budget, size, total))


def _shrink(rollout: Rollout) -> bool:
    """Unavailable old pods first, then available ones as far as the budget allows."""
    assert rollout.new is not None
    olds = [one for one in sorted(rollout.olds, key=rs.by_age) if one["spec"]["replicas"]]
    new, replicas, budget = _size(rollout.new), rollout.replicas, rollout.budget
    most = rolling.may_go(replicas, budget, new, [_size(old) for old in olds])
    if not olds or most <= 0:
        return False
    unhealthy, outdated = rolling.without_unhealthy([_size(old) for old in olds], most)
    olds = _scale_all(rollout, olds, unhealthy)
    if outdated:
        return False
    spare = rolling.without_spare(replicas, budget, new, [_size(old) for old in olds])
    _scale_all(rollout, olds, spare)
    return bool(unhealthy or spare)


def _scale_all(
    rollout: Rollout, replicasets: Sequence[Object], sizes: dict[str, int]
) -> list[Object]:
    """Give the named ReplicaSets their sizes; returns all as they are then."""
    return [
        rollout.scale(one, sizes[name]) if (name := one["metadata"]["name"]) in sizes else one
        for one in replicasets
    ]


def _size(replicaset: Object) -> rolling.Size:
    available = replicaset.get("status", {}).get("availableReplicas", 0)
    return rolling.Size(replicaset["metadata"]["name"], replicaset["spec"]["replicas"], available)


def recreate(rollout: Rollout) -> None:
    """Recreate: all old pods go and have ended before the first new one comes."""
    new_replicaset.refresh(rollout)
    shrunk = [rollout.resize(old, 0) for old in rollout.olds]
    if any(shrunk) or old_pods_run(rollout) or not new_replicaset.ensure(rollout):
        return
    assert rollout.new is not None
    rollout.resize(rollout.new, rollout.replicas)
    history.clean_up_when_complete(rollout)


def old_pods_run(rollout: Rollout) -> bool:
    """Whether a pod of an old ReplicaSet has not ended, terminating ones included."""
    owned = rollout.context.api.owned
    return any(
        old.get("status", {}).get("replicas", 0) > 0
        or any(p["status"].get("phase") not in TERMINAL for p in owned("pods", _uid(old)))
        for old in rollout.olds
    )


def _uid(obj: Object) -> str:
    return str(obj["metadata"]["uid"])


STRATEGIES: dict[str, Callable[[Rollout], None]] = {"RollingUpdate": roll, "Recreate": recreate}
"""`spec.strategy.type` -> one step of it."""
