"""Whole rollouts, step by step, with pods that start and stop at once."""

import pytest

from kubelearn.api.objects import condition
from kubelearn.controllers.deployment import replicasets as rs
from tests.controllers.control_room import CONTAINER, control_room

DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"


def rollout(**spec):
    """A Deployment of three with both controllers, complete."""
    room = control_room("deployment", "replicaset", "garbage-collector")
    room.workload("Deployment", replicas=3, **spec)
    room.settle()
    return room


def change(room, image="nginx:1.30", **spec):
    """Another template, or other fields of the spec."""
    template = {"spec": {"containers": [{**CONTAINER, "image": image}]}}
    patch = {"template": template, **spec} if image else spec
    room.api.patch(DEPLOYMENTS, "default", "web", {"spec": patch})


def sizes(room):
    """Revision -> wanted pods."""
    return {rs.revision_of(one): one["spec"]["replicas"] for one in room.api.list(REPLICASETS)}


def reason(room, kind):
    """The reason of a condition."""
    found = condition(room.get(DEPLOYMENTS), kind)
    return found and found["reason"]


def test_a_new_deployment_becomes_complete():
    """One ReplicaSet, three pods, and the conditions say so."""
    room = rollout()
    assert sizes(room) == {1: 3}
    assert reason(room, "Progressing") == "NewReplicaSetAvailable"
    assert reason(room, "Available") == "MinimumReplicasAvailable"
    assert room.get(DEPLOYMENTS)["metadata"]["annotations"][rs.REVISION] == "1"
    assert room.messages("ScalingReplicaSet") == [
        f"Scaled up replica set {room.api.list(REPLICASETS)[0]['metadata']['name']} from 0 to 3"
    ]


def test_another_template_is_rolled_out():
    """The old ReplicaSet stays, empty, for a way back."""
    room = rollout()
    change(room)
    room.settle()
    assert sizes(room) == {1: 0, 2: 3}
    assert {pod["spec"]["containers"][0]["image"] for pod in room.live()} == {"nginx:1.30"}


def test_a_rollout_never_leaves_its_budget():
    """At most one more than three exist, at least three are available."""
    room = rollout()
    change(room)
    for _ in range(60):
        room.run(0.1)
        assert len(room.live()) <= 4
        assert sum(pod["status"]["phase"] == "Running" for pod in room.live()) >= 3
        room.start_all()
        room.stop_all()
    assert sizes(room) == {1: 0, 2: 3}


def test_a_broken_template_stops_and_times_out():
    """The old pods go on; after the deadline the condition says so, and nothing else happens."""
    room = rollout(progressDeadlineSeconds=30)
    change(room)
    room.run(10)
    assert sizes(room) == {1: 3, 2: 1}
    assert reason(room, "Progressing") == "ReplicaSetUpdated"
    room.run(25)
    assert reason(room, "Progressing") == "ProgressDeadlineExceeded"
    assert sizes(room) == {1: 3, 2: 1}


def test_the_way_back_is_a_new_revision():
    """The old ReplicaSet is used again; its number is not."""
    room = rollout()
    change(room)
    room.settle()
    change(room, CONTAINER["image"])
    room.settle()
    assert sizes(room) == {2: 0, 3: 3}
    (now,) = (one for one in room.api.list(REPLICASETS) if one["spec"]["replicas"])
    assert now["metadata"]["annotations"][rs.HISTORY] == "1"


def test_a_paused_deployment_only_scales():
    """Another template waits until it goes on."""
    room = rollout()
    change(room, paused=True)
    room.settle()
    change(room, "", replicas=5)
    room.settle()
    assert (sizes(room), reason(room, "Progressing")) == ({1: 5}, "DeploymentPaused")
    change(room, "", paused=None)
    room.settle()
    assert (sizes(room), reason(room, "Progressing")) == ({1: 0, 2: 5}, "NewReplicaSetAvailable")


def test_recreate_waits_for_the_last_old_pod():
    """Terminating ones included."""
    room = rollout(strategy={"type": "Recreate"})
    change(room)
    room.run(5)
    assert sizes(room) == {1: 0}
    room.stop_all()
    room.run(1)
    assert sizes(room) == {1: 0, 2: 3}


def test_history_is_limited():
    """The lowest revisions go, once the rollout is complete."""
    room = rollout(revisionHistoryLimit=1)
    for number in range(3):
        change(room, f"nginx:{number}")
        room.settle()
    assert sizes(room) == {3: 0, 4: 3}


def test_a_change_of_annotations_goes_to_the_replicaset():
    """Without a rollout."""
    room = rollout()
    room.api.patch(DEPLOYMENTS, "default", "web", {"metadata": {"annotations": {"note": "1"}}})
    room.run(1)
    (only,) = room.api.list(REPLICASETS)
    assert only["metadata"]["annotations"]["note"] == "1"
    assert room.get(DEPLOYMENTS)["status"]["observedGeneration"] == 2


def test_scaling_in_the_middle_of_a_rollout_keeps_the_shares():
    """Both ReplicaSets change, and know for which size."""
    room = rollout(strategy={"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 1}})
    change(room)
    room.run(1)
    assert sizes(room) == {1: 2, 2: 3}
    change(room, "", replicas=9)
    room.run(0.01)
    assert sizes(room) == {1: 4, 2: 7}
    desired = [rs.annotation_number(one, rs.DESIRED) for one in room.api.list(REPLICASETS)]
    assert desired == [9, 9]


def test_a_hash_that_is_taken_is_counted():
    """The next attempt gets another name."""
    room = control_room("deployment")
    digest = rs.template_hash(
        control_room().workload("Deployment")["spec"]["template"], 0
    )  # as the API server defaults it
    other = {"containers": [{**CONTAINER, "image": "other"}]}
    room.workload("ReplicaSet", f"web-{digest}", template={
        "metadata": {"labels": {"app": "web", "not": "yours"}}, "spec": other},
        selector={"matchLabels": {"not": "yours"}})  # fmt: skip
    room.workload("Deployment", replicas=3)
    room.run(1)
    assert room.get(DEPLOYMENTS)["status"]["collisionCount"] == 1
    assert len(room.api.list(REPLICASETS)) == 2


def test_two_deployments_with_one_selector_keep_apart():
    """Each has its own ReplicaSet."""
    room = control_room("deployment", "replicaset")
    room.workload("Deployment", "one", replicas=2)
    room.workload("Deployment", "two", replicas=3)
    room.settle()
    assert len(room.live()) == 5
    owners = [one["metadata"]["ownerReferences"][0]["name"] for one in room.api.list(REPLICASETS)]
    assert owners == ["one", "two"]


@pytest.mark.parametrize("resource", [DEPLOYMENTS, REPLICASETS])
def test_it_explains_itself(resource):
    """The Deployment with a table of its revisions."""
    room = rollout()
    (obj,) = room.api.list(resource)
    reasons = room.parts["deployment"].reconciler.explain(resource, obj)
    if resource == DEPLOYMENTS:
        assert "wants 3 pods; while rolling at most 4 may exist" in reasons[0].text
        assert [row["revision"] for row in reasons[0].table] == [1]
    else:
        assert "revision 1 of Deployment web" in reasons[0].text
