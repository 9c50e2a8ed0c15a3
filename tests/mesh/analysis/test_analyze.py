"""What `istioctl analyze` says: codes, words, and what is not said."""

import pytest

from kubelearn.cluster import Cluster
from tests.mesh.analysis.small import an, prefix, rule, said, to

SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: two}
spec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: http-b, port: 90}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, labels: {app: web, tier: a}}
spec: {containers: [{name: c, image: "nginx:1.29"}]}
"""


@pytest.fixture(scope="module")
def cluster():
    """Istio, two Services and a pod."""
    made = Cluster(nodes=3, zones=1, seed=4)
    made.install("istio")
    made.apply(SERVICES)
    return made.run("30s")


def test_nothing_is_wrong(cluster):
    """Neither in what Istio itself brings nor in sound rules."""
    subset = an("DestinationRule", "web", host="web", subsets=[{"name": "v1", "labels": {}}])
    sound = rule("web", to("web", prefix("/a"), subset="v1"), to("two", port={"number": 90}))
    assert said(cluster, subset, sound) == []
    text = str(cluster.analyze("istio-system"))
    assert text == "✔ No validation issues found when analyzing namespace: istio-system."


V = "(VirtualService default/web)"
LACKING = [
    (rule("web", to("lost")), f'Error [IST0101] {V} Referenced host not found: "lost"'),
    (rule("web", {**to("web"), "mirror": {"host": "lost"}}),
     f'Error [IST0101] {V} Referenced mirror host not found: "lost"'),
    (rule("web", to("web", port={"number": 81})),
     f'Error [IST0101] {V} Referenced host:port not found: "web:81"'),
    (rule("web", to("web", subset="v9")),
     f'Error [IST0101] {V} Referenced host+subset in destinationrule not found: "web+v9"'),
    (rule("web", to("two")),
     (f'Error [IST0112] {V} This VirtualService routes to a service "two" that exposes multiple '
     "ports [80 90]. Specifying a port in the destination is required to disambiguate.")),
    (an("AuthorizationPolicy", "p", selector={"matchLabels": {"b": "2", "a": "1"}}),
     ("Warning [IST0127] (AuthorizationPolicy default/p) No matching workloads for this resource "
     "with the following labels: a=1,b=2")),
    (an("Sidecar", "s", workloadSelector={"labels": {"app": "none"}}, egress=[{"hosts": ["*/*"]}]),
     'Error [IST0101] (Sidecar default/s) Referenced selector not found: "app=none"'),
    (an("DestinationRule", "d", host="x.test", trafficPolicy={"tls": {"mode": "SIMPLE"}}),
     ("Warning [IST0128] (DestinationRule default/d) DestinationRule default/d in namespace "
     "default has TLS mode set to SIMPLE but no caCertificates are set to validate server identity "
     "for host: x.test")),
    (an("DestinationRule", "d", host="x.test", trafficPolicy={"portLevelSettings": [
        {"port": {"number": 443}, "tls": {"mode": "MUTUAL", "clientCertificate": "/cert",
                                          "privateKey": "/key"}}]}),
     ("Warning [IST0129] (DestinationRule default/d) DestinationRule default/d in namespace "
     "default has TLS mode set to MUTUAL but no caCertificates are set to validate server identity "
     "for host: x.test at port number:443")),
    (an("ServiceEntry", "e", hosts=["db.test"], ports=[{"number": 1, "name": "t",
                                                        "protocol": "TCP"}]),
     ("Warning [IST0134] (ServiceEntry default/e) ServiceEntry addresses are required for this "
     "protocol.")),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "wanted"), LACKING)
def test_what_is_lacking(cluster, obj, wanted):
    """One message, in Istio's words."""
    assert said(cluster, obj) == [wanted]


def test_what_cannot_be_used(cluster):
    """It is told as such, and of nothing else in it."""
    cluster.delete("validatingwebhookconfiguration/istiod-default-validator")
    broken = rule("web", {"match": [prefix("/a")]})
    (text,) = said(cluster, broken)
    assert text.startswith(f"Error [IST0106] {V} Schema validation error: a rule of spec.http")


def unused(*rules):
    """The rules of a VirtualService that are not used, as the end of the messages."""
    return [to("web", *one) for one in rules]


HIDDEN = [
    (unused((), ()), [("Warning [IST0130] {} VirtualService rule #1 not used (only the last rule "
                      "can have no matches).")]),
    (unused((), [prefix("/a")]), [("Warning [IST0130] {} VirtualService rule #1 not used (route "
                                  "without matches defined before).")]),
    (unused([prefix("/a")], [prefix("/a", name="n")]),
     ["Warning [IST0130] {} VirtualService rule #1 not used (all matches used by prior rules).",
      ('Info [IST0131] {} VirtualService rule #1 match "n" is not used (duplicate/overlapping '
      "match in rule #0).")]),
    (unused([prefix("/a")], [prefix("/ab")]),
     [("Info [IST0131] {} VirtualService rule #1 match #0 of prefix /ab is not used "
      "(duplicate/overlapping match in rule #0 of prefix /a on #0).")]),
    (unused([prefix("/a", headers={"x": {"exact": "1"}})], [prefix("/ab")]), []),
    (unused([prefix("/a", method={"exact": "POST"})], [prefix("/ab")]), []),
    (unused([prefix("/ab")], [prefix("/a")], ()), []),
]  # fmt: skip


@pytest.mark.parametrize(("http", "wanted"), HIDDEN)
def test_rules_that_are_not_used(cluster, http, wanted):
    """Behind one that takes everything, the same, or more."""
    assert said(cluster, rule("web", *http)) == [one.format(V) for one in wanted]


def test_two_virtual_services_for_a_host(cluster):
    """Both are told of; those of other namespaces and of gateways are not."""
    first, second = rule("web", to("web")), rule("again", to("web"), hosts=["web"])
    edge = rule("edge", to("web"), hosts=["web"], gateways=["gw"])
    found = said(cluster, first, second)
    text = (
        "The VirtualServices default/again,default/web associated with mesh gateway define the "
        "same host */web.default.svc.cluster.local which can lead to undefined behavior."
    )
    assert [one.partition(") ")[2].partition(" This")[0] for one in found] == [text, text]
    private = rule("again", to("web"), hosts=["web"], exportTo=["other"])
    assert said(cluster, first, private) == []
    assert not [one for one in said(cluster, first, edge) if "IST0109" in one]


def gateway(name, number=80, hosts=("*",), selector="ingressgateway"):
    """A Gateway with one server."""
    port = {"number": number, "name": "http", "protocol": "HTTP"}
    return an("Gateway", name, selector={"istio": selector},
              servers=[{"port": port, "hosts": list(hosts)}])  # fmt: skip


def test_gateways_of_virtual_services(cluster):
    """One that is not there, one without the host."""
    bound = rule("web", to("web"), hosts=["a.test"], gateways=["gw"])
    lost = f'Error [IST0101] {V} Referenced gateway not found: "gw"'
    other = (
        f"Warning [IST0132] {V} one or more host [a.test] defined in VirtualService "
        "default/web not found in Gateway default/gw."
    )
    assert said(cluster, bound) == [lost, other]
    assert said(cluster, bound, gateway("gw", hosts=["b.test"])) == [other]
    assert said(cluster, bound, gateway("gw", hosts=["./*.test"])) == []


def test_gateways_by_themselves(cluster):
    """No pod, no port, and two that want the same."""
    (text,) = said(cluster, gateway("gw", selector="none"))
    assert text.endswith('Referenced selector not found: "istio=none"')
    (text,) = said(cluster, gateway("gw", number=9999))
    assert (
        "[IST0162] (Gateway default/gw) The gateway is listening on a target port (port 9999)"
        in (text)
    )
    found = said(cluster, gateway("a"), gateway("b"))
    assert found[0] == (
        "Error [IST0145] (Gateway default/a) Conflict with gateways default/b "
        "(workload selector istio=ingressgateway, port 80, hosts *)."
    )
    assert len(found) == 2
    assert said(cluster, gateway("a", hosts=["a.test"]), gateway("b", hosts=["b.test"])) == []


def test_sidecars_that_contradict_each_other(cluster):
    """Two for a pod; two for a namespace."""

    def side(name, **selector):
        return an("Sidecar", name, workloadSelector={"labels": selector},
                  egress=[{"hosts": ["*/*"]}])  # fmt: skip

    found = said(cluster, side("a", app="web"), side("b", tier="a"))
    text = (
        'The Sidecars [a b] in namespace "default" select the same workload pod "web-0", which '
        "can lead to undefined behavior."
    )
    assert found == [f"Error [IST0110] (Sidecar default/{one}) {text}" for one in "ab"]
    found = said(cluster, side("a"), side("b"))
    assert [one[:17] for one in found] == ["Error [IST0111] ("] * 2


def test_who_has_no_proxy(cluster):
    """A namespace nobody has decided about; pods older than the decision."""
    assert str(cluster.analyze()).startswith("Info [IST0102] (Namespace default) The namespace is")
    twin = cluster.fork()
    twin.kubectl("label namespace default istio-injection=enabled")
    assert str(twin.analyze()).startswith(
        "Warning [IST0103] (Pod default/web-0) The pod web-0 is missing the Istio proxy."
    )
    assert "istio-system" not in str(twin.analyze(None))


def test_why_tells_it_too(cluster):
    """With the object that it is about."""
    twin = cluster.fork()
    twin.apply(rule("web", to("lost")))
    twin.run("1s")
    text = str(twin.why("virtualservice/web"))
    assert 'istioctl analyze: Error [IST0101] Referenced host not found: "lost"' in text
