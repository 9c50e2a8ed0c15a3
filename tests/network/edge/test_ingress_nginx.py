"""Requests through ingress-nginx: which Service answers, and what nginx says by itself."""

import pytest

from tests.network.edge.entry import ask, edge, ingress, path, served_by


@pytest.fixture
def cluster():
    """Ready, and without any Ingress."""
    return edge("ingress-nginx")


def location(call):
    """Where a redirect points."""
    return call.state["response"]["location"]


def test_paths_lead_to_services(cluster):
    """The longest prefix wins; one name stands before two Services."""
    ingress(cluster, "all", path("shop"), path("cart", "/cart"))
    cluster.run("1s")
    assert served_by(ask(cluster, "http://x")) == "shop"
    assert served_by(ask(cluster, "http://cart/items")) == "cart"
    assert served_by(ask(cluster, "http://cartoons")) == "shop"


def test_implementation_specific_is_by_characters(cluster):
    """As a location of nginx."""
    ingress(cluster, "all", path("cart", "/cart", "ImplementationSpecific"))
    assert served_by(ask(cluster, "http://cartoons")) == "cart"


def test_an_unknown_host_meets_the_default_backend(cluster):
    """404, as nginx words it."""
    ingress(cluster, "all", path("shop"))
    call = ask(cluster, "http://x", host="other.example.com")
    assert call.status == 404
    assert "404 Not Found" in call.body


def test_a_service_without_endpoints_is_503(cluster):
    """And one that is not there at all."""
    ingress(cluster, "all", path("shop"), path("nope", "/nope"))
    cluster.scale("deployment/shop", 0)
    cluster.run("40s")
    assert [ask(cluster, f"http://{one}").status for one in ("x", "nope")] == [503, 503]
    assert "503 Service Temporarily Unavailable" in ask(cluster, "http://x").body


def test_requests_take_turns_over_endpoints(cluster):
    """Not over the ClusterIP: no kube-proxy stands between."""
    ingress(cluster, "all", path("shop"))
    calls = [ask(cluster, "http://x") for _ in range(4)]
    pods = [call.body.partition(" ")[0] for call in calls]
    assert pods[:2] == pods[2:]
    assert pods[0] != pods[1]
    assert sum(step.hop == "kube-proxy" for step in calls[0].trace) == 1


def test_a_slow_endpoint_is_504(cluster):
    """After proxy-read-timeout, at every one of three tries."""
    cluster.patch("deployment/shop", {"spec": {"template": {"metadata": {"annotations": {
        "kubelearn.dev/service-time": "fixed 5s"}}}}})  # fmt: skip
    ingress(cluster, "all", path("shop"), proxy_read_timeout="1")
    cluster.run("60s")
    call = ask(cluster, "http://x")
    assert call.status == 504
    assert pytest.approx(call.latency, abs=0.1) == 3.0
    assert "504 Gateway Time-out" in call.body


def test_an_endpoint_that_refuses_is_502(cluster):
    """Nothing listens on the port to which the Service leads."""
    cluster.patch("service/shop", {"spec": {"ports": [{"port": 80, "targetPort": 81}]}})
    ingress(cluster, "all", path("shop"))
    cluster.run("5s")
    call = ask(cluster, "http://x")
    assert (call.status, "502 Bad Gateway" in call.body) == (502, True)


def test_rewrite_target_uses_groups(cluster):
    """The pod sees the new path."""
    ingress(cluster, "all", path("cart", "/cart(/|$)(.*)", "ImplementationSpecific"),
            rewrite_target="/$2")  # fmt: skip
    assert "answers GET /items" in ask(cluster, "http://cart/items").body


@pytest.mark.parametrize(
    ("said", "status", "place"),
    [
        ({"permanent_redirect": "https://new.example.com"}, 301, "https://new.example.com"),
        ({"permanent_redirect": "https://n.example.com", "permanent_redirect_code": "308"}, 308,
         "https://n.example.com"),
        ({"temporal_redirect": "https://new.example.com"}, 302, "https://new.example.com"),
        ({"force_ssl_redirect": "true"}, 308, "https://shop.example.com/"),
        ({"app_root": "/start"}, 302, "http://shop.example.com/start"),
    ],
)  # fmt: skip
def test_redirects(cluster, said, status, place):
    """Nginx answers by itself."""
    ingress(cluster, "all", path("shop"), **said)
    call = ask(cluster, "http://")
    assert (status, place) == (call.status, location(call))


def test_answers_come_in_the_order_of_nginx_phases(cluster):
    """The server's root, returns, the script that asks for TLS, and then who may come in."""
    said = {"force_ssl_redirect": "true", "whitelist_source_range": "192.0.2.0/24"}
    ingress(cluster, "all", path("shop"), **said)
    assert ask(cluster, "http://x").status == 308
    ingress(cluster, "all", path("shop"), permanent_redirect="https://n.example.com", **said)
    assert ask(cluster, "http://x").status == 301
    ingress(cluster, "all", path("shop"), app_root="/start", temporal_redirect="https://n", **said)
    call = ask(cluster, "http://?a=b")
    assert (call.status, location(call)) == (302, "http://shop.example.com/start")


def test_a_code_that_does_not_redirect_counts_as_none(cluster):
    """301 stays."""
    ingress(cluster, "all", path("shop"), permanent_redirect="https://n.example.com",
            permanent_redirect_code="200")  # fmt: skip
    assert ask(cluster, "http://x").status == 301


def test_an_annotation_that_cannot_be_read_counts_as_its_default(cluster):
    """The time of 60 s stands, and nothing is redirected."""
    ingress(cluster, "all", path("shop"), proxy_read_timeout="soon", force_ssl_redirect="maybe")
    assert ask(cluster, "http://x").status == 200


def test_only_listed_addresses_come_in(cluster):
    """Others get 403."""
    ingress(cluster, "all", path("shop"), whitelist_source_range="192.0.2.0/24")
    assert ask(cluster, "http://x").status == 403


@pytest.mark.parametrize(
    ("headers", "service"),
    [({"x-new": "always"}, "cart"), ({"x-new": "never"}, "shop"),
     ({"Cookie": "new=always"}, "cart"), ({}, "shop")],
)  # fmt: skip
def test_a_canary_by_header_or_cookie(cluster, headers, service):
    """Without either its weight of 0 decides."""
    ingress(cluster, "all", path("shop"))
    ingress(cluster, "new", path("cart"), canary="true", canary_by_header="x-new",
            canary_by_cookie="new")  # fmt: skip
    assert service == served_by(ask(cluster, "http://x", headers=headers))


@pytest.mark.parametrize("ranges", ["abc", "10.0.0.0/99", "a,b"])
def test_ranges_that_cannot_be_read_deny_the_location(cluster, ranges):
    """Nobody comes in, as upstream's LocationDeniedError has it."""
    ingress(cluster, "shop", path("shop"), whitelist_source_range=ranges)
    call = ask(cluster, "http://")
    assert call.status == 503
    assert "location denied" in str(call)


def test_a_pattern_that_cannot_be_read_sends_nobody_to_the_canary(cluster):
    """Also not by its weight."""
    ingress(cluster, "shop", path("shop"))
    ingress(cluster, "new", path("cart"), canary="true", canary_by_header="x-new",
            canary_by_header_pattern="(", canary_weight="100")  # fmt: skip
    assert served_by(ask(cluster, "http://", headers={"x-new": "("})) == "shop"
    assert served_by(ask(cluster, "http://")) == "cart"


def test_a_total_of_weights_below_a_hundred_counts_as_a_hundred(cluster):
    """So a weight of all of it is no more than its share of a hundred."""
    ingress(cluster, "shop", path("shop"))
    ingress(cluster, "new", path("cart"), canary="true", canary_weight="10",
            canary_weight_total="10")  # fmt: skip
    assert {served_by(ask(cluster, "http://x")) for _ in range(30)} == {"shop", "cart"}


def test_a_canary_takes_its_weight(cluster):
    """A third of the requests, about."""
    ingress(cluster, "all", path("shop"))
    ingress(cluster, "new", path("cart"), canary="true", canary_weight="30")
    taken = [served_by(ask(cluster, "http://x")) for _ in range(60)].count("cart")
    assert 8 < taken < 30


def test_a_cookie_binds_a_client_to_an_endpoint(cluster):
    """It is set once; whoever brings it goes to the same pod."""
    ingress(cluster, "all", path("shop"), affinity="cookie")
    first = ask(cluster, "http://x")
    cookie = first.state["response"]["set-cookie"].partition(";")[0]
    again = [ask(cluster, "http://x", headers={"Cookie": cookie}) for _ in range(4)]
    assert {first.body} == {call.body for call in again}
    assert [call.state["response"] for call in again] == [{}] * 4


def test_the_status_and_the_event(cluster):
    """The address is the Service's; each version is noted as upstream words it."""
    ingress(cluster, "all", path("shop"))
    outside = {"spec": {"externalIPs": ["198.51.100.7"]}}
    cluster.patch("service/ingress-nginx-controller", outside, namespace="ingress-nginx")
    cluster.run("2s")
    found = cluster.object("ingress/all")
    assert found["status"]["loadBalancer"]["ingress"] == [{"ip": "198.51.100.7"}]
    assert "Scheduled for sync" in cluster.kubectl("describe ingress all")


def test_an_ingress_of_another_class_is_left_alone(cluster):
    """No address, and no request goes by it."""
    ingress(cluster, "all", path("shop"))
    cluster.patch("ingress/all", {"spec": {"ingressClassName": "other"}})
    assert ask(cluster, "http://x").status == 404


def test_why_tells_upstreams(cluster):
    """With the number of their endpoints."""
    ingress(cluster, "all", path("nope"))
    assert "default-nope-80: 0 ready endpoints" in str(cluster.why("ingress/all"))
