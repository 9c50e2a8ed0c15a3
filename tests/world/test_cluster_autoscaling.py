"""The cluster autoscaler in a whole cluster: machines come and go with the pods."""

from functools import cache

import pytest

from kubelearn.cluster import Cluster

GROUPS = "configmap/cluster-autoscaler-node-groups"
DEPLOYMENT = "deployment/cluster-autoscaler"


@cache
def _cluster():
    cluster = Cluster(nodes=1, seed=2)
    cluster.install("cluster-autoscaler")
    container = {"name": "web", "image": "example.com/web", "resources": {"requests": {"cpu": "1"}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    cluster.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
                   "spec": spec})  # fmt: skip
    return cluster.run("30s")


@pytest.fixture
def cluster():
    """One worker of four cores, pods of one core, and an autoscaler."""
    return _cluster().fork()


def nodes(cluster):
    """The names of the machines of the group."""
    names = [node["metadata"]["name"] for node in cluster.api.list("nodes")]
    return [name for name in names if name.startswith("workers-")]


def flags(cluster, *given):
    """Give the autoscaler flags."""
    container = {"name": "cluster-autoscaler", "args": list(given)}
    patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
    cluster.patch(DEPLOYMENT, patch, namespace="kube-system")
    cluster.run("60s")


def groups(cluster, **lines):
    """Other node groups."""
    cluster.patch(GROUPS, {"data": {"workers": None, **lines}}, namespace="kube-system")


def messages(cluster, reason):
    """What events of a reason say."""
    events = cluster.api.list("events")
    return sorted({event["message"] for event in events if event["reason"] == reason})


def test_pods_without_a_place_bring_nodes(cluster):
    """Ordered within ten seconds, ready after the time that a machine takes."""
    cluster.scale("deployment/web", 8)
    cluster.run("60s")
    assert nodes(cluster) == []
    assert messages(cluster, "TriggeredScaleUp") == [
        "pod triggered scale-up: [{workers 0->2 (max: 5)}]"
    ]
    cluster.run("90s")
    assert len(nodes(cluster)) == 2
    assert cluster.object("deployment/web")["status"]["readyReplicas"] == 8


def test_machines_on_their_way_count(cluster):
    """Nothing is ordered twice."""
    cluster.scale("deployment/web", 8)
    cluster.run("5m")
    assert len(nodes(cluster)) == 2


def test_a_group_ends_at_its_maximum(cluster):
    """And the pods that are left are told so."""
    cluster.scale("deployment/web", 40)
    cluster.run("5m")
    assert len(nodes(cluster)) == 5
    assert messages(cluster, "NotTriggerScaleUp") == [
        "pod didn't trigger scale-up: 1 max node group size reached"
    ]


def test_a_pod_that_fits_no_machine_brings_none(cluster):
    """With the reason of each group."""
    cluster.patch("deployment/web", {"spec": {"template": {"spec": {"containers": [
        {"name": "web", "resources": {"requests": {"cpu": "5"}}}]}}}})  # fmt: skip
    cluster.run("60s")
    assert nodes(cluster) == []
    assert "pod didn't trigger scale-up: 1 Insufficient cpu" in (
        messages(cluster, "NotTriggerScaleUp")
    )


def test_idle_nodes_go_after_ten_minutes(cluster):
    """Not within ten minutes after the last one came."""
    cluster.scale("deployment/web", 8)
    cluster.run("3m")
    cluster.scale("deployment/web", 1)
    cluster.run("8m")
    assert len(nodes(cluster)) == 2
    cluster.run("5m")
    assert nodes(cluster) == []
    assert cluster.object("deployment/web")["status"]["readyReplicas"] == 1


def test_a_flag_makes_it_quicker(cluster):
    """As on the real one."""
    flags(cluster, "--scale-down-unneeded-time=1m", "--scale-down-delay-after-add=1m")
    cluster.scale("deployment/web", 8)
    cluster.run("4m")
    cluster.scale("deployment/web", 1)
    cluster.run("3m")
    assert nodes(cluster) == []


def test_a_blocking_pod_keeps_its_node(cluster):
    """And why says which and why."""
    flags(cluster, "--scale-down-unneeded-time=1m", "--scale-down-delay-after-add=1m")
    cluster.scale("deployment/web", 8)
    cluster.run("4m")
    name = nodes(cluster)[0]
    spec = {"nodeName": name, "containers": [{"name": "a", "image": "example.com/a"}]}
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}, "spec": spec}
    cluster.apply(bare)
    cluster.scale("deployment/web", 1)
    cluster.run("5m")
    assert nodes(cluster) == [name]
    text = str(cluster.why(f"node/{name}"))
    assert "pod bare blocks it: it has no controller that would make it anew" in text


def test_the_least_size_stays(cluster):
    """However idle they are."""
    groups(cluster, workers="min=1 max=5")
    flags(cluster, "--scale-down-unneeded-time=1m", "--scale-down-delay-after-add=1m")
    cluster.scale("deployment/web", 8)
    cluster.run("4m")
    cluster.scale("deployment/web", 1)
    cluster.run("5m")
    assert len(nodes(cluster)) == 1


def test_the_expander_chooses_among_groups(cluster):
    """And why shows the options."""
    groups(cluster, cheap="min=0 max=9 cpu=2 memory=8Gi price=0.1", large="min=0 max=9 cpu=16")
    flags(cluster, "--expander=price")
    cluster.scale("deployment/web", 6)
    cluster.run("15s")
    pods = cluster.api.list("pods", "default", "app=web")
    text = str(cluster.why(next(pod for pod in pods if not pod["spec"].get("nodeName"))))
    assert "cheap 0->2 (max: 9)" in text
    assert "large" in text


def test_machines_that_never_come_are_given_up(cluster):
    """After 15 minutes, and the group is left alone for a while."""
    groups(cluster, workers="min=0 max=5 start=never")
    cluster.scale("deployment/web", 8)
    cluster.run("16m")
    assert any("in backoff after failed scale-up" in text
               for text in messages(cluster, "NotTriggerScaleUp"))  # fmt: skip


def test_wrong_groups_are_told(cluster):
    """In an event, and nothing grows."""
    groups(cluster, workers="max=5")
    cluster.run("15s")
    [message] = messages(cluster, "FailedToReadNodeGroups")
    assert "give min= and max=" in message
