"""A proxy's configuration as one file."""

from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.edge import edge_tables
from kubelearn.mesh.push import Scope
from tests.mesh.small import an_object, endpoint, full, push, service

POD = {"metadata": {"name": "10.0.0.1", "namespace": "default", "labels": {"app": "web"}},
       "spec": {}, "status": {"podIP": "10.0.0.1"}}  # fmt: skip
GATEWAY = an_object("gw", selector={"istio": "ingress"}, servers=[
    {"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["*"]},
    {"port": {"number": 443, "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE"}},
])  # fmt: skip


def made(*policies, **rules):
    """The file for the pod that is web."""
    services = [service("web"), service("redis", http=False, port=6379)]
    found = push(services, {full("web"): [endpoint("10.0.0.1")]},
                 peerauthentications=list(policies), **rules)  # fmt: skip
    return bootstrap(found, Proxy(POD, Scope("default", (), "r/z"), False, {}))


def listeners(config):
    """By name."""
    return {one["name"]: one for one in config["static_resources"]["listeners"]}


def test_its_listeners():
    """15001 hands over by address; HTTP by port, others by address; 15006 for what comes in."""
    found = listeners(made())
    assert list(found) == ["virtualOutbound", "0.0.0.0_80", "10.96.0.5_6379", "virtualInbound"]
    assert found["virtualOutbound"]["use_original_dst"]
    assert found["virtualInbound"]["address"]["socket_address"]["port_value"] == 15006


def test_its_clusters():
    """Passing on, nowhere, one for each port and subset, the program itself, certificates."""
    rule = an_object("web", host="web", subsets=[{"name": "v1"}])
    names = [one["name"] for one in made(destinationrules=[rule])["static_resources"]["clusters"]]
    assert [
        "BlackHoleCluster", "PassthroughCluster", "InboundPassthroughCluster",
        f"outbound|80||{full('web')}", f"outbound|80|v1|{full('web')}",
        f"outbound|6379||{full('redis')}", "inbound|8080||", "sds-grpc",
    ] == names  # fmt: skip


def test_the_servers_side_follows_the_mode():
    """PERMISSIVE takes both, STRICT only mTLS, DISABLE only plain text."""
    for mode, wanted in (("PERMISSIVE", [True, False]), ("STRICT", [True]), ("DISABLE", [False])):
        found = listeners(made(an_object("default", mtls={"mode": mode})))
        chains = found["virtualInbound"]["filter_chains"]
        assert wanted == ["transport_socket" in chain for chain in chains]


def test_who_it_is():
    """Kind, address, name and domain in one word; the place beside it."""
    node = made()["node"]
    assert node["id"] == "sidecar~10.0.0.1~10.0.0.1.default~default.svc.cluster.local"
    assert node["locality"] == {"region": "r", "zone": "z"}


def test_a_gateway_opens_its_servers_ports():
    """Where its Service leads a port; TLS servers are left out."""
    rule = an_object("web", hosts=["*"], gateways=["gw"],
                     http=[{"route": [{"destination": {"host": "web"}}]}])  # fmt: skip
    found = push([service("web")], gateways=[GATEWAY], virtualservices=[rule])
    tables = edge_tables(found, "default", {"istio": "ingress", "app": "x"}, {80: 8080})
    assert list(tables) == [8080]
    action = tables[8080][0]["routes"][0]["route"]
    assert f"outbound|80||{full('web')}" == action["cluster"]
    assert edge_tables(found, "default", {"istio": "other"}, {}) == {}
