"""What a Deployment waits for, in words."""

from kubelearn.controllers.deployment.explain import waits_for
from tests.controllers.control_room import CONTAINER, TEMPLATE, control_room


def world(**spec):
    """A Deployment of two pods, settled."""
    room = control_room("deployment", "replicaset")
    room.workload("Deployment", replicas=2, **spec)
    room.settle(3)
    return room


def words(room):
    """The sentence."""
    return waits_for(room.get("deployments.apps"), room.api.list("replicasets.apps"))


def change(room, image):
    """Another image, and a moment."""
    template = {**TEMPLATE, "spec": {"containers": [{**CONTAINER, "image": image}]}}
    room.api.patch("deployments.apps", "default", "web", {"spec": {"template": template}})
    room.run(1)


def test_a_complete_rollout_waits_for_nothing():
    """All is as it should be."""
    assert words(world()) == ""


def test_a_rollout_waits_for_its_new_pods():
    """They are not ready yet."""
    room = world()
    change(room, "nginx:2")
    assert words(room).startswith("waits until 1 more pods of ReplicaSet web-")


def test_a_paused_rollout_says_so():
    """It does not wait for pods."""
    room = world()
    room.api.patch("deployments.apps", "default", "web", {"spec": {"paused": True}})
    change(room, "nginx:2")
    assert words(room).startswith("is paused")
