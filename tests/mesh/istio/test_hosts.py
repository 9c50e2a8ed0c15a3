"""Virtual hosts of sidecars and of edge gateways."""

from kubelearn.mesh.istio.gateways import gateway_hosts, intersection
from kubelearn.mesh.istio.sidecar_hosts import Hosts, Service, imports, ruling, virtual_hosts

REVIEWS = Service("reviews.shop.svc.cluster.local", "shop")


def test_the_most_specific_name_rules_whatever_its_age():
    """Among equal ones the oldest, which comes first."""
    wild = Hosts("wild", "shop", ("*.cluster.local",))
    one, two = (Hosts(name, "shop", (REVIEWS.host,)) for name in ("one", "two"))
    assert ruling([wild, one, two], REVIEWS.host).name == "one"
    assert ruling([wild], REVIEWS.host).name == "wild"
    assert ruling([], REVIEWS.host) is None


def test_strangers_are_known_on_port_80_only():
    """A host that the registry does not have."""
    outside = Hosts("out", "shop", ("example.com",))
    assert set(virtual_hosts([REVIEWS], [outside], 80)) == {REVIEWS.host, "example.com"}
    assert set(virtual_hosts([REVIEWS], [outside], 8080)) == {REVIEWS.host}


def test_an_egress_list():
    """The dot stands for the namespace of the proxy."""
    assert imports(["./*"], "shop", REVIEWS.host, own="shop")
    assert not imports(["./*"], "shop", REVIEWS.host, own="other")
    assert imports(None, "shop", REVIEWS.host)


def test_what_two_hosts_have_in_common():
    """The narrower one."""
    assert intersection("*", "a.com") == "a.com"
    assert intersection("a.com", "*") == "a.com"
    assert intersection("*.com", "*.a.com") == "*.a.com"
    assert intersection("a.com", "b.com") is None


def test_virtual_services_on_one_host_are_put_together():
    """Catch-alls last, whichever came first."""
    every = {"hosts": ["a.com"], "http": [{"route": [{"destination": {"host": "all"}}]}]}
    exact = {"match": [{"uri": {"exact": "/x"}}], "route": [{"destination": {"host": "x"}}]}
    one = {"hosts": ["a.com"], "http": [exact]}
    (host,) = gateway_hosts([{"hosts": ["shop/a.com"]}], [every, one], 80)
    clusters = [route["route"]["cluster"] for route in host["routes"]]
    assert clusters == ["outbound|80||x", "outbound|80||all"]


def test_without_virtual_services_there_is_a_place_holder():
    """404 for everything."""
    (host,) = gateway_hosts([{"hosts": ["*"]}], [], 80)
    assert (host["domains"], host["routes"]) == (["*"], [])
