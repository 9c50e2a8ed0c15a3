"""The ReplicaSet of the present template: found and brought up to date, or created.

Source: `pkg/controller/deployment/sync.go` (getNewReplicaSet), Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.errors import AlreadyExists, APIError
from kubelearn.api.objects import Object, controller_of
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment import rolling, status
from kubelearn.controllers.deployment.rollout import REPLICASETS, Rollout
from kubelearn.controllers.pods import namespace_goes


def refresh(rollout: Rollout) -> None:
    """Bring revision, annotations and minReadySeconds of the new ReplicaSet up to date."""
    new, deployment = rollout.new, rollout.deployment
    if new is None or new is rollout.refreshed:
        return
    metadata = new["metadata"]
    known: dict[str, str] = metadata.get("annotations") or {}
    copied = {**known, **rs.copied_annotations(deployment)}
    annotations = rs.revised_annotations(copied, rs.next_revision(rollout.olds))
    seconds = deployment["spec"].get("minReadySeconds", 0)
    if annotations != known or seconds != new["spec"].get("minReadySeconds", 0):
        spec = {"minReadySeconds": seconds or None}
        patch = {"metadata": {"annotations": annotations}, "spec": spec}
        place = (metadata["namespace"], metadata["name"])
        rollout.new = rollout.context.api.patch(REPLICASETS, *place, patch)
        return  # the revision of the Deployment follows with the sync that this write wakes
    conditions = rollout.conditions()
    if status.has_deadline(deployment) and conditions.get("Progressing") is None:
        text = f'Found new replica set "{metadata["name"]}"'
        conditions.set("Progressing", "True", "FoundNewReplicaSet", text)
    rollout.write_revision(annotations[rs.REVISION], conditions)
    rollout.refreshed = new


def ensure(rollout: Rollout) -> bool:
    """Refresh or create the new ReplicaSet; False when it cannot be created for good."""
    if rollout.new is not None:
        refresh(rollout)
        return True
    revision = str(rs.next_revision(rollout.olds))
    made = _made(rollout, revision)
    name = made["metadata"]["name"]
    try:
        rollout.new = rollout.context.api.create(made)
    except AlreadyExists:
        rollout.new = _known(rollout, made)
        rollout.write_revision(revision, rollout.conditions())
        return True
    except APIError as error:
        if namespace_goes(error):
            return False
        _tell_failure(rollout, name, error)
        raise
    _tell_created(rollout, name, made["spec"]["replicas"], revision)
    return True


def _made(rollout: Rollout, revision: str) -> Object:
    """The ReplicaSet as it will be created, with the size that it may have at once."""
    deployment, replicas = rollout.deployment, rollout.replicas
    size = replicas
    if deployment["spec"]["strategy"]["type"] != "Recreate":
        existing = sum(one["spec"]["replicas"] for one in rollout.olds)
        size = rolling.grown(replicas, rollout.budget, 0, existing)
    annotations = {
        **rs.copied_annotations(deployment),
        rs.REVISION: revision,
        **rs.size_annotations(replicas, rollout.budget.surge),
    }
    return rs.new_replicaset(deployment, size, annotations)


def _known(rollout: Rollout, made: Object) -> Object:
    """The ReplicaSet that has the name already, if it is ours; else the hash has collided."""
    metadata, deployment = made["metadata"], rollout.deployment
    found = rollout.context.api.get(REPLICASETS, metadata["namespace"], metadata["name"])
    mine = (controller_of(found) or {}).get("uid") == deployment["metadata"]["uid"]
    if mine and rs.find_new(deployment, [found]) is not None:
        return found
    count = deployment.get("status", {}).get("collisionCount", 0) + 1
    rollout.write_status({"collisionCount": count})
    raise AlreadyExists.of(REPLICASETS, metadata["name"])


def _tell_failure(rollout: Rollout, name: str, error: APIError) -> None:
    text = f'Failed to create new replica set "{name}": {error}'
    if status.has_deadline(rollout.deployment):
        conditions = rollout.conditions()
        conditions.set("Progressing", "False", "ReplicaSetCreateError", text)
        rollout.write_status({"conditions": conditions.to_list()})
    rollout.tell("Warning", "ReplicaSetCreateError", text)


def _tell_created(rollout: Rollout, name: str, size: int, revision: str) -> None:
    if size:
        text = f"Scaled up replica set {name} from 0 to {size}"
        rollout.tell("Normal", "ScalingReplicaSet", text)
    conditions = rollout.conditions()
    if status.has_deadline(rollout.deployment):
        text = f'Created new replica set "{name}"'
        conditions.set("Progressing", "True", "NewReplicaSetCreated", text)
    rollout.write_revision(revision, conditions)
