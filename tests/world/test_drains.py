"""Drains: what they print, how they wait for budgets, and how they end."""

import pytest

from kubelearn.api.errors import NotFound, TooManyRequests
from kubelearn.api.objects import is_true
from kubelearn.cluster import Cluster
from tests.world.worlds import WEB, pods_of

STRICT = """
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
"""
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


@pytest.fixture(scope="module")
def strict():
    """Three pods, none of which may be missing."""
    cluster = Cluster(nodes=3, zones=3, seed=7)
    cluster.apply(WEB + STRICT)
    return cluster.run("60s")


@pytest.fixture
def cluster(strict):
    """A copy for each test."""
    return strict.fork()


def victim(cluster, node="worker-1"):
    """The pod of the application on a node."""
    names = (p["metadata"]["name"] for p in pods_of(cluster) if p["spec"]["nodeName"] == node)
    return next(names)


def test_cordon_and_uncordon(cluster):
    """And that it was so already."""
    assert cluster.cordon("worker-1") == "node/worker-1 cordoned"
    assert cluster.cordon("node/worker-1") == "node/worker-1 already cordoned"
    cluster.run("1s")
    [taint] = cluster.object("node/worker-1")["spec"]["taints"]
    assert (taint["key"], taint["effect"]) == ("node.kubernetes.io/unschedulable", "NoSchedule")
    assert cluster.uncordon("worker-1") == "node/worker-1 uncordoned"
    assert cluster.uncordon("worker-1") == "node/worker-1 already uncordoned"
    assert "unschedulable" not in cluster.object("node/worker-1")["spec"]


def test_an_unknown_node_is_not_found(cluster):
    """Nothing is written."""
    with pytest.raises(NotFound, match='nodes "worker-9" not found'):
        cluster.drain("worker-9")


def test_a_refused_drain_leaves_the_node_cordoned(cluster):
    """As the real one does, with its words."""
    text = cluster.drain("worker-1")
    daemon = next(p for p in cluster.api.on_node("worker-1") if "proxy" in p["metadata"]["name"])
    error = (
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): "
        f"kube-system/{daemon['metadata']['name']}"
    )
    assert text.splitlines() == [
        "node/worker-1 cordoned",
        f'error: unable to drain node "worker-1" due to error: {error}, continuing command...',
        "There are pending nodes to be drained:",
        " worker-1",
        error,
    ]
    assert cluster.object("node/worker-1")["spec"]["unschedulable"] is True


def test_a_drain_without_a_budget(cluster):
    """Evicted, gone, drained; the pod is made anew elsewhere."""
    cluster.delete("pdb/web")
    name = victim(cluster)
    lines = cluster.drain("worker-1", ignore_daemonsets=True).splitlines()
    assert lines[1].startswith("Warning: ignoring DaemonSet-managed Pods: kube-system/kube-proxy-")
    assert f"evicting pod default/{name}" in lines
    assert f"pod/{name} evicted" in lines
    assert lines[-1] == "node/worker-1 drained"
    cluster.run("20s")
    assert "worker-1" not in {pod["spec"]["nodeName"] for pod in pods_of(cluster)}


def test_a_budget_is_asked_every_five_seconds(cluster):
    """And goes on in the background until it lets the pod go."""
    name = victim(cluster)
    lines = cluster.drain("worker-1", ignore_daemonsets=True, wait="12s").splitlines()
    text = f'error when evicting pods/"{name}" -n "default" (will retry after 5s): {REFUSED}'
    assert lines.count(text) == lines.count(f"evicting pod default/{name}") == 3
    assert lines[-1] == "(still draining after 12s)"
    assert is_true(cluster.object(f"pod/{name}"), "Ready")
    cluster.scale("deployment/web", 4)
    cluster.run("30s")
    assert cluster.parts["drains"].lines(1)[-1] == "node/worker-1 drained"


def test_a_timeout_ends_it(cluster):
    """With the pods that are left."""
    name = victim(cluster)
    lines = cluster.drain("worker-1", ignore_daemonsets=True, timeout="1m").splitlines()
    error = f'error when evicting pods/"{name}" -n "default": global timeout reached: 1m0s'
    assert lines[-6:] == [
        f'There are pending pods in node "worker-1" when an error occurred: {error}',
        f"pod/{name}",
        f'error: unable to drain node "worker-1" due to error: {error}, continuing command...',
        "There are pending nodes to be drained:",
        " worker-1",
        error,
    ]


def test_deleting_instead_asks_no_budget(cluster):
    """--disable-eviction."""
    name = victim(cluster)
    flags = {"ignore_daemonsets": True, "disable_eviction": True}
    lines = cluster.drain("worker-1", **flags).splitlines()
    assert f"pod/{name} deleted" in lines
    assert not any(line.startswith("evicting") for line in lines)


def test_uncordon_gives_a_waiting_drain_up(cluster):
    """Nothing is asked for any more."""
    cluster.drain("worker-1", ignore_daemonsets=True, wait="1s")
    cluster.uncordon("worker-1")
    before = cluster.parts["drains"].lines(1)
    cluster.run("60s")
    assert cluster.parts["drains"].lines(1) == before


def test_why_names_the_budget(cluster):
    """For the node and for the pod, with the time of the next try."""
    name = victim(cluster)
    cluster.drain("worker-1", ignore_daemonsets=True, wait="12s")
    text = (
        "may not evict it: The disruption budget web needs 3 healthy pods and has 3 currently; "
        "asks again at 1m15s"
    )
    assert text in str(cluster.why(f"pod/{name}"))
    node = cluster.why("node/worker-1").reasons[-1]
    assert node.text == "pods that have yet to leave: 1, held by a disruption budget: 1"
    assert node.table == ({"pod": f"default/{name}", "drain": text},)


def test_rewind_and_fork_know_drains(cluster):
    """The same future, on both ways."""
    cluster.drain("worker-1", ignore_daemonsets=True, wait="12s")
    twin = cluster.fork()
    for world in (cluster, twin):
        world.scale("deployment/web", 4)
        world.run("60s")
    assert cluster.fingerprint() == twin.fingerprint()
    twin.rewind("100s").run("32s")
    assert twin.fingerprint() == cluster.fingerprint()


def test_an_eviction_is_refused_by_its_budget(cluster):
    """And leaves nothing behind."""
    name, before = victim(cluster), cluster.fingerprint()
    with pytest.raises(TooManyRequests, match="violate the pod's disruption budget"):
        cluster.evict(f"pod/{name}")
    assert cluster.fingerprint() == before


def test_an_eviction_says_why_in_the_pod(cluster):
    """With upstream's reason."""
    cluster.delete("pdb/web")
    name = victim(cluster)
    assert cluster.evict(f"pod/{name}") == f"pod/{name} evicted"
    assert "EvictionByEvictionAPI: Eviction API: evicting" in str(cluster.why(f"pod/{name}"))


def test_only_pods_are_evicted(cluster):
    """Nothing else has an eviction."""
    with pytest.raises(ValueError, match="only pods are evicted, not Deployment web"):
        cluster.evict("deployment/web")
