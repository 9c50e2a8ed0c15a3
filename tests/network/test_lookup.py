"""What a pod's resolver finds for a name."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.network.lookup import NO_ANSWER, lookup


@pytest.fixture
def cluster():
    """A client pod."""
    made = Cluster(nodes=1, seed=7)
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]}})  # fmt: skip
    return made.run("20s")


def ask(cluster, name, client="pod/p"):
    """One question."""
    return lookup(cluster.parts["requests"], client, "default", name)


def test_through_the_search_list(cluster):
    """The full name and its addresses."""
    found = ask(cluster, "kubernetes")
    assert found[:3] == ("10.96.0.10", "kubernetes.default.svc.cluster.local", ("10.96.0.1",))
    assert ask(cluster, "kube-dns.kube-system").addresses == ("10.96.0.10",)


def test_names_that_are_not_there(cluster):
    """NXDOMAIN for the last name that was tried."""
    assert ask(cluster, "nosuch")[1:] == ("nosuch", (), "NXDOMAIN")


def test_nobody_answers(cluster):
    """All CoreDNS pods are gone."""
    cluster.scale("deployment/coredns", 0, "kube-system")
    cluster.run("60s")
    assert ask(cluster, "kubernetes").problem == NO_ANSWER


def test_outside_the_cluster(cluster):
    """A node's resolver knows nodes, and nothing of the cluster."""
    address = cluster.object("node/worker-1")["status"]["addresses"][0]["address"]
    assert ask(cluster, "worker-1", "node/worker-1").addresses == (address,)
    assert ask(cluster, "kubernetes", "node/worker-1").problem == "NXDOMAIN"
