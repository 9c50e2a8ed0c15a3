"""StatefulSet: order, identity, claims, updates, and what it says."""

from kubelearn.controllers.statefulset.identity import ordinal_of
from tests.controllers.control_room import CONTAINER, TEMPLATE, control_room

STS = "statefulsets.apps"
CLAIM = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def world(**spec):
    """A StatefulSet db that has just been created."""
    room = control_room("statefulset", "garbage-collector")
    room.workload("StatefulSet", "db", **{"serviceName": "db", "replicas": 3, **spec})
    return room


def template(image):
    """The template with another image."""
    return {**TEMPLATE, "spec": {"containers": [{**CONTAINER, "image": image}]}}


def names(room):
    """The names of the pods that stay, by ordinal."""
    return [pod["metadata"]["name"] for pod in sorted(room.live(), key=ordinal_of)]


def images(room):
    """Their images."""
    return [p["spec"]["containers"][0]["image"] for p in sorted(room.live(), key=ordinal_of)]


def patch(room, **spec):
    """Change the spec."""
    room.api.patch(STS, "default", "db", {"spec": spec})


def test_the_second_pod_waits_for_the_first():
    """OrderedReady creates one pod at a time."""
    room = world()
    room.run(1)
    assert names(room) == ["db-0"]
    room.start_all()
    room.run(1)
    assert names(room) == ["db-0", "db-1"]


def test_an_unready_pod_holds_up_all_others():
    """Running is not enough."""
    room = world()
    room.run(1)
    room.start_all(ready=False)
    room.run(5)
    assert names(room) == ["db-0"]


def test_parallel_creates_all_at_once():
    """No pod waits for another."""
    room = world(podManagementPolicy="Parallel")
    room.run(1)
    assert names(room) == ["db-0", "db-1", "db-2"]


def test_ordinals_start_where_they_are_told_to():
    """ordinals.start shifts all names."""
    room = world(ordinals={"start": 5}, replicas=2)
    room.settle()
    assert names(room) == ["db-5", "db-6"]


def test_a_pod_knows_who_it_is():
    """Host name, subdomain and labels."""
    room = world()
    room.run(1)
    pod = room.get("pods", "db-0")
    assert (pod["spec"]["hostname"], pod["spec"]["subdomain"]) == ("db-0", "db")
    labels = pod["metadata"]["labels"]
    assert labels["statefulset.kubernetes.io/pod-name"] == "db-0"
    assert labels["apps.kubernetes.io/pod-index"] == "0"


def test_scaling_down_takes_the_highest_ordinal_first():
    """And waits until it is gone."""
    room = world()
    room.settle()
    patch(room, replicas=1)
    room.run(1)
    assert names(room) == ["db-0", "db-1"]
    room.settle()
    assert names(room) == ["db-0"]


def test_a_rolling_update_goes_downwards():
    """One pod at a time, the highest ordinal first."""
    room = world()
    room.settle()
    patch(room, template=template("nginx:2"))
    room.run(1)
    assert names(room) == ["db-0", "db-1"]
    room.settle(8)
    assert images(room) == ["nginx:2"] * 3


def test_the_partition_protects_low_ordinals():
    """Only ordinals from the partition on are replaced."""
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    room = world(updateStrategy=rolling)
    room.settle()
    patch(room, template=template("nginx:2"))
    room.settle(8)
    assert images(room) == ["nginx:1.29", "nginx:1.29", "nginx:2"]


def test_a_protected_pod_comes_back_as_it_was():
    """A pod below the partition is made from the current revision."""
    room = world(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}})
    room.settle()
    patch(room, template=template("nginx:2"))
    room.settle(8)
    room.api.delete("pods", "default", "db-0", grace=0)
    room.settle()
    assert images(room)[0] == "nginx:1.29"


def test_on_delete_waits_for_somebody_to_delete():
    """Under OnDelete a deleted pod comes back new."""
    room = world(updateStrategy={"type": "OnDelete"})
    room.settle()
    patch(room, template=template("nginx:2"))
    room.settle()
    room.api.delete("pods", "default", "db-1", grace=0)
    room.settle()
    assert images(room) == ["nginx:1.29", "nginx:2", "nginx:1.29"]


def test_a_broken_update_is_not_repaired_by_another_template():
    """The stuck pod has to be deleted by hand."""
    room = world()
    room.settle()
    patch(room, template=template("broken"))
    room.run(1)
    room.stop_all()
    room.run(1)
    room.start_all(ready=False)
    patch(room, template=TEMPLATE)
    room.run(5)
    assert images(room) == ["nginx:1.29", "nginx:1.29", "broken"]


def test_going_back_uses_the_old_revision():
    """No new ControllerRevision: the old one gets the next number."""
    room = world()
    room.settle()
    patch(room, template=template("nginx:2"))
    room.settle(8)
    patch(room, template=TEMPLATE)
    room.settle(8)
    found = room.api.list("controllerrevisions.apps")
    assert sorted(one["revision"] for one in found) == [2, 3]


def test_min_ready_seconds_slow_the_roll_out():
    """The next pod waits until the last one is available."""
    room = world(minReadySeconds=10)
    room.run(1)
    room.start_all()
    room.run(8)
    assert names(room) == ["db-0"]
    room.run(4)
    assert names(room) == ["db-0", "db-1"]


def test_a_failed_pod_is_made_again():
    """Under the same name."""
    room = world(replicas=1)
    room.settle()
    first = room.get("pods", "db-0")
    room.api.patch_status("pods", "default", "db-0", {"phase": "Failed"})
    room.settle()
    assert first["metadata"]["uid"] != room.get("pods", "db-0")["metadata"]["uid"]


def test_each_pod_gets_its_own_claim():
    """Named after template, set and ordinal; the pod mounts it."""
    room = world(volumeClaimTemplates=[CLAIM], replicas=2)
    room.settle()
    claims = [one["metadata"]["name"] for one in room.api.list("persistentvolumeclaims")]
    assert claims == ["data-db-0", "data-db-1"]
    volume = room.get("pods", "db-1")["spec"]["volumes"][0]
    assert volume["persistentVolumeClaim"]["claimName"] == "data-db-1"


def test_claims_stay_when_scaled_away():
    """The default policy is Retain."""
    room = world(volumeClaimTemplates=[CLAIM])
    room.settle()
    patch(room, replicas=1)
    room.settle()
    assert len(room.api.list("persistentvolumeclaims")) == 3


def test_a_claim_with_the_policy_delete_belongs_to_its_pod():
    """WhenScaled Delete makes the condemned pod the owner."""
    policy = {"whenScaled": "Delete", "whenDeleted": "Retain"}
    room = world(volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=policy)
    room.settle()
    assert not room.get("persistentvolumeclaims", "data-db-2")["metadata"].get("ownerReferences")
    patch(room, replicas=2)
    room.run(0.1)
    owner = room.get("persistentvolumeclaims", "data-db-2")["metadata"]["ownerReferences"][0]
    assert (owner["kind"], owner["name"]) == ("Pod", "db-2")


def test_events_are_worded_as_upstream_does():
    """Claims and pods."""
    room = world(volumeClaimTemplates=[CLAIM], replicas=1)
    room.run(1)
    wanted = ["Create Claim data-db-0 Pod db-0 in StatefulSet db success",
              "Create Pod db-0 in StatefulSet db successful"]  # fmt: skip
    assert wanted == room.messages("SuccessfulCreate")


def test_the_revision_history_is_trimmed():
    """Ten old revisions by default; here one."""
    room = world(replicas=1, revisionHistoryLimit=1)
    for number in range(4):
        patch(room, template=template(f"nginx:{number}"))
        room.settle(2)
    assert len(room.api.list("controllerrevisions.apps")) == 2


def test_max_unavailable_is_not_looked_at():
    """With the gate off one pod goes at a time, whatever maxUnavailable says."""
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}}
    room = world(updateStrategy=rolling)
    room.settle()
    patch(room, template=template("nginx:2"))
    room.run(1)
    assert names(room) == ["db-0", "db-1"]


def test_the_status_counts_and_names_revisions():
    """A settled set has one revision."""
    room = world()
    room.settle()
    status = room.get(STS, "db")["status"]
    assert tuple(status[n] for n in ("readyReplicas", "currentReplicas", "updatedReplicas")) == (
        3,
        3,
        3,
    )
    assert status["currentRevision"] == status["updateRevision"]


def test_why_names_the_pod_that_all_wait_for():
    """The explanation says which pod holds the others up."""
    room = world()
    room.run(1)
    room.start_all(ready=False)
    controller = room.parts["statefulset"].reconciler
    reasons = controller.explain(STS, room.get(STS, "db"))
    assert "waits until pod db-0 is Running and Ready" in reasons[-1].text
