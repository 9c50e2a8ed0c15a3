"""What comes to a server's sidecar when TLS has ended before it, and when it has not."""

import pytest

from kubelearn.cluster import Cluster
from tests.mesh.programs import program
from tests.network.edge.entry import AUTHORITY, ingress, path

POLICY = {
    "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
    "metadata": {"name": "web"},
    "spec": {"selector": {"matchLabels": {"app": "web"}},
             "rules": [{"to": [{"operation": {"paths": ["/cart"]}}]}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster():
    """A pod of the mesh behind ingress-nginx, which has a certificate; only /cart is allowed."""
    made = Cluster(nodes=2, zones=1, seed=3)
    for addon in ("istio", "ingress-nginx"):
        made.install(addon)
    made.run("60s")
    made.apply(program("web"))
    made.apply(AUTHORITY.issue("shop.example.com").secret("pair"))
    ingress(made, "all", path("web"), tls="pair")
    made.apply(POLICY)
    return made.run("60s")


@pytest.mark.parametrize(("asked", "status"), [("/cart", 200), ("/pay", 403)])
def test_behind_a_proxy_that_has_ended_tls_it_is_http(cluster, asked, status):
    """The sidecar reads the path; that the client has asked over TLS is not its matter."""
    service = cluster.object("service/ingress-nginx-controller", "ingress-nginx")
    address = service["spec"]["clusterIP"]
    call = cluster.request(f"https://shop.example.com{asked}", client="node/worker-1",
                           resolve={"*:443": address}, insecure=True)  # fmt: skip
    assert call.status == status


def test_tls_of_a_client_is_not_read(cluster):
    """A port of HTTP does not understand it."""
    call = cluster.request("https://web:80/cart", client="node/worker-1", insecure=True)
    assert call.status == 0
