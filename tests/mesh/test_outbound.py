"""A sidecar's route tables."""

from kubelearn.mesh.outbound import domains, route_tables
from kubelearn.mesh.push import Scope
from tests.mesh.small import an_object, full, push, service

HERE = Scope("default")


def tables(services, scope=HERE, **rules):
    """Port → name of the virtual host → it."""
    found = route_tables(push(services, **rules), scope)
    return {port: {one["name"]: one for one in hosts} for port, hosts in found.items()}


def to(host, **more):
    """A VirtualService for a host."""
    return an_object(host, hosts=[host], http=[{"route": [{"destination": {"host": host}}]}],
                     **more)  # fmt: skip


def cluster_of(host, place=0):
    """The cluster of a route."""
    return host["routes"][place]["route"]["cluster"]


def test_one_virtual_host_for_each_service_of_a_port():
    """And one at the end for everything else."""
    found = tables([service("a"), service("bb", port=90), service("ccc", http=False)])
    assert [f"{full('a')}:80", "allow_any"] == list(found[80])
    assert [f"{full('bb')}:90", "allow_any"] == list(found[90])


def test_straight_to_the_service_with_istios_retries():
    """No timeout; two more tries for connections that fail."""
    route = tables([service("a")])[80][f"{full('a')}:80"]["routes"][0]["route"]
    assert (f"outbound|80||{full('a')}", "0s", 2) == (
        route["cluster"], route["timeout"], route["retry_policy"]["num_retries"],
    )  # fmt: skip


def test_names_as_resolvers_would_complete_them():
    """The shortest only in the service's own namespace; the address too."""
    own = service("web")
    assert [own.host, "web", "web.default.svc", "web.default", own.address] == (
        domains(own.host, own, "default")
    )
    assert "web" not in domains(own.host, own, "other")
    assert domains("x.example", None, "default") == ["x.example"]


def test_a_destination_on_its_services_only_port():
    """The VirtualService does not say the port; the service has one other than the listener's."""
    rule = an_object("a", hosts=["a"], http=[{"route": [{"destination": {"host": "bb"}}]}])
    found = tables([service("a"), service("bb", port=90)], virtualservices=[rule])
    assert f"outbound|90||{full('bb')}" == cluster_of(found[80][f"{full('a')}:80"])


def test_a_rule_for_gateways_is_none_for_the_mesh():
    """Unless it names both."""
    for gateways, name in ((["gw"], "default"), (["gw", "mesh"], "own")):
        rule = to("a", gateways=gateways)
        rule["spec"]["http"][0]["name"] = "own"
        found = tables([service("a")], virtualservices=[rule])
        assert name == found[80][f"{full('a')}:80"]["routes"][0]["name"]


def test_a_sidecar_object_hides_what_is_not_listed():
    """Less to know, less memory."""
    services = [service("a"), service("bb", "shop")]
    sidecar = an_object("s", egress=[{"hosts": ["./*"]}])
    found = tables(services, sidecars=[sidecar])
    assert [f"{full('a')}:80", "allow_any"] == list(found[80])


def test_hosts_of_nobody_are_known_on_port_80():
    """A VirtualService alone makes a virtual host there."""
    rule = an_object("x", hosts=["x.example"], http=[{"directResponse": {"status": 200}}])
    found = tables([service("a", port=90)], virtualservices=[rule])
    assert "x.example:80" in found[80]
    assert "x.example:90" not in found[90]


def test_to_a_hashed_cluster_a_retry_goes_to_the_same_host():
    """The route hashes, and does not pass over hosts that were tried."""
    policy = {"loadBalancer": {"consistentHash": {"httpHeaderName": "x-user"}}}
    rule = an_object("a", host="a", trafficPolicy=policy)
    found = tables([service("a")], destinationrules=[rule], virtualservices=[to("a")])
    action = found[80][f"{full('a')}:80"]["routes"][0]["route"]
    assert action["hash_policy"] == [{"header": {"header_name": "x-user"}}]
    assert "retry_host_predicate" not in action["retry_policy"]


def test_who_asks_may_count():
    """Source labels choose rules when the table is made, not when a request comes."""
    rule = to("a")
    rule["spec"]["http"].insert(0, {
        "match": [{"sourceLabels": {"app": "x"}}], "directResponse": {"status": 418},
    })  # fmt: skip
    made = push([service("a")], virtualservices=[rule])
    for labels, own in (({"app": "x", "other": "1"}, True), ({"app": "y"}, False)):
        scope = made.scope("default", labels, "")
        host = route_tables(made, scope)[80][0]
        assert ("direct_response" in host["routes"][0]) == own


def test_proxies_share_tables():
    """Those of one namespace have the very same ones, whatever their place and labels."""
    made = push([service("a")], virtualservices=[to("a")])
    one = route_tables(made, made.scope("default", {"app": "x"}, "r/z1"))
    other = route_tables(made, made.scope("default", {"app": "y"}, "r/z2"))
    assert one is other
