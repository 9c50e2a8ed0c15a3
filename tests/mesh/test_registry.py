"""The registry: services and endpoints from objects."""

import pytest

from kubelearn.mesh.registry import (
    endpoints_of,
    entry_endpoints,
    entry_services,
    full_host,
    service_of,
    speaks_http,
)
from tests.mesh.small import an_object


@pytest.mark.parametrize(("port", "http"), [
    ({"name": "http"}, True), ({"name": "http-web"}, True), ({"name": "grpc"}, True),
    ({"name": "tcp-x"}, False), ({"name": "redis"}, False), ({"name": "mongo-db"}, False),
    ({"name": "https"}, False), ({"name": "tcp", "appProtocol": "http"}, True),
    ({"name": "http", "appProtocol": "tcp"}, False), ({"protocol": "UDP"}, False),
    ({}, True),
])  # fmt: skip
def test_protocols(port, http):
    """AppProtocol before the name; what says nothing is taken as HTTP."""
    assert http == speaks_http(port)


def test_a_service():
    """UDP ports are none of the mesh's; a headless one has no address."""
    ports = [{"name": "http", "port": 80}, {"name": "dns", "port": 53, "protocol": "UDP"}]
    found = service_of(an_object("web", "shop", clusterIP="10.96.0.9", ports=ports))
    assert (
        found.host, found.address, [one.number for one in found.ports],
    ) == ("web.shop.svc.cluster.local", "10.96.0.9", [80])  # fmt: skip
    headless = service_of(an_object("web", "shop", clusterIP="None", ports=ports))
    assert (headless.address, headless.resolution) == ("", "ORIGINAL_DST")


def test_short_names_are_of_the_rules_namespace():
    """Names with a dot and wildcards are complete."""
    assert full_host("web", "shop") == "web.shop.svc.cluster.local"
    assert [full_host(h, "shop") for h in ("web.other", "*.x", "*")] == ["web.other", "*.x", "*"]


def test_endpoints():
    """The ready ones, with what their pod and node tell."""
    labels = {"version": "v1", "security.istio.io/tlsMode": "istio"}
    node = {"topology.kubernetes.io/region": "r", "topology.kubernetes.io/zone": "z"}
    objects = {"web-0": {"metadata": {"labels": labels}}, "n1": {"metadata": {"labels": node}}}
    target = {"kind": "Pod", "namespace": "default", "name": "web-0"}
    one = {"addresses": ["10.0.0.1"], "nodeName": "n1", "targetRef": target}
    away = {**one, "conditions": {"ready": False}}
    slice_ = {"ports": [{"name": "http", "port": 80}], "endpoints": [one, away]}
    found = endpoints_of(slice_, lambda _resource, _namespace, name: objects[name])
    assert [(e.address, e.port("http"), e.locality, e.mtls) for e in found] == [
        ("10.0.0.1", 80, "r/z", True)
    ]


def test_a_service_entry():
    """Hosts outside, found by DNS or named one by one."""
    spec = {"hosts": ["x.example"], "ports": [{"name": "http", "number": 80, "protocol": "HTTP"}]}
    entry = an_object("x", resolution="DNS", **spec)
    (service,) = entry_services(entry)
    assert (service.host, service.resolution, service.external) == ("x.example", "STRICT_DNS", True)
    assert [one.address for one in entry_endpoints(entry)] == ["x.example"]
    endpoints = [{"address": "192.0.2.1", "ports": {"http": 8080}, "locality": "r/z"}]
    entry = an_object("x", resolution="STATIC", endpoints=endpoints, **spec)
    assert [(e.address, e.port("http")) for e in entry_endpoints(entry)] == [("192.0.2.1", 8080)]
