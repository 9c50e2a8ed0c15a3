"""Recommendations of requests in a whole cluster."""

import pytest

from tests.world.loaded import autoscaled

VPA = {
    "apiVersion": "autoscaling.k8s.io/v1",
    "kind": "VerticalPodAutoscaler",
    "metadata": {"name": "web"},
    "spec": {"targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
}


@pytest.fixture
def cluster():
    """A shop that is not scaled, with metrics and the recommender."""
    made = autoscaled()
    made.delete("hpa/web")
    made.install("vertical-pod-autoscaler")
    return made


def recommended(cluster, **policy):
    """The recommendation after ten minutes."""
    spec = dict(VPA["spec"])
    if policy:
        spec["resourcePolicy"] = {"containerPolicies": [{"containerName": "web", **policy}]}
    cluster.apply({**VPA, "spec": spec})
    cluster.run("10m")
    status = cluster.object("vpa/web")["status"]
    [row] = status["recommendation"]["containerRecommendations"]
    return row


def test_a_busy_container_should_request_what_it_uses(cluster):
    """60 requests of 20 ms a second are 400m for each of three pods."""
    cluster.load("http://web/", rate=60, duration="12m", client="pod/client")
    cluster.run("1m")
    target = recommended(cluster)["target"]
    assert 430 <= int(target["cpu"].removesuffix("m")) <= 600
    assert target["memory"] == "262144k"


def test_a_policy_caps_the_target(cluster):
    """But not what is shown as uncapped."""
    row = recommended(cluster, minAllowed={"cpu": "100m"}, maxAllowed={"memory": "200M"})
    assert row["target"] == {"cpu": "100m", "memory": "200M"}
    assert row["uncappedTarget"] == {"cpu": "25m", "memory": "262144k"}


def test_requests_stay_as_they_are(cluster):
    """Nobody acts on a recommendation here."""
    recommended(cluster)
    [container] = cluster.object("deployment/web")["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["requests"] == {"cpu": "500m"}
    assert "nothing here changes requests by itself" in str(cluster.why("vpa/web"))


def test_without_samples_there_is_no_recommendation(cluster):
    """And the condition says so."""
    cluster.delete("deployment/metrics-server", namespace="kube-system")
    cluster.run("1m")
    cluster.apply(VPA)
    cluster.run("5m")
    status = cluster.object("vpa/web")["status"]
    assert "recommendation" not in status
    assert status["conditions"][0]["status"] == "False"


def test_a_kill_for_memory_raises_the_recommendation(cluster):
    """A fifth or 100 MiB more than was requested."""
    said = {"kubelearn.dev/memory": "600Mi"}
    container = {"name": "web", "resources": {
        "limits": {"memory": "500Mi"}, "requests": {"memory": "500Mi", "cpu": "500m"}}}  # fmt: skip
    template = {"metadata": {"annotations": said}, "spec": {"containers": [container]}}
    cluster.patch("deployment/web", {"spec": {"template": template}})
    cluster.run("2m")
    memory = recommended(cluster)["target"]["memory"]
    assert int(memory) > 600 * 2**20
