"""What the Deployment controller says about a Deployment and about its ReplicaSets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.objects import Object, controller_of
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment.budget import budget_of
from kubelearn.controllers.deployment.rollout import COMPONENT
from kubelearn.runtime.explain import Reason


def explain_deployment(deployment: Object, owned: Sequence[Object]) -> list[Reason]:
    """The state of a rollout, ReplicaSet by ReplicaSet, and the conditions."""
    rows = tuple(_row(one) for one in sorted(owned, key=rs.by_age))
    budget, replicas = budget_of(deployment), deployment["spec"]["replicas"]
    text = (
        f"wants {replicas} pods; while rolling at most {replicas + budget.surge} may exist "
        f"and at least {replicas - budget.unavailable} must be available"
    )
    reasons = [Reason(COMPONENT, text, table=rows)]
    for found in deployment.get("status", {}).get("conditions") or ():
        words = f"{found['type']}={found['status']}, {found['reason']}: {found['message']}"
        reasons.append(Reason(COMPONENT, words))
    return reasons


def explain_replicaset(replicaset: Object) -> list[Reason]:
    """Which revision of which Deployment a ReplicaSet is."""
    owner = controller_of(replicaset)
    if owner is None or owner["kind"] != "Deployment":
        return []
    revision = rs.revision_of(replicaset)
    text = f"revision {revision} of Deployment {owner['name']}, which sets its size"
    return [Reason(COMPONENT, text)]


def _row(replicaset: Object) -> dict[str, Any]:
    found = replicaset.get("status", {})
    return {
        "revision": rs.revision_of(replicaset),
        "replicaset": replicaset["metadata"]["name"],
        "wanted": replicaset["spec"]["replicas"],
        "pods": found.get("replicas", 0),
        "ready": found.get("readyReplicas", 0),
        "available": found.get("availableReplicas", 0),
    }
