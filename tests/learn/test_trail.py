"""The trail: who wrote what, in order."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.learn import ready_pods, trail
from tests.web import DEPLOYMENT, SERVICE


@pytest.fixture(scope="module")
def settled():
    """A cluster with two pods behind a Service."""
    cluster = Cluster(nodes=3, zones=3, seed=7)
    cluster.apply(DEPLOYMENT + SERVICE)
    return cluster.run("30s")


@pytest.fixture
def cluster(settled):
    """A fork of it."""
    return settled.fork()


def told(found):
    """Who did what, without times and objects."""
    return [(entry.who, entry.what) for entry in found.entries]


def authors(found):
    """Who wrote, each only when it was another one before."""
    whos = [entry.who.partition(" of ")[0] for entry in found.entries]
    return [who for at, who in enumerate(whos) if at == 0 or whos[at - 1] != who]


def test_a_pod_is_followed_from_the_wish_to_running(cluster):
    """Its owners belong to it."""
    pod = ready_pods(cluster)[0]["metadata"]["name"]
    assert authors(trail(cluster, f"pod/{pod}"))[:5] == [
        "you (or a client)",
        "deployment-controller",
        "replicaset-controller",
        "default-scheduler",
        "kubelet",
    ]


def test_times_count_from_the_moment_that_is_named(cluster):
    """And nothing earlier is told."""
    cluster.scale("deployment/web", 3)
    entries = trail(cluster, "deployment/web", since="30s").entries
    assert (entries[0].time, entries[0].what) == (0, "asked for 3 replicas")


def test_a_lost_node_is_told_by_those_who_acted(cluster):
    """Node controller, taint eviction, ReplicaSet controller; no heartbeats."""
    pod = ready_pods(cluster)[0]
    name, node = pod["metadata"]["name"], pod["spec"]["nodeName"]
    cluster.fail.node(node)
    cluster.run("8m")
    found = trail(cluster, f"pod/{name}", f"node/{node}", since="30s")
    assert ("node-controller", "condition Ready: Unknown") in told(found)
    assert ("node-controller", "condition Ready: False") in told(found)
    reason = "condition DisruptionTarget: DeletionByTaintManager"
    assert ("taint-eviction-controller", reason) in told(found)
    assert ("API server", "marked it for deletion, 30 s to end") in told(found)
    assert len(found.entries) < 25


def test_a_crash_is_told_by_the_kubelet(cluster):
    """The state before and after."""
    pod = ready_pods(cluster)[0]
    cluster.fail.pod(pod["metadata"]["name"])
    cluster.run("5s")
    found = told(trail(cluster, f"pod/{pod['metadata']['name']}", since="30s"))
    kubelet = f"kubelet of {pod['spec']['nodeName']}"
    assert (kubelet, "status: Running, 0/1 ready, Error") in found
    assert (kubelet, "status: Running, 1/1 ready, running") in found


def test_a_service_is_told_with_its_endpoints(cluster):
    """The change of the selector, and what became of it."""
    cluster.patch("service/web", {"spec": {"selector": {"app": "wep"}}})
    cluster.run("1s")
    found = told(trail(cluster, "service/web", since="30s"))
    assert found[0] == ("you (or a client)", "selector: app=web -> app=wep")
    endpoints = [what for who, what in found if who == "endpointslice-controller"]
    assert endpoints[-1].endswith("0")


def test_objects_that_are_gone_have_a_trail(cluster):
    """Up to their removal."""
    pod = ready_pods(cluster)[0]["metadata"]["name"]
    cluster.delete(f"pod/{pod}")
    cluster.run("40s")
    entries = trail(cluster, f"pod/{pod}").entries
    assert [e.what for e in entries if e.about == f"pod/{pod}"][-1] == "removed it from the store"


def test_what_never_was_has_none(cluster):
    """Said in words."""
    with pytest.raises(ValueError, match="there never was a pod/ghost"):
        trail(cluster, "pod/ghost")


def test_a_trail_is_of_something_that_has_happened(cluster):
    """No object and a moment that has not come yet are mistakes; now is none."""
    with pytest.raises(ValueError, match="whose trail"):
        trail(cluster)
    with pytest.raises(ValueError, match="since='10h' has not come yet: choose 0s to 30s"):
        trail(cluster, "deployment/web", since="10h")
    assert trail(cluster, "deployment/web", since=cluster.time).entries == ()


def test_a_trail_can_be_read(cluster):
    """As text and as HTML; long texts are cut in the text only."""
    found = trail(cluster, "deployment/web")
    assert str(found).splitlines()[0].split() == ["after", "who", "object", "what"]
    assert str(found).splitlines()[1].startswith("0.000 s  you (or a client)")
    assert found._repr_html_().count("<tr>") == len(found.entries) + 1


def test_a_pod_without_a_node_ends_at_the_scheduler(cluster):
    """Which says why."""
    spec = {"nodeSelector": {"disk": "fast"}, "containers": [{"name": "a", "image": "nginx"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "picky"}, "spec": spec}
    cluster.apply(pod)
    cluster.run("5s")
    found = told(trail(cluster, "pod/picky"))
    assert ("default-scheduler", "found no node: Unschedulable") in found
    assert not any(who.startswith("kubelet") for who, _ in found)
