"""kube-proxy: who has which rules, and when."""

import pytest

from tests.world.worlds import web_cluster


@pytest.fixture
def cluster():
    """Three ready pods behind a Service."""
    return web_cluster()


def rule_of(cluster, node):
    """What a node does with connections to the Service."""
    address = cluster.object("service/web")["spec"]["clusterIP"]
    return cluster.parts["kube-proxy"].rule(node, address, 80)


def test_every_node_has_the_ready_endpoints(cluster):
    """The control plane too."""
    nodes = [node["metadata"]["name"] for node in cluster.api.list("nodes")]
    assert {len(rule_of(cluster, node).backends) for node in nodes} == {3}


def test_a_dead_node_keeps_its_rules_until_it_is_back(cluster):
    """Then it reads everything anew."""
    cluster.fail.node("worker-1")
    cluster.scale("deployment/web", 1)
    cluster.run("400s")
    assert len(rule_of(cluster, "worker-1").backends) == 3
    cluster.heal.node("worker-1")
    cluster.run("60s")
    assert rule_of(cluster, "worker-1") == rule_of(cluster, "worker-2")


def test_why_says_that_connections_are_rejected(cluster):
    """A Service without endpoints."""
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    assert "each new connection is rejected" in str(cluster.why("service/web"))
