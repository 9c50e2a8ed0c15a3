"""The rules of a node for one Service."""

import pytest

from kubelearn.api.errors import NotFound
from tests.network.exposed import exposed


@pytest.fixture
def cluster():
    """Two web pods behind a NodePort."""
    return exposed()


def test_a_dead_node_shows_the_rules_it_had(cluster):
    """Nobody writes them anew."""
    before = cluster.rules("service/web", "worker-3")
    cluster.fail.node("worker-3")
    cluster.scale("deployment/web", 1)
    cluster.run("30s")
    assert cluster.rules("service/web", "worker-3") == before
    assert cluster.rules("service/web", "worker-1") != before


def test_the_rules_of_the_past(cluster):
    """As they were at that moment."""
    before, then = cluster.rules("service/web", "worker-1"), cluster.time
    cluster.scale("deployment/web", 1)
    cluster.run("30s")
    assert cluster.at(then).rules("service/web", "worker-1") == before


def test_each_port_has_its_chains(cluster):
    """DNS has three."""
    text = cluster.rules("service/kube-dns", "worker-1", namespace="kube-system")
    assert text.count("*nat\n") == text.count("COMMIT\n") == 3


def test_who_is_not_there(cluster):
    """NotFound for Service and node."""
    for reference, node in (("service/nobody", "worker-1"), ("service/web", "worker-9")):
        with pytest.raises(NotFound):
            cluster.rules(reference, node)


def test_a_headless_service_has_no_rules(cluster):
    """In no mode."""
    cluster.apply("apiVersion: v1\nkind: Service\nmetadata: {name: all}\n"
                  "spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}")  # fmt: skip
    cluster.run("3s")
    assert cluster.rules("service/all", "worker-1") == ""
