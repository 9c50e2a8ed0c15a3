"""The status of a Deployment."""

import pytest

from kubelearn.controllers.deployment import status
from kubelearn.controllers.deployment.conditions import Conditions
from kubelearn.sim.clock import SECOND

START = "2026-01-01T00:00:00Z"
DONE = {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3, "observedGeneration": 1}
MOVING = {"updatedReplicas": 1, "replicas": 3, "readyReplicas": 3, "availableReplicas": 3}


def deployment(found=None, reason="", seconds=60):
    """Three replicas; `reason` of a Progressing that was updated at time zero."""
    conditions = [{"type": "Progressing", "status": "True", "reason": reason, "message": "",
                   "lastUpdateTime": START, "lastTransitionTime": START}]  # fmt: skip
    spec = {"replicas": 3, "progressDeadlineSeconds": seconds, "strategy": {"type": "Recreate"}}
    told = {**(found or {}), **({"conditions": conditions} if reason else {})}
    return {"metadata": {"name": "web", "generation": 1}, "spec": spec, "status": told}


def replicaset(name, wanted, **counts):
    """With a status."""
    return {"metadata": {"name": name}, "spec": {"replicas": wanted}, "status": counts}


def progress(obj, counts, now=0):
    """(status, reason) of Progressing after a sync."""
    conditions = Conditions(obj, now)
    full = {"replicas": None, "updatedReplicas": None, **counts}
    status.set_progressing(conditions, obj, replicaset("web-1", 3), full, now)
    found = conditions.get("Progressing")
    return found and (found["status"], found["reason"])


def test_counters_are_sums():
    """Zeros that the wire leaves out are None, terminatingReplicas stays."""
    new = replicaset("b", 2, replicas=2, readyReplicas=1, availableReplicas=1)
    old = replicaset("a", 2, replicas=1, terminatingReplicas=1)
    assert status.counters(deployment(), new, [old, new]) == {
        "replicas": 3, "updatedReplicas": 2, "readyReplicas": 1, "availableReplicas": 1,
        "unavailableReplicas": 3, "terminatingReplicas": 1, "observedGeneration": 1,
    }  # fmt: skip
    empty = status.counters(deployment(), None, [])
    assert (empty["replicas"], empty["unavailableReplicas"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "complete"),
    [({}, True), ({"replicas": 4}, False), ({"availableReplicas": 2}, False),
     ({"updatedReplicas": None}, False), ({"observedGeneration": 0}, False)],
)  # fmt: skip
def test_complete(change, complete):
    """All are of the template and available, no other is left, and the spec has been seen."""
    assert status.is_complete(deployment(), {**DONE, **change}) is complete


@pytest.mark.parametrize(
    ("change", "moving"),
    [({}, False), ({"updatedReplicas": 2}, True), ({"replicas": 2}, True),
     ({"readyReplicas": 4}, True), ({"availableReplicas": 4}, True), ({"replicas": 5}, False)],
)  # fmt: skip
def test_progressing(change, moving):
    """More updated, fewer old, more ready, more available."""
    assert status.is_progressing(MOVING, {**MOVING, **change}) is moving


def test_progressing_follows_the_rollout():
    """Updated, complete, stuck."""
    assert progress(deployment(MOVING, "New"), {**MOVING, "updatedReplicas": 2}) == (
        "True", "ReplicaSetUpdated")  # fmt: skip
    assert progress(deployment(MOVING, "New"), DONE) == ("True", "NewReplicaSetAvailable")
    late = 61 * SECOND
    assert progress(deployment(MOVING, "New"), MOVING, late) == (
        "False", "ProgressDeadlineExceeded")  # fmt: skip
    assert progress(deployment(MOVING, "New"), MOVING, 60 * SECOND) == ("True", "New")


def test_a_complete_rollout_stays_complete():
    """A pod that is lost later is no lack of progress."""
    obj = deployment(DONE, "NewReplicaSetAvailable")
    fewer = {**DONE, "availableReplicas": 1}
    assert progress(obj, fewer, 900 * SECOND) == ("True", "NewReplicaSetAvailable")


def test_without_a_deadline_nobody_watches():
    """The condition goes."""
    obj = deployment(MOVING, "New", seconds=status.NO_DEADLINE)
    assert progress(obj, MOVING) is None
    assert status.left(obj, MOVING, 0) is None


@pytest.mark.parametrize(
    ("reason", "left"),
    [("New", 50), ("NewReplicaSetAvailable", 50), ("ProgressDeadlineExceeded", None), ("", None)],
)
def test_time_left(reason, left):
    """Of a minute, after ten seconds, for a rollout that is not complete."""
    found = status.left(deployment(MOVING, reason), MOVING, 10 * SECOND)
    assert found == (left and left * SECOND)


def test_failures_of_the_new_replicaset_count_more():
    """And go when no ReplicaSet has any."""
    conditions = Conditions(deployment(), 0)
    bad = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate"}
    old = replicaset("a", 1, conditions=[{**bad, "message": "old"}])
    new = replicaset("b", 1, conditions=[{**bad, "message": "new"}])
    status.set_failure(conditions, new, [old, new])
    assert conditions.get("ReplicaFailure")["message"] == "new"
    status.set_failure(conditions, None, [])
    assert conditions.get("ReplicaFailure") is None


def test_available():
    """At least replicas minus maxUnavailable."""
    conditions = Conditions(deployment(), 0)
    status.set_available(conditions, 3, 2)
    assert conditions.get("Available")["reason"] == "MinimumReplicasUnavailable"
    status.set_available(conditions, 3, 3)
    assert conditions.get("Available")["reason"] == "MinimumReplicasAvailable"
