"""Ephemeral containers join pods that run."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server import Request, respond
from kubelearn.world.execute import execute

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
       "spec": {"containers": [{"name": "c", "image": "nginx"}]}}  # fmt: skip


@pytest.fixture
def cluster():
    """A pod that runs."""
    made = Cluster(nodes=1, seed=7)
    made.apply(POD)
    return made.run("20s")


def debug(cluster, image="busybox", name="d"):
    """Add a container, as kubectl debug does."""
    path = "/api/v1/namespaces/default/pods/web/ephemeralcontainers"
    body = {"spec": {"ephemeralContainers": [{"name": name, "image": image}]}}
    media = "application/strategic-merge-patch+json"
    request = Request("PATCH", path, body=body, content_type=media)
    assert cluster.command("respond", respond, request).code == 200


def states(cluster):
    """Name → state of the pod's ephemeral containers."""
    found = cluster.object("pod/web")["status"].get("ephemeralContainerStatuses") or ()
    return {each["name"]: next(iter(each["state"])) for each in found}


def test_one_joins_after_its_pull(cluster):
    """It waits, it runs, and programs run in it; a second one joins them."""
    debug(cluster)
    cluster.run("50ms")
    assert states(cluster) == {"d": "waiting"}
    cluster.run("10s")
    assert states(cluster) == {"d": "running"}
    assert execute(cluster, "web", ["hostname"], container="d").stdout == "web\n"
    debug(cluster, name="e")
    cluster.run("10s")
    assert states(cluster) == {"d": "running", "e": "running"}
    reasons = [event["reason"] for event in cluster.api.list("events", "default")
               if "ephemeral" in event["involvedObject"].get("fieldPath", "")]  # fmt: skip
    assert sorted(reasons) == ["Created", "Created", "Started", "Started"]


def test_an_image_that_is_not_there(cluster):
    """The reason stands in its status; the pod goes on."""
    debug(cluster, "ngnix")
    cluster.run("10s")
    status = cluster.object("pod/web")["status"]
    waiting = status["ephemeralContainerStatuses"][0]["state"]["waiting"]
    assert (waiting["reason"], status["phase"]) == ("ErrImagePull", "Running")


def test_a_pod_that_goes_meanwhile(cluster):
    """Nothing starts in it."""
    debug(cluster)
    cluster.run("50ms")
    cluster.delete("pod/web", grace=0)
    cluster.run("10s")
    assert cluster.api.find("pods", "default", "web") is None
