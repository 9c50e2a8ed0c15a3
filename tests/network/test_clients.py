"""Where requests come from."""

import pytest

from kubelearn.api.errors import NotFound
from tests.network.small import shop


@pytest.fixture
def cluster():
    """A client, two Services."""
    return shop()


def clients(cluster):
    """The clients of a cluster."""
    return cluster.parts["requests"].clients


@pytest.mark.parametrize(
    ("client", "error", "text"),
    [
        ("internet/here", ValueError, "write .internet/203.0.113.7., an IPv4 address"),
        ("me", ValueError, "'me' is no client"),
        ("pod/nobody", NotFound, 'pods "nobody" not found'),
        ("node/nowhere", NotFound, 'nodes "nowhere" not found'),
    ],
)
def test_who_cannot_ask(cluster, client, error, text):
    """Each is told why."""
    with pytest.raises(error, match=text):
        clients(cluster).origin(client, "default")


def test_dead_ones_cannot_ask(cluster):
    """Neither a node nor what ran on it."""
    node = cluster.object("pod/client")["spec"]["nodeName"]
    cluster.fail.node(node)
    for client in ("pod/client", f"node/{node}"):
        with pytest.raises(ValueError, match="nothing can be sent from it"):
            clients(cluster).origin(client, "default")


def test_a_pod_knows_itself(cluster):
    """By its hosts file, without DNS."""
    found = clients(cluster)
    address = cluster.object("pod/client")["status"]["podIP"]
    hosts = found.hosts_file(found.origin("pod/client", "default"))
    assert hosts == {"localhost": address, "127.0.0.1": address, "client": address}


def test_host_aliases_are_names_that_a_pod_knows(cluster):
    """As the kubelet writes them into /etc/hosts; the first of two wins."""
    service = cluster.object("service/web")["spec"]["clusterIP"]
    aliases = [
        {"ip": service, "hostnames": ["shop.example.com", "shop"]},
        {"ip": "10.0.0.9", "hostnames": ["shop"]},
    ]
    spec = {"hostAliases": aliases, "containers": [{"name": "c", "image": "busybox:1.37"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "knows"}, "spec": spec}
    cluster.apply(pod)
    cluster.run("10s")
    found = clients(cluster)
    hosts = found.hosts_file(found.origin("pod/knows", "default"))
    assert (hosts["shop.example.com"], hosts["shop"]) == (service, service)
    assert cluster.request("http://shop.example.com/", client="pod/knows").ok


def test_a_node_has_the_hosts_resolver(cluster):
    """Which knows no cluster names."""
    found = clients(cluster)
    assert found.resolv_conf(found.origin("node/worker-1", "default")).searches == ()


def test_a_pod_that_was_replaced_does_not_wait(cluster):
    """Another pod of its name is another client."""
    found = clients(cluster)
    state = found.origin("pod/client", "default")
    assert found.waits(state)
    assert not found.waits({**state, "uid": "another"})
