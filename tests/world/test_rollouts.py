"""`rollout` undo, pause, resume, restart."""

import pytest

from kubelearn.world import World

WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]},
        },
    },
}


def image(world):
    """The image of the template."""
    template = world.object("deployment/web")["spec"]["template"]
    return template["spec"]["containers"][0]["image"]


def change(world, to):
    """Another image, and time to roll it out."""
    container = {"name": "web", "image": to}
    world.patch("deployment/web", {"spec": {"template": {"spec": {"containers": [container]}}}})
    world.run("1m")


@pytest.fixture
def world():
    """A Deployment with two revisions."""
    world = World(nodes=1)
    world.apply(WEB)
    world.run("1m")
    change(world, "nginx:1.28")
    return world


def test_undo_goes_one_revision_back(world):
    """And the old revision gets the next number."""
    assert str(world.rollout("undo", "deployment/web")) == "deployment.apps/web rolled back"
    world.run("1m")
    assert image(world) == "nginx:1.29"
    annotations = world.object("deployment/web")["metadata"]["annotations"]
    assert annotations["deployment.kubernetes.io/revision"] == "3"


def test_undo_to_a_revision(world):
    """By its number."""
    change(world, "nginx:1.27")
    world.rollout("undo", "deployment/web", revision=1)
    assert image(world) == "nginx:1.29"


def test_undo_to_the_present_template_is_skipped(world):
    """As kubectl says."""
    found = str(world.rollout("undo", "deployment/web", revision=2))
    assert "skipped rollback (current template already matches revision 2)" in found


def test_an_unknown_revision_is_refused(world):
    """With kubectl's words."""
    with pytest.raises(ValueError, match="unable to find specified revision 9 in history"):
        world.rollout("undo", "deployment/web", revision=9)


def test_a_paused_rollout_waits(world):
    """Nothing is rolled out until it is resumed."""
    world.rollout("pause", "deployment/web")
    change(world, "nginx:1.27")
    assert len(world.api.list("replicasets.apps", "default")) == 2
    with pytest.raises(ValueError, match="you cannot rollback a paused deployment"):
        world.rollout("undo", "deployment/web")
    world.rollout("resume", "deployment/web")
    world.run("1m")
    assert len(world.api.list("replicasets.apps", "default")) == 3


def test_restart_replaces_the_pods(world):
    """By an annotation of the template."""
    before = {pod["metadata"]["uid"] for pod in world.api.list("pods", "default")}
    world.rollout("restart", "deployment/web")
    world.run("1m")
    after = {pod["metadata"]["uid"] for pod in world.api.list("pods", "default")}
    assert before.isdisjoint(after)


def test_a_pod_has_no_rollout(world):
    """Only workloads have one."""
    name = world.api.list("pods", "default")[0]["metadata"]["name"]
    with pytest.raises(ValueError, match="has no rollout"):
        world.rollout("undo", f"pod/{name}")
