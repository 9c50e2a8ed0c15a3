"""TLS that an Istio gateway passes on unopened (mode PASSTHROUGH)."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.network.tls.client import UNKNOWN
from tests.network.edge.entry import CLIENT
from tests.network.tls.test_programs import SHOP, secure

GATEWAY = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      tls: {mode: PASSTHROUGH}
      hosts: ["*.example.com"]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: ["*.example.com"]
  gateways: [gw]
  tls:
    - match: [{port: 443, sniHosts: [shop.example.com]}]
      route: [{destination: {host: web, port: {number: 443}}}]
    - match: [{port: 443, sniHosts: ["*.example.com"]}]
      route:
        - {destination: {host: one, port: {number: 443}}, weight: 50}
        - {destination: {host: two, port: {number: 443}}, weight: 50}
"""


@pytest.fixture(scope="module")
def started():
    """Three programs that speak TLS behind the gateway."""
    cluster = Cluster(nodes=2, zones=1, seed=6)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENT)
    for name in ("web", "one", "two"):
        secure(cluster, name, "shop.example.com" if name == "web" else "*.example.com")
    cluster.apply(GATEWAY)
    return cluster.run("60s")


@pytest.fixture
def cluster(started):
    """A copy for one test."""
    return started.fork()


def visit(cluster, name="shop.example.com", **more):
    """A request over TLS whose name leads to the gateway."""
    service = cluster.object("service/istio-ingressgateway", "istio-system")
    told = {"client": "node/worker-1", "cacert": SHOP.certificate}
    return cluster.request(f"https://{name}/", resolve={"*:443": service["spec"]["clusterIP"]},
                           **{**told, **more})  # fmt: skip


def test_the_client_sees_the_certificate_of_the_pod(cluster):
    """The gateway goes by the server's name."""
    call = visit(cluster)
    assert (call.status, call.body.splitlines()[0]) == (200, "web answers GET /")
    assert "TLS for shop.example.com passes unopened: TCP → outbound|443||web" in str(call)
    assert [step.place for step in call.trace if step.hop == "tls"] == ["web"]


def test_what_the_client_says_of_it_is_its_own(cluster):
    """No 503 comes in its place."""
    assert visit(cluster, cacert="").error == UNKNOWN


def test_less_exact_names_go_by_weights(cluster):
    """Half of the connections to each."""
    bodies = [visit(cluster, "cart.example.com").body[:3] for _ in range(20)]
    assert set(bodies) == {"one", "two"}


@pytest.mark.parametrize("name", ["example.org", "shop.example.org"])
def test_a_name_that_no_server_takes(cluster, name):
    """There is no filter chain for it: Envoy closes the connection."""
    call = visit(cluster, name)
    assert call.error == "connection reset by peer"
    assert f"no Gateway takes TLS for {name} here" in str(call)


def test_plain_http_is_not_taken(cluster):
    """Nothing speaks it on this port."""
    service = cluster.object("service/istio-ingressgateway", "istio-system")
    place = f"http://{service['spec']['clusterIP']}:443/"
    assert cluster.request(place, client="node/worker-1").status == 0


def test_where_nobody_is_the_connection_is_closed(cluster):
    """A proxy that reads nothing cannot answer 503."""
    cluster.delete("pod/web")
    cluster.run("40s")
    assert visit(cluster).error == "connection reset by peer"
