"""Which pods a drain takes, and which make it refuse."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.world.drain_list import Options, choose

BARE = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}}
CONTAINERS = [{"name": "a", "image": "nginx:1.29"}]
EVERYTHING = Options(ignore_daemonsets=True, delete_emptydir_data=True, force=True)


def node_with(**spec):
    """A cluster whose only worker has a pod without a controller."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply({**BARE, "spec": {"nodeName": "worker-1", "containers": CONTAINERS, **spec}})
    cluster.run("20s")
    return cluster


def chosen(cluster, options, node="worker-1"):
    """The names of the pods in default or kube-system that go, cut before the first dash."""
    found = choose(cluster.api, node, options)
    return [pod["metadata"]["name"].split("-")[0] for pod in found.pods], found


def test_daemon_pods_make_it_refuse_without_the_flag():
    """As do pods that nobody makes anew."""
    names, found = chosen(node_with(), Options())
    daemon, unmanaged = found.errors
    assert daemon.startswith(
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/"
    )
    assert unmanaged == (
        "cannot delete Pods that declare no controller (use --force to override): default/bare"
    )
    assert "bare" not in names


def test_with_the_flag_daemon_pods_stay():
    """And it warns of them."""
    names, found = chosen(node_with(), EVERYTHING)
    assert "kube" not in names
    assert "ignoring DaemonSet-managed Pods: kube-system/kube-proxy-" in found.warnings
    assert "deleting Pods that declare no controller: default/bare" in found.warnings


@pytest.mark.parametrize(("flag", "errors"), [(False, 1), (True, 0)])
def test_local_storage_needs_its_flag(flag, errors):
    """What is in an emptyDir is lost."""
    cluster = node_with(volumes=[{"name": "tmp", "emptyDir": {}}])
    _, found = chosen(cluster, EVERYTHING._replace(delete_emptydir_data=flag))
    refused = [text for text in found.errors if "local storage" in text]
    assert len(refused) == errors


def test_finished_pods_always_go():
    """Whoever made them, whatever they stored."""
    spec = {"restartPolicy": "Never", "volumes": [{"name": "tmp", "emptyDir": {}}]}
    cluster = node_with(**spec)
    cluster.api.patch_status("pods", "default", "bare", {"phase": "Succeeded"})
    names, found = chosen(cluster, Options(ignore_daemonsets=True))
    assert ("bare" in names, found.errors) == (True, ())


def test_static_pods_stay():
    """The kubelet of the control plane would start them again."""
    names, found = chosen(node_with(), EVERYTHING, "control-plane")
    assert set(names) & {"etcd", "kube"} == set()
    assert found.errors == ()


def test_orphans_of_a_daemonset_need_force():
    """Their DaemonSet is gone."""
    cluster = node_with()
    cluster.api.store.delete("daemonsets.apps", ("kube-system", "kube-proxy"))
    pod = next(p for p in cluster.api.on_node("worker-1") if "proxy" in p["metadata"]["name"])
    assert pod["metadata"]["ownerReferences"][0]["kind"] == "DaemonSet"
    _, found = chosen(cluster, EVERYTHING._replace(force=False))
    assert any('daemonsets.apps "kube-proxy" not found' in text for text in found.errors)
    names, _ = chosen(cluster, EVERYTHING)
    assert "kube" in names


def test_a_selector_chooses_pods():
    """The others are left alone."""
    names, found = chosen(node_with(), EVERYTHING._replace(pod_selector="app=none"))
    assert (names, found.warnings) == ([], "")
