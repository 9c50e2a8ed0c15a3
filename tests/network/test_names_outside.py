"""Names outside the cluster: load balancers', and what stands for them inside."""

import pytest

from tests.cloud.aws.edge import edge, name_of


@pytest.fixture
def cluster():
    """An NLB and an ALB, healthy."""
    return edge()


def test_an_external_name_leads_to_a_balancer(cluster):
    """CoreDNS answers with an alias, public DNS with the address."""
    cluster.apply(f"apiVersion: v1\nkind: Service\nmetadata: {{name: shop}}\n"
                  f"spec: {{type: ExternalName, externalName: {name_of(cluster)}}}")  # fmt: skip
    cluster.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: client}\n"
                  "spec: {containers: [{name: c, image: nginx}]}")  # fmt: skip
    cluster.run("20s")
    call = cluster.request("http://shop/", client="pod/client")
    assert call.status == 200
    assert f"{name_of(cluster)} is" in call.trace[0].decision


def test_a_node_has_a_name(cluster):
    """For everybody who does not ask CoreDNS first, and for pods behind it."""
    cluster.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: client}\n"
                  "spec: {containers: [{name: c, image: nginx}]}")  # fmt: skip
    cluster.run("20s")
    for client in ("internet", "node/worker-2", "pod/client"):
        assert cluster.request("http://worker-1:30080/", client=client).status == 200


def test_a_host_of_an_ingress_is_known_outside(cluster):
    """As if external-dns had written it."""
    assert cluster.request("http://SHOP.example.com/", client="internet").status == 200
    call = cluster.request("http://other.example.com/", client="internet")
    assert call.error == "no such host: other.example.com"


def test_what_a_client_learns_is_kept_once(cluster):
    """An answer that it knew before is nothing new; nor is that of a node, which has no TTL."""
    for _ in range(3):
        cluster.request(f"http://{name_of(cluster)}/")
        cluster.request("http://worker-1:30080/")
        cluster.run("70s")
    learnt = [(name, len(found)) for _, _, name, found in cluster.parts["requests"].learnt_names]
    assert learnt == [(name_of(cluster), 3), ("worker-1", 1)]
