"""Clusters from DestinationRules and endpoints."""

from kubelearn.mesh.clusters import cluster
from kubelearn.mesh.push import Scope
from tests.mesh.small import an_object, endpoint, full, push, service

HERE, FAR = "r/z1", "r/z2"
NAME = f"outbound|80||{full('web')}"
ENDPOINTS = {full("web"): [endpoint("10.0.0.1", HERE, version="v1"),
                           endpoint("10.0.0.2", FAR, version="v2")]}  # fmt: skip


def made(name=NAME, scope=None, namespace="default", **policy):
    """A cluster of web under a policy."""
    subsets = [{"name": "v2", "labels": {"version": "v2"}}]
    rule = an_object("web", namespace, host=full("web"), trafficPolicy=policy, subsets=subsets)
    found = push([service("web")], ENDPOINTS, destinationrules=[rule])
    return cluster(found, scope or Scope("default", (), HERE), name)


def test_a_subset_is_a_filter_by_labels():
    """One that nobody defined is no cluster at all."""
    assert [one.address for one in made(NAME.replace("||", "|v2|")).members] == ["10.0.0.2"]
    assert made(NAME.replace("||", "|v3|")) is None
    assert made("outbound|81||web.default.svc.cluster.local") is None
    assert made("outbound|80||nobody.default.svc.cluster.local") is None
    assert made("PassthroughCluster") is None


def test_places_count_only_with_outlier_detection():
    """Then the own zone comes first."""
    assert {0} == {one.priority for one in made().members}
    found = made(outlierDetection={})
    assert [(m.address, m.priority) for m in found.members] == [("10.0.0.1", 0), ("10.0.0.2", 1)]
    setting = {"localityLbSetting": {"enabled": False}}
    assert {0} == {m.priority for m in made(outlierDetection={}, loadBalancer=setting).members}


def test_places_may_have_shares():
    """20 % to the other zone; no priorities then."""
    to = {"r/z1/*": 80, "r/z2/*": 20}
    setting = {"distribute": [{"from": "r/z1/*", "to": to}]}
    found = made(outlierDetection={}, loadBalancer={"localityLbSetting": setting})
    assert [one.share for one in found.members] == [80, 20]
    assert {0} == {one.priority for one in found.members}
    assert found.json["common_lb_config"]["locality_weighted_lb_config"] == {}


def test_a_rule_of_the_clients_namespace_comes_first():
    """Then that of the service, then the root's; of others none counts."""
    policy = {"loadBalancer": {"simple": "RANDOM"}}
    for namespace, counts in (("default", True), ("istio-system", True), ("other", False)):
        found = made(namespace=namespace, **policy)
        assert ("RANDOM" if counts else "LEAST_REQUEST") == found.json["lb_policy"]
    assert made(namespace="other", scope=Scope("other"), **policy).json["lb_policy"] == "RANDOM"


def test_proxies_share_clusters():
    """The very same object, unless places count."""
    found = push([service("web")], ENDPOINTS)
    one, other = (cluster(found, Scope(ns, (), place), NAME)
                  for ns, place in (("a", HERE), ("b", FAR)))  # fmt: skip
    assert one is other


def test_what_it_says_in_envoys_words():
    """Limits, panic and settings of ejection are read from the JSON."""
    outlier = {"interval": "1s", "minHealthPercent": 30, "maxEjectionPercent": 50}
    found = made(outlierDetection=outlier)
    assert (found.outlier.interval, found.outlier.max_ejection_percent) == (1000, 50)
    assert (found.panic, found.connect_timeout) == (30.0, 10_000_000_000)
    assert made().outlier is None


def test_mtls_is_chosen_by_the_host():
    """Unless the rule says otherwise."""
    names = [one["name"] for one in made().json["transport_socket_matches"]]
    assert names == ["tlsMode-istio", "tlsMode-disabled"]
    assert not {"transport_socket", "transport_socket_matches"} & set(
        made(tls={"mode": "DISABLE"}).json
    )
    simple = made(tls={"mode": "SIMPLE", "sni": "x.example"}).json["transport_socket"]
    assert simple["typed_config"]["sni"] == "x.example"
