"""What can break, and be repaired."""

import pytest

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import is_true
from kubelearn.cluster import Cluster
from tests.world.worlds import pods_of, web_cluster


@pytest.fixture
def cluster():
    """Three pods behind a Service, one in each zone."""
    return web_cluster()


def ready(cluster):
    """The nodes that are Ready."""
    nodes = cluster.api.list("nodes")
    return [node["metadata"]["name"] for node in nodes if is_true(node, "Ready")]


def test_a_dead_node_is_missed_after_a_while(cluster):
    """And Ready again when it is back."""
    assert cluster.fail.node("worker-2").startswith("node worker-2 is dead")
    cluster.run("10s")
    assert "worker-2" in ready(cluster)
    cluster.run("60s")
    assert "worker-2" not in ready(cluster)
    assert cluster.heal.node("worker-2") == "node worker-2 is back"
    cluster.run("1s")
    assert "worker-2" in ready(cluster)


def test_a_zone_is_all_its_workers():
    """The control plane is spared."""
    cluster = Cluster(nodes=4, zones=2)
    assert len(cluster.fail.zone("us-west-2a").splitlines()) == 2
    cluster.run("70s")
    assert ready(cluster) == ["control-plane", "worker-2", "worker-4"]
    cluster.heal.zone("us-west-2a")
    cluster.run("1s")
    assert len(ready(cluster)) == 5


def test_a_crashed_pod_is_restarted(cluster):
    """By its kubelet."""
    name = pods_of(cluster)[0]["metadata"]["name"]
    assert cluster.fail.pod(name) == f"the containers of pod {name} crashed"
    cluster.run("10s")
    [status] = cluster.object(f"pod/{name}")["status"]["containerStatuses"]
    assert (status["restartCount"], status["lastState"]["terminated"]["exitCode"]) == (1, 1)


def test_links_are_cut_and_mended(cluster):
    """Both ways at once."""
    links = cluster.parts["links"]
    cluster.fail.link("worker-1", "worker-2")
    assert not links.passes("worker-2", "worker-1")
    cluster.heal.link("worker-2", "worker-1")
    assert links.passes("worker-1", "worker-2")


@pytest.mark.parametrize(
    ("fault", "args", "error", "text"),
    [
        ("node", ("worker-9",), ValueError, "there is no node 'worker-9': choose one of control-"),
        ("zone", ("mars",), ValueError, "there is no zone 'mars': choose one of us-west-2a"),
        ("pod", ("nope",), NotFound, 'pods "nope" not found'),
        ("link", ("worker-1", "worker-9"), ValueError, "there is no node 'worker-9'"),
        ("link", ("worker-1", "worker-1"), ValueError, "needs no link to itself"),
    ],
)
def test_what_cannot_break(cluster, fault, args, error, text):
    """Each is told why, and nothing is written down."""
    before = len(cluster.journal.commands)
    with pytest.raises(error, match=text):
        getattr(cluster.fail, fault)(*args)
    assert len(cluster.journal.commands) == before


def test_a_pod_on_a_dead_node_cannot_crash(cluster):
    """Nothing of it runs."""
    pod = pods_of(cluster)[0]
    cluster.fail.node(pod["spec"]["nodeName"])
    with pytest.raises(ValueError, match="does not run: there is nothing to crash"):
        cluster.fail.pod(pod["metadata"]["name"])
