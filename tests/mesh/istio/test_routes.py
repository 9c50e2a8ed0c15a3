"""VirtualServices as Envoy routes, and what a proxy then does."""

import pytest

from kubelearn.mesh.envoy.local_reply import answer_headers, handle, hits
from kubelearn.mesh.envoy.matching import asked
from kubelearn.mesh.envoy.routes import find_route
from kubelearn.mesh.istio.filters import fault_filter
from kubelearn.mesh.istio.retries import retry_policy, split_conditions
from kubelearn.mesh.istio.routes import Proxy, destination_cluster, http_routes
from tests.mesh.lots import by


def to(host, **more):
    """A destination."""
    return {"destination": {"host": host}, **more}


def outcome(*rules, method="GET", target="/", headers=None, random=0, proxy=None):
    """What becomes of a request under these rules; None when no route takes it."""
    routes = http_routes(rules, proxy or Proxy(), destination_cluster(80))
    request = asked(method, "b", target, headers or {})
    found = find_route([{"domains": ["*"], "routes": routes}], request, by(random))
    return found and handle(found, request, target, by(random))


def test_clusters_are_named_by_port_subset_and_host():
    """The destination's own port goes over the listener's."""
    sent = outcome({"route": [{"destination": {"host": "r", "subset": "v1",
                                               "port": {"number": 9080}}}]}).sent  # fmt: skip
    assert sent.cluster == "outbound|9080|v1|r"


def test_blocks_are_alternatives_and_what_follows_a_catch_all_is_in_vain():
    """Such routes are not even made."""
    rules = [
        {"match": [{"uri": {"exact": "/a"}}, {"uri": {"prefix": "/b"}}], "route": [to("ab")]},
        {"route": [to("rest")]},
        {"route": [to("never")]},
    ]
    assert len(http_routes(rules, Proxy(), destination_cluster(80))) == 3
    clusters = [outcome(*rules, target=path).sent.cluster for path in ("/a", "/bc", "/c")]
    assert [name.rpartition("|")[2] for name in clusters] == ["ab", "ab", "rest"]


def test_a_block_for_others_is_left_out():
    """By port, namespace, labels or gateway of the proxy."""
    for block in ({"port": 81}, {"sourceNamespace": "x"}, {"sourceLabels": {"a": "b"}},
                  {"gateways": ["edge"]}):  # fmt: skip
        assert outcome({"match": [block], "route": [to("b")]}) is None
    edge = Proxy(gateways=("edge",))
    assert outcome({"match": [{"gateways": ["edge"]}], "route": [to("b")]}, proxy=edge)


def test_weights():
    """A weight of zero vanishes, the rest share."""
    rule = {"route": [to("a", weight=90), to("b", weight=10), to("c", weight=0)]}
    found = [outcome(rule, random=number).sent.cluster[-1] for number in (0, 89, 90, 99)]
    assert found == ["a", "a", "b", "b"]


def test_faults_hit_their_share():
    """A delay and an abort, decided apart from each other."""
    fault = {
        "delay": {"fixedDelay": "7s", "percentage": {"value": 50}},
        "abort": {"httpStatus": 500, "percentage": {"value": 10}},
    }
    rule = {"route": [to("b")], "fault": fault}
    assert outcome(rule, random=99_999).status == 500
    late = outcome(rule, random=100_000)
    assert (late.status, late.delay, late.flag) == (None, 7_000_000_000, "DI")
    assert outcome(rule, random=999_999).delay == 0
    assert hits({"numerator": 1}, "abort", by(100))


def test_a_fault_without_a_percentage_hits_nobody():
    """One of gRPC answers 200, with its status for those who speak gRPC."""
    fault = {"delay": {"fixedDelay": "7s"}, "abort": {"httpStatus": 500}}
    found = outcome({"route": [to("b")], "fault": fault})
    assert (found.status, found.delay, found.flag) == (None, 0, "")
    of_grpc = {"abort": {"grpcStatus": "UNAVAILABLE", "percentage": {"value": 100}}}
    found = outcome({"route": [to("b")], "fault": of_grpc})
    assert (found.status, found.flag) == (200, "FI")
    assert fault_filter(of_grpc)["abort"]["grpc_status"] == 14
    assert fault_filter({"delay": {"fixedDelay": "1s", "percent": 5}})["delay"]["percentage"] == {
        "numerator": 5, "denominator": "HUNDRED"}  # fmt: skip


def test_redirects_and_direct_responses():
    """The query stays; what answers by itself knows no CORS."""
    redirect = {"redirect": {"uri": "/new", "authority": "x", "redirectCode": 302}}
    found = outcome(redirect, target="/old?a=b")
    assert (found.status, found.headers["location"]) == (302, "http://x/new?a=b")
    direct = {"directResponse": {"status": 503}, "corsPolicy": {"allowOrigins": [{"exact": "*"}]}}
    found = outcome(direct, headers={"origin": "us"})
    assert (found.status, found.headers) == (503, {})


@pytest.mark.parametrize(
    ("redirect", "port", "wanted"),
    [
        ({"port": 80}, 80, None), ({"port": 443, "scheme": "https"}, 80, None),
        ({"port": 443}, 80, 443), ({"port": 80, "scheme": "https"}, 80, 80),
        ({"derivePort": "FROM_REQUEST_PORT"}, 8080, 8080),
        ({"derivePort": "FROM_REQUEST_PORT"}, 80, None),
        ({"derivePort": "FROM_PROTOCOL_DEFAULT"}, 8080, None),
    ],
)  # fmt: skip
def test_istio_leaves_usual_ports_out_of_redirects(redirect, port, wanted):
    """Envoy would write them."""
    rule = {"redirect": {"authority": "x", **redirect}}
    route = http_routes([rule], Proxy(port=port), destination_cluster(port))[0]
    assert route["redirect"].get("port_redirect") == wanted


def test_a_scheme_can_be_asked_for():
    """Requests inside of the mesh are plain HTTP."""
    for scheme, found in (("http", True), ("https", False)):
        rule = {"match": [{"scheme": {"exact": scheme}}], "route": [to("b")]}
        assert (outcome(rule) is not None) == found


def test_rewrites():
    """A prefix is replaced as text; exact and regex matches rewrite the whole path."""
    prefix = {"match": [{"uri": {"prefix": "/a/"}}], "rewrite": {"uri": "/"}, "route": [to("b")]}
    assert outcome(prefix, target="/a/b?c=d").sent.target == "/b?c=d"
    regex = {"uriRegexRewrite": {"match": "/v([0-9]+)/", "rewrite": "/api/\\1/"}}
    assert outcome({"rewrite": regex, "route": [to("b")]}, target="/v2/x").sent.target == "/api/2/x"
    assert outcome({"route": [to("b")]}, target="/same").sent.target == "/same"


def test_headers():
    """Set replaces, add appends, remove takes away; a host is the authority."""
    operations = {"set": {"x-a": "1", "Host": "h"}, "add": {"x-b": "2"}, "remove": ["x-c"]}
    rule = {"headers": {"request": operations}, "route": [to("b")]}
    given = {"x-a": "0", "x-b": "0", "x-c": "0"}
    sent = outcome(rule, headers=given).sent
    assert (sent.headers, sent.host) == ({"x-a": "1", "x-b": "0,2"}, "h")


def test_a_preflight_of_a_stranger_is_sent_on():
    """Only known origins are answered by the proxy."""
    rule = {"corsPolicy": {"allowOrigins": [{"exact": "us"}], "maxAge": "24h"},
            "route": [to("b")]}  # fmt: skip
    headers = {"origin": "us", "access-control-request-method": "PUT"}
    known = outcome(rule, method="OPTIONS", headers=headers)
    assert (known.status, known.headers["access-control-max-age"]) == (200, "86400")
    assert outcome(rule, method="OPTIONS", headers={**headers, "origin": "them"}).sent
    rule["corsPolicy"]["unmatchedPreflights"] = "IGNORE"
    assert outcome(rule, method="OPTIONS", headers={**headers, "origin": "them"}).status == 200


def test_the_answer_to_a_preflight_goes_without_the_headers_of_the_route():
    """Only what CORS says is in it."""
    rule = {"corsPolicy": {"allowOrigin": ["us"]}, "route": [to("b")],
            "headers": {"response": {"set": {"x-a": "1"}}}}  # fmt: skip
    headers = {"origin": "us", "access-control-request-method": "PUT"}
    routes = http_routes([rule], Proxy(), destination_cluster(80))
    for method, added in (("OPTIONS", {}), ("GET", {"x-a": "1"})):
        request = asked(method, "b", "/", headers)
        found = find_route([{"domains": ["*"], "routes": routes}], request, by(0))
        answer = answer_headers(found, handle(found, request, "/", by(0)))
        assert answer == {"access-control-allow-origin": "us", **added}


@pytest.mark.parametrize(("attempts", "wanted"), [(0, None), (3, 3)])
def test_attempts(attempts, wanted):
    """Zero turns retries off; nothing said means two."""
    policy = retry_policy({"attempts": attempts})
    assert (policy and policy["num_retries"]) == wanted
    assert retry_policy(None)["num_retries"] == 2


def test_numbers_among_the_conditions_are_status_codes():
    """They need one more condition to count."""
    assert split_conditions("5xx,404") == ("5xx,retriable-status-codes", [404])
    assert split_conditions("999") == ("999", [])
