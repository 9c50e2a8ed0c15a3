"""ReplicaSet: as many pods as are asked for."""

from kubelearn.api.objects import condition
from kubelearn.controllers.replicaset import ReplicaSetController, slow_start
from tests.controllers.control_room import CONTAINER, TEMPLATE, control_room

RS = "replicasets.apps"


def world(replicas=3, **spec):
    """A settled ReplicaSet."""
    room = control_room("replicaset")
    room.workload("ReplicaSet", replicas=replicas, **spec)
    room.settle()
    return room


def scale(room, replicas):
    """Ask for another number."""
    room.api.patch(RS, "default", "web", {"spec": {"replicas": replicas}})


def counts(room):
    """The counters of the status, zeros left out."""
    status = room.get(RS)["status"]
    return {name: value for name, value in status.items() if isinstance(value, int) and value}


def test_missing_pods_are_created():
    """With the owner's name and reference, and the status counts them."""
    room = world()
    assert len(room.live()) == 3
    assert counts(room) == {
        "replicas": 3, "fullyLabeledReplicas": 3, "readyReplicas": 3, "availableReplicas": 3,
        "observedGeneration": 1,
    }  # fmt: skip
    owners = {pod["metadata"]["ownerReferences"][0]["name"] for pod in room.pods()}
    assert owners == {"web"}


def test_a_lost_pod_is_replaced():
    """At once, although the old one still terminates."""
    room = world()
    name = room.live()[0]["metadata"]["name"]
    room.api.delete("pods", "default", name)
    room.run(1)
    assert (len(room.live()), len(room.pods())) == (3, 4)
    assert counts(room)["terminatingReplicas"] == 1


def test_an_ended_pod_is_replaced():
    """It does not count, and stays."""
    room = world()
    name = room.live()[0]["metadata"]["name"]
    room.api.patch_status("pods", "default", name, {"phase": "Failed"})
    room.run(1)
    assert len(room.pods()) == 4
    assert counts(room)["replicas"] == 3


def test_surplus_pods_are_deleted():
    """And none is left at zero."""
    room = world(5)
    scale(room, 2)
    room.run(1)
    assert len(room.live()) == 2
    scale(room, 0)
    room.settle(1)
    assert room.pods() == []


def test_pods_that_are_not_ready_go_first():
    """A healthy one is worth more."""
    room = world()
    scale(room, 4)
    room.run(1)
    (fresh,) = [p["metadata"]["name"] for p in room.pods() if p["status"]["phase"] == "Pending"]
    scale(room, 3)
    room.run(1)
    assert fresh not in [pod["metadata"]["name"] for pod in room.live()]


def test_minimum_ready_time():
    """Available comes later than ready, without another event."""
    room = world(minReadySeconds=60)
    assert counts(room).get("availableReplicas") is None
    room.run(60)
    assert counts(room)["availableReplicas"] == 3


def test_a_refusal_ends_the_slow_start():
    """One, then two at once; the condition tells, and goes when it is over."""
    room = control_room("replicaset")
    bad = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [CONTAINER]}}
    bad["spec"]["priorityClassName"] = "missing"
    room.workload("ReplicaSet", replicas=5, template=bad)
    room.run(0.004999)
    room.run(0.000002)
    assert room.messages("FailedCreate")[0].startswith('Error creating: pods "web-')
    found = condition(room.get(RS), "ReplicaFailure")
    assert (found["status"], found["reason"]) == ("True", "FailedCreate")
    room.api.create({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
                     "metadata": {"name": "missing"}, "value": 1})  # fmt: skip
    room.run(600)
    assert len(room.pods()) == 5
    assert condition(room.get(RS), "ReplicaFailure") is None


def test_slow_start_doubles():
    """Up to the number that is wanted."""
    assert list(slow_start(10)) == [1, 2, 4, 3]
    assert list(slow_start(0)) == []


def test_an_orphan_counts_and_the_surplus_goes():
    """It is adopted first."""
    room = world()
    room.pod("orphan")
    room.run(1)
    assert len(room.live()) == 3
    assert "orphan" not in [pod["metadata"]["name"] for pod in room.live()]


def test_a_replicaset_that_goes_creates_nothing():
    """With a finalizer it stays for a while."""
    room = control_room("replicaset")
    room.workload("ReplicaSet", "web", replicas=2)
    room.settle(1)
    room.api.delete(RS, "default", "web", propagation="Foreground")
    room.api.delete("pods", "default", room.live()[0]["metadata"]["name"])
    room.run(5)
    assert len(room.live()) == 1


def test_it_explains_itself():
    """The ReplicaSet and its pods."""
    room = world()
    say = room.parts["replicaset"].reconciler.explain
    assert say(RS, room.get(RS))[0].text == "wants 3 pods, has 3, of which 3 are ready"
    assert "ReplicaSet web made this pod" in say("pods", room.pods()[0])[0].text
    assert say("pods", room.pod("bare", labels={"x": "y"})) == []


def test_a_sibling_deleted_just_now_still_counts():
    """The watch has not told of it: two ReplicaSets of one owner rank their pods by the same."""
    room = control_room()
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d", "uid": "u",
             "controller": True}  # fmt: skip
    replicaset = room.create(
        "ReplicaSet",
        "web",
        {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
        ownerReferences=[owner],
    )
    controller = ReplicaSetController(room.context)
    for _ in range(2):
        controller.reconcile(("default", "web"))
    room.start_all()
    room.api.patch("replicasets.apps", "default", "web", {"spec": {"replicas": 0}})
    controller.reconcile(("default", "web"))
    assert len(controller._siblings(replicaset)) == 1
