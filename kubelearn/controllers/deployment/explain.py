"""What the Deployment controller says about a Deployment and about its ReplicaSets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.objects import Object, controller_of
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment.budget import budget_of
from kubelearn.controllers.deployment.rollout import COMPONENT
from kubelearn.runtime.explain import Reason, amount


def explain_deployment(deployment: Object, owned: Sequence[Object]) -> list[Reason]:
    """The state of a rollout, ReplicaSet by ReplicaSet, and the conditions."""
    rows = tuple(_row(one) for one in sorted(owned, key=rs.by_age))
    budget, replicas = budget_of(deployment), deployment["spec"]["replicas"]
    text = (
        f"wants {amount(replicas, 'pod')}; while rolling at most {replicas + budget.surge} may "
        f"exist and at least {replicas - budget.unavailable} must be available"
    )
    reasons = [Reason(COMPONENT, text, table=rows)]
    waits = waits_for(deployment, owned)
    if waits:
        reasons.append(Reason(COMPONENT, waits))
    for found in deployment.get("status", {}).get("conditions") or ():
        words = f"{found['type']}={found['status']}, {found['reason']}: {found['message']}"
        reasons.append(Reason(COMPONENT, words))
    return reasons


def waits_for(deployment: Object, owned: Sequence[Object]) -> str:
    """What keeps a rollout from its next step; "" when it is over."""
    if deployment["spec"].get("paused"):
        return "is paused: it scales, but rolls no other template out until it is resumed"
    new = rs.find_new(deployment, owned)
    olds = [one for one in owned if one is not new]
    if new is None:
        return "waits for the ReplicaSet of its template to be created"
    left = sum(one.get("status", {}).get("replicas", 0) for one in olds)
    name, status = new["metadata"]["name"], new.get("status", {})
    if deployment["spec"]["strategy"]["type"] == "Recreate" and left:
        return f"waits until {left} old pods are gone before it creates the first new one"
    missing = new["spec"]["replicas"] - status.get("availableReplicas", 0)
    if missing > 0:
        return f"waits until {missing} more pods of ReplicaSet {name} are available"
    return f"waits until {left} old pods are gone" if left else ""


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
