"""Requests through a Gateway of NGINX Gateway Fabric, and the conditions of its objects."""

import pytest

from tests.network.edge.entry import AUTHORITY, ask, edge, served_by

GROUP = "gateway.networking.k8s.io/v1"
HTTP = {"name": "http", "port": 80, "protocol": "HTTP"}


def tls_listener(secret, **more):
    """A listener for HTTPS."""
    refs = {"mode": "Terminate", "certificateRefs": [{"name": secret}]}
    return {"name": "https", "port": 443, "protocol": "HTTPS", "tls": refs, **more}


def gateway(cluster, *listeners, name="gateway"):
    """A Gateway of class nginx."""
    spec = {"gatewayClassName": "nginx", "listeners": list(listeners)}
    cluster.apply(
        {"apiVersion": GROUP, "kind": "Gateway", "metadata": {"name": name}, "spec": spec}
    )


def route(cluster, *rules, hosts=("shop.example.com",), namespace="default", **ref):
    """A route called r."""
    parent = {"name": "gateway", **ref}
    spec = {"parentRefs": [parent], "hostnames": list(hosts), "rules": list(rules)}
    metadata = {"name": "r", "namespace": namespace}
    cluster.apply({"apiVersion": GROUP, "kind": "HTTPRoute", "metadata": metadata, "spec": spec})


def rule(*backends, **more):
    """A rule with backends of equal weight."""
    return {"backendRefs": [{"name": one, "port": 80} for one in backends], **more}


def under(prefix):
    """A match by path."""
    return [{"path": {"type": "PathPrefix", "value": prefix}}]


def conditions(obj):
    """Type → (status, reason)."""
    return {one["type"]: (one["status"], one["reason"]) for one in obj["conditions"]}


def of_route(cluster, namespace="default"):
    """The conditions of route r at its Gateway."""
    return cluster.object("httproute/r", namespace=namespace)["status"]["parents"][0]


@pytest.fixture
def cluster():
    """Ready, and without any Gateway."""
    return edge("gateway-api")


def send(cluster, url, **more):
    """A request to the Gateway's Service."""
    return ask(cluster, url, service="gateway-nginx", **more)


def test_paths_lead_to_services(cluster):
    """The longest prefix wins; the nginx of the Gateway answers after it has come up."""
    gateway(cluster, HTTP)
    route(cluster, rule("shop"), rule("cart", matches=under("/cart")))
    cluster.run("30s")
    calls = [send(cluster, f"http://{one}") for one in ("x", "cart/items")]
    assert [served_by(call) for call in calls] == ["shop", "cart"]
    assert send(cluster, "http://x", host="other.example.com").status == 404


def test_the_trace_names_the_route(cluster):
    """What leads to a Service, and what is refused behind a route; not what fits none."""
    gateway(cluster, HTTP)
    route(cluster, rule("shop"), rule("nope", matches=under("/nope")))
    cluster.run("30s")
    told = [
        next(step.decision for step in call.trace if step.hop == "edge")
        for call in (send(cluster, "http://x"), send(cluster, "http://nope"),
                     send(cluster, "http://x", host="other.example.com"))
    ]  # fmt: skip
    assert told[0].endswith(": HTTPRoute default/r: upstream default-shop-80")
    assert told[1].endswith(": HTTPRoute default/r: the backend cannot be used, 500")
    assert "HTTPRoute" not in told[2]


def test_filters_and_matches(cluster):
    """A redirect, a rewrite, a header of the answer, and a match by header."""
    gateway(cluster, HTTP)
    go = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    new = {"type": "URLRewrite", "urlRewrite": {
        "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/v2"}}}  # fmt: skip
    note = {"type": "ResponseHeaderModifier", "responseHeaderModifier": {
        "set": [{"name": "x-via", "value": "gateway"}]}}  # fmt: skip
    test = [{"headers": [{"name": "x-test", "value": "1"}]}]
    route(cluster, {"matches": under("/old"), "filters": [go]},
          rule("shop", matches=under("/v1"), filters=[new, note]),
          rule("cart", matches=test), rule("shop"))  # fmt: skip
    cluster.run("30s")
    old, rewritten = send(cluster, "http://old"), send(cluster, "http://v1/a")
    assert (
        old.status, old.state["response"]["location"]
    ) == (301, "https://shop.example.com/old")  # fmt: skip
    assert "answers GET /v2/a" in rewritten.body
    assert rewritten.state["response"] == {"x-via": "gateway"}
    assert served_by(send(cluster, "http://x", headers={"X-Test": "1"})) == "cart"


def test_weights_share_requests(cluster):
    """Three to one, about; a weight of 0 gets none."""
    gateway(cluster, HTTP)
    shares = [{"name": "shop", "port": 80, "weight": 3}, {"name": "cart", "port": 80}]
    route(cluster, {"backendRefs": shares})
    cluster.run("30s")
    taken = [served_by(send(cluster, "http://x")) for _ in range(60)]
    assert 35 < taken.count("shop") < 55
    assert taken.count("shop") + taken.count("cart") == 60


def test_conditions_of_what_is_well(cluster):
    """Class, Gateway, listener, route."""
    gateway(cluster, HTTP)
    route(cluster, rule("shop"))
    cluster.run("30s")
    accepted = {"Accepted": ("True", "Accepted")}
    found = cluster.object("gateway/gateway")["status"]
    programmed = {"Programmed": ("True", "Programmed")}
    resolved = {"ResolvedRefs": ("True", "ResolvedRefs")}
    assert accepted | programmed == conditions(found)
    assert found["listeners"][0]["attachedRoutes"] == 1
    assert accepted | resolved == conditions(of_route(cluster))
    cls = cluster.object("gatewayclass/nginx")["status"]
    assert conditions(cls)["Accepted"] == ("True", "Accepted")


@pytest.mark.parametrize(
    ("ref", "hosts", "reason"),
    [
        ({"sectionName": "nope"}, ("shop.example.com",), "NoMatchingParent"),
        ({}, ("other.test",), "NoMatchingListenerHostname"),
    ],
)
def test_a_route_that_fits_no_listener(cluster, ref, hosts, reason):
    """Is not accepted, and says why."""
    gateway(cluster, {**HTTP, "hostname": "*.example.com"})
    route(cluster, rule("shop"), hosts=hosts, **ref)
    cluster.run("5s")
    assert ("False", reason) == conditions(of_route(cluster))["Accepted"]


def test_routes_of_other_namespaces_have_to_be_allowed(cluster):
    """A listener takes those of its own by default; the Service needs a ReferenceGrant, too."""
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    gateway(cluster, HTTP)
    ref = {"backendRefs": [{"name": "shop", "namespace": "default", "port": 80}]}
    route(cluster, ref, namespace="team")
    parents = {"spec": {"parentRefs": [{"name": "gateway", "namespace": "default"}]}}
    cluster.patch("httproute/r", parents, namespace="team", style="merge")
    cluster.run("2s")
    assert conditions(of_route(cluster, "team"))["Accepted"] == ("False", "NotAllowedByListeners")
    gateway(cluster, {**HTTP, "allowedRoutes": {"namespaces": {"from": "All"}}})
    cluster.run("30s")
    assert conditions(of_route(cluster, "team"))["ResolvedRefs"] == ("False", "RefNotPermitted")
    assert send(cluster, "http://x").status == 500
    grant = {"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute",
                       "namespace": "team"}], "to": [{"group": "", "kind": "Service"}]}  # fmt: skip
    cluster.apply({"apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
                   "metadata": {"name": "g"}, "spec": grant})  # fmt: skip
    cluster.run("1s")
    assert conditions(of_route(cluster, "team"))["ResolvedRefs"] == ("True", "ResolvedRefs")
    assert served_by(send(cluster, "http://x")) == "shop"


def test_a_missing_service_is_500(cluster):
    """And the route says so; one without endpoints is 503."""
    gateway(cluster, HTTP)
    route(cluster, rule("nope"), rule("shop", matches=under("/shop")))
    cluster.scale("deployment/shop", 0)
    cluster.run("60s")
    assert [send(cluster, f"http://{one}").status for one in ("x", "shop")] == [500, 503]
    message = of_route(cluster)["conditions"][1]["message"]
    assert message == 'spec.rules[0].backendRefs[0].name: Not found: "nope"'


@pytest.mark.parametrize(
    ("listener", "reason"),
    [
        (tls_listener("nope"), "InvalidCertificateRef"),
        ({"name": "https", "port": 443, "protocol": "TCP"}, "UnsupportedProtocol"),
        (
            {"name": "tls", "port": 443, "protocol": "TLS", "tls": {"mode": "Passthrough"}},
            "UnsupportedProtocol",
        ),
        ({"name": "https", "port": 443, "protocol": "HTTPS"}, "InvalidCertificateRef"),
    ],
)
def test_a_listener_that_cannot_be_programmed(cluster, listener, reason):
    """Leaves the others to work; alone it makes the Gateway invalid."""
    gateway(cluster, HTTP, listener)
    gateway(cluster, listener, name="alone")
    cluster.run("5s")
    found = cluster.object("gateway/gateway")["status"]
    assert conditions(found)["Accepted"] == ("True", "ListenersNotValid")
    assert ("False", reason) == conditions(found["listeners"][1])["Accepted"]
    alone = conditions(cluster.object("gateway/alone")["status"])
    assert list(alone.values()) == [("False", "ListenersNotValid"), ("False", "Invalid")]


def test_the_certificate_of_a_listener(cluster):
    """It is for the Service's own name here; other names end the handshake."""
    cluster.apply(AUTHORITY.issue("gateway-nginx").secret("pair"))
    gateway(cluster, HTTP, tls_listener("pair", hostname="gateway-nginx"))
    route(cluster, rule("shop"), hosts=("gateway-nginx",))
    cluster.run("30s")
    told = {"host": "gateway-nginx", "cacert": AUTHORITY.certificate}
    assert served_by(send(cluster, "https://x", **told)) == "shop"
    other = cluster.request("https://gateway-nginx.default/", client="pod/client")
    assert other.error == "error:0A000458:SSL routines::tlsv1 unrecognized name"


def test_a_gateway_takes_its_objects_with_it(cluster):
    """Deployment and Service are its own."""
    gateway(cluster, HTTP)
    cluster.run("30s")
    cluster.delete("gateway/gateway")
    cluster.run("40s")
    assert None is cluster.api.find("services", "default", "gateway-nginx")
