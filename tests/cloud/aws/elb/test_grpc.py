"""Target groups that speak gRPC or HTTP/2 behind an application load balancer."""

import pytest

from tests.cloud.aws.edge import annotate, edge, refusals, states
from tests.cloud.aws.test_tls import BOTH, leaf

RPC = "grpcs://shop.example.com/shop.Cart/Add"
CHECK = "/grpc.health.v1.Health/Check"


def grpc(version="GRPC", **said):
    """An ALB with a listener for HTTPS before pods."""
    cluster = edge()
    arn = cluster.import_certificate(leaf("shop.example.com"))
    annotate(cluster, certificate_arn=arn, backend_protocol_version=version, **said)
    return cluster.run("90s")


def healths(cluster):
    """The states of the targets of the ALB."""
    return states(cluster, kind="ip")


def test_a_call_comes_to_a_pod():
    """It is a POST over TLS; the pod hears so in headers."""
    call = grpc().request(RPC)
    assert (call.status, call.method, call.state["pod"][1][:4]) == (200, "POST", "web-")
    assert call.headers["X-Forwarded-Proto"] == "https"


def test_no_server_has_the_method_of_the_default_check():
    """It answers 12, UNIMPLEMENTED, which counts as healthy."""
    cluster = grpc()
    assert healths(cluster) == ["healthy"] * 3
    checks = {(g.check.path, g.check.codes) for g in cluster.parts["elb"].groups.values()
              if g.version == "GRPC"}  # fmt: skip
    assert checks == {("/AWS.ALB/healthcheck", "12")}


@pytest.mark.parametrize(("codes", "expected"), [("0", "healthy"), ("12", "unhealthy")])
def test_a_check_by_the_code_of_a_method(codes, expected):
    """A server that has the method answers 0."""
    cluster = grpc(healthcheck_path=CHECK, success_codes=codes)
    assert healths(cluster) == [expected] * 3
    assert ("is unhealthy" in str(cluster.why("ingress/shop"))) == (expected == "unhealthy")


@pytest.mark.parametrize(
    ("version", "url", "method", "status"),
    [
        ("GRPC", "https://shop.example.com/", "GET", 464),
        ("GRPC", "https://shop.example.com/", "POST", 200),
        ("HTTP2", "https://shop.example.com/", "GET", 200),
        ("HTTP2", RPC, "POST", 200),
        ("HTTP1", RPC, "POST", 464),
    ],
)
def test_what_clients_speak(version, url, method, status):
    """Browsers and curl speak HTTP/2 over TLS: to gRPC only a POST of theirs goes on."""
    call = grpc(version).request(url, method=method)
    assert call.status == status
    assert ("cannot take" in str(call)) == (status == 464)


def test_without_http2_its_clients_speak_the_old_version():
    """`routing.http2.enabled=false`."""
    cluster = grpc("HTTP2", load_balancer_attributes="routing.http2.enabled=false")
    call = cluster.request("https://shop.example.com/")
    assert call.status == 464
    assert "speaks HTTP2 and cannot take GET in HTTP/1.1" in str(call)


@pytest.mark.parametrize("version", ["GRPC", "HTTP2"])
def test_a_listener_for_plain_http_is_refused(version):
    """In the words of AWS."""
    cluster = grpc(version, listen_ports=BOTH)
    text = (
        f"Listener protocol 'HTTP' is not supported with a target group with the "
        f"protocol-version '{version}'"
    )
    assert text in refusals(cluster)[-1]


def test_versions_that_are_unknown_are_refused():
    """In upstream's words."""
    text = "backend protocol version must be within [HTTP1, HTTP2, GRPC]: HTTP3"
    assert text in refusals(grpc("HTTP3"))[-1]


def test_checks_are_by_http():
    """An ALB has no others."""
    text = "healthCheckProtocol must be within [HTTP, HTTPS]"
    assert text in refusals(grpc(healthcheck_protocol="TCP"))[-1]


def under_load(engine):
    """How each call of a load ends, one of whose targets goes on the way."""
    cluster = grpc()
    load = cluster.load(RPC, rate=20, duration="20s", engine=engine)
    cluster.run("8s")
    cluster.scale("deployment/web", 2)
    cluster.run("30s")
    return load.requests()


def test_a_load_of_calls_in_bulk_goes_as_one_by_one():
    """Each call has the same end."""
    assert under_load("auto") == under_load("stepped")
    assert {outcome for *_, outcome in under_load("auto")} >= {"ok"}


def test_an_edge_proxy_speaks_no_grpc_to_its_endpoints():
    """A server of gRPC does not understand HTTP/1.1."""
    cluster = edge()
    cluster.install("ingress-nginx")
    cluster.run("60s")
    cluster.patch("ingress/shop", {"spec": {"ingressClassName": "nginx"}}, style="merge")
    cluster.run("60s")
    place = cluster.object("service/ingress-nginx-controller", "ingress-nginx")["spec"]["clusterIP"]
    call = cluster.request(f"grpc://{place}:80/shop.Cart/Add", client="node/worker-1",
                           headers={"Host": "shop.example.com"})  # fmt: skip
    assert call.status == 502
    assert "gRPC needs HTTP/2: 502" in str(call)
