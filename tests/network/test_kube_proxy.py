"""kube-proxy: who has which rules, and when."""

import pytest

from kubelearn.api.objects import merge
from kubelearn.network.kube_proxy import MIN_SYNC_PERIOD, SLICES
from kubelearn.sim.clock import MILLISECOND, SECOND
from tests.network.small import shop
from tests.world.worlds import web_cluster


@pytest.fixture
def cluster():
    """Three ready pods behind a Service."""
    return web_cluster()


def rule_of(cluster, node):
    """What a node does with connections to the Service."""
    address = cluster.object("service/web")["spec"]["clusterIP"]
    return cluster.parts["kube-proxy"].rule(node, address, 80)


def change_slice(cluster, **changes):
    """Change each endpoint of the Service, whose slices are nobody's from now on."""
    if cluster.object("service/web")["spec"].get("selector"):
        cluster.patch("service/web", {"spec": {"selector": None}}, style="merge")
    for one in cluster.api.store.select(SLICES, "service", "default/web"):
        changed = {**one, "endpoints": [merge(each, changes) for each in one["endpoints"]]}
        cluster.api.store.put(SLICES, ("default", one["metadata"]["name"]), changed)


def test_every_node_has_the_ready_endpoints(cluster):
    """The control plane too."""
    nodes = [node["metadata"]["name"] for node in cluster.api.list("nodes")]
    assert {len(rule_of(cluster, node).backends) for node in nodes} == {3}


def test_a_dead_node_keeps_its_rules_until_it_is_back(cluster):
    """Then it reads everything anew."""
    cluster.fail.node("worker-1")
    cluster.scale("deployment/web", 1)
    cluster.run("400s")
    assert len(rule_of(cluster, "worker-1").backends) == 3
    cluster.heal.node("worker-1")
    cluster.run("60s")
    assert rule_of(cluster, "worker-1") == rule_of(cluster, "worker-2")


def test_a_node_that_nobody_missed_reads_everything_anew(cluster):
    """A reboot within the grace period: the node never was NotReady."""
    cluster.fail.node("worker-1")
    cluster.run("1s")
    change_slice(cluster, conditions={"ready": False})
    cluster.run("2s")
    assert rule_of(cluster, "worker-1").backends
    cluster.heal.node("worker-1")
    cluster.run("0.011s")
    assert rule_of(cluster, "worker-1").backends == ()


def test_why_says_that_connections_are_rejected(cluster):
    """A Service without endpoints."""
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    assert "each new connection is rejected" in str(cluster.why("service/web"))


def test_at_most_one_sync_a_second(cluster):
    """The first change is written at once, the second waits."""
    proxies, now = cluster.parts["kube-proxy"], cluster.clock.now
    change_slice(cluster, conditions={"ready": False})
    cluster.run("0.02s")
    assert proxies.synced["worker-1"] == now + 10 * MILLISECOND
    change_slice(cluster, conditions={"ready": True})
    cluster.run("0.5s")
    assert rule_of(cluster, "worker-1").backends == ()
    cluster.run("1s")
    assert proxies.synced["worker-1"] == now + 10 * MILLISECOND + MIN_SYNC_PERIOD
    assert MIN_SYNC_PERIOD == SECOND


def test_endpoints_that_go_are_the_last_resort(cluster):
    """Serving and terminating ones, when none is ready."""
    going = {"ready": False, "serving": True, "terminating": True}
    change_slice(cluster, conditions=going)
    cluster.run("2s")
    assert len(rule_of(cluster, "worker-1").backends) == 3


def test_a_service_that_goes_leaves_no_rules(cluster):
    """Nor does its address."""
    address = cluster.object("service/web")["spec"]["clusterIP"]
    cluster.delete("service/web")
    cluster.run("2s")
    assert not cluster.parts["kube-proxy"].knows("worker-1", address)


def test_a_node_that_goes_takes_its_rules_along(cluster):
    """Nobody counts them any more."""
    cluster.delete("node/worker-3")
    cluster.run("1s")
    assert sorted(cluster.parts["kube-proxy"].tables) == ["control-plane", "worker-1", "worker-2"]


def test_policy_local_has_a_rule_for_each_node(cluster):
    """A node without a pod of the Service has no backend, though there are endpoints."""
    cluster.patch("service/web", {"spec": {"internalTrafficPolicy": "Local"}})
    cluster.run("2s")
    here = {pod.node for pod in rule_of(cluster, "worker-1").backends}
    rule = rule_of(cluster, "control-plane")
    assert here == {"worker-1"}
    assert (rule.backends, rule.any_endpoints) == ((), True)


def test_hints_keep_traffic_in_the_zone(cluster):
    """When all endpoints have them and name it."""
    change_slice(cluster, hints={"forZones": [{"name": "us-west-2b"}]})
    [one] = cluster.api.store.select(SLICES, "service", "default/web")
    first = merge(one["endpoints"][0], {"hints": {"forZones": [{"name": "us-west-2a"}]}})
    changed = {**one, "endpoints": [first, *one["endpoints"][1:]]}
    cluster.api.store.put(SLICES, ("default", one["metadata"]["name"]), changed)
    cluster.run("2s")
    backends = [rule_of(cluster, f"worker-{number}").backends for number in (1, 2, 3)]
    assert [len(each) for each in backends] == [1, 2, 3]


def test_ports_of_one_number_differ_by_protocol(cluster):
    """DNS has 53 twice."""
    rule = cluster.parts["kube-proxy"].rule
    assert rule("worker-1", "10.96.0.10", 53, "UDP").port_name == "dns"
    assert rule("worker-1", "10.96.0.10", 53, "TCP").port_name == "dns-tcp"


def test_a_fork_has_its_own_rules():
    """What happens in one world is not seen in the other."""
    cluster = shop()
    twin = cluster.fork()
    twin.delete("service/web")
    twin.run("2s")
    assert rule_of(cluster, "worker-1").backends
    cluster.run("2s")
    assert rule_of(cluster, "worker-1").backends


def test_the_rules_are_those_of_a_proxy_that_starts_now(cluster):
    """However many changes went by: what is kept by changes is what a fresh look gives."""
    for replicas in (1, 4, 2):
        cluster.scale("deployment/web", replicas)
        cluster.run("3s")
    cluster.run("30s")
    proxies = cluster.parts["kube-proxy"]
    keys = sorted(cluster.api.store.items("services"))
    fresh = {(a, p): leads_to for key in keys for a, p, leads_to in proxies._lines(key)}
    table = proxies.tables["worker-1"]
    kept = {(a, p): row for a, ports in table.items() for p, row in ports.items()}
    assert fresh == kept
