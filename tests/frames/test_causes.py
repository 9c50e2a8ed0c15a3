"""What was done to a cluster: faults, rollouts, scaling, deletions, by whatever way."""

import pytest

from kubelearn.frames import failover
from kubelearn.frames.causes import causes
from tests.network.exposed import exposed


@pytest.fixture
def cluster():
    """Two pods behind a Service, under load."""
    cluster = exposed()
    cluster.load("http://web/", rate=20, duration="60s", client="pod/client")
    cluster.run("5s")
    return cluster


def texts(cluster):
    """What was done since the load began."""
    start = cluster.parts["loads"].rows[1].begin
    return [one.text for one in causes(cluster, start)]


def a_pod(cluster):
    """The name of one of the pods."""
    return cluster.api.list("pods", "default", "app=web")[0]["metadata"]["name"]


@pytest.mark.parametrize("give", [
    lambda cluster: cluster.scale("deployment/web", 1),
    lambda cluster: cluster.kubectl("scale deployment/web --replicas=1"),
    lambda cluster: cluster.patch("deployment/web", {"spec": {"replicas": 1}}),
])  # fmt: skip
def test_scaling_is_told_however_it_was_asked_for(cluster, give):
    """In a cell or through the API."""
    give(cluster)
    assert texts(cluster) == ["deployment/web scaled 2 → 1"]


@pytest.mark.parametrize("way", ["rollout restart deployment/web",
                                 "set image deployment/web *=nginx:1.28"])  # fmt: skip
def test_a_rollout_is_told(cluster, way):
    """Once, not for each of its pods."""
    cluster.kubectl(way)
    cluster.run("20s")
    assert texts(cluster) == ["deployment/web rolled out anew"]


@pytest.mark.parametrize("give", [
    lambda cluster, pod: cluster.delete(f"pod/{pod}"),
    lambda cluster, pod: cluster.kubectl(f"delete pod {pod} --wait=false"),
])  # fmt: skip
def test_a_deleted_pod_is_told_when_somebody_has_deleted_it(cluster, give):
    """Not when its ReplicaSet has."""
    pod = a_pod(cluster)
    give(cluster, pod)
    cluster.run("10s")
    assert texts(cluster) == [f"pod/{pod} deleted"]


def test_a_drain_and_what_is_deleted_are_told(cluster):
    """In their order."""
    cluster.kubectl("drain worker-1 --ignore-daemonsets --force --delete-emptydir-data")
    cluster.run("1s")
    cluster.kubectl("delete service web")
    cluster.run("1s")
    cluster.kubectl("delete deployment web")
    assert texts(cluster) == [
        "worker-1 is drained",
        "service/web deleted",
        "deployment/web deleted",
    ]


def test_an_annotation_is_no_cause(cluster):
    """Nothing changes for requests."""
    cluster.kubectl("annotate deployment/web note=1")
    assert texts(cluster) == []


def test_what_was_done_is_blamed_where_nothing_broke(cluster):
    """Instead of "lost without a fault"; the time to recover begins there."""
    cluster.delete(f"pod/{a_pod(cluster)}", grace=0)
    cluster.run("50s")
    frame = failover(cluster)
    numbers = frame["numbers"]
    assert numbers["lost"] > 0
    assert numbers["cause"].startswith("pod/web-")
    assert numbers["cause"] in frame["summary"]
    assert numbers["recoveryText"].endswith(" s")
    assert [one["text"] for one in frame["marks"]] == [numbers["cause"]]


def test_a_fault_is_blamed_before_a_command(cluster):
    """Whatever was done first."""
    cluster.scale("deployment/web", 3)
    cluster.run("5s")
    cluster.fail.node("worker-2")
    cluster.run("20s")
    numbers = failover(cluster)["numbers"]
    assert (numbers["cause"], numbers["fault"]) == ("", cluster.clock.now - 20_000_000_000)
