"""Services on the way of a request: NodePorts, policies, affinity, who sees which sender."""

import pytest

from tests.network.exposed import address, ask, change, decision, exposed, seen_source


@pytest.fixture
def cluster():
    """Two web pods behind a NodePort."""
    return exposed()


@pytest.mark.parametrize("node", ["control-plane", "worker-1", "worker-3"])
def test_every_node_opens_the_port(cluster, node):
    """Whether or not it has a pod of the Service."""
    assert ask(cluster, node).status == 200


def test_another_port_is_refused(cluster):
    """No rule, and nobody listens."""
    assert ask(cluster, "worker-1", port=30081).error == "connection refused"


def test_policy_cluster_hides_the_client(cluster):
    """The node puts its own address in place of the client's, even before a pod of its own."""
    for node in ("worker-1", "worker-3"):
        assert seen_source(ask(cluster, node, "internet/198.51.100.9")) == address(cluster, node)


def test_policy_local_keeps_the_client(cluster):
    """And uses the node's own pods only."""
    change(cluster, externalTrafficPolicy="Local")
    call = ask(cluster, "worker-1", "internet/198.51.100.9")
    assert seen_source(call) == "198.51.100.9"
    assert "1 of 1 endpoints" in decision(call, "kube-proxy")


def test_policy_local_drops_where_no_pod_is(cluster):
    """Endpoints exist, none of them here: no answer, not a refusal."""
    change(cluster, externalTrafficPolicy="Local")
    call = ask(cluster, "worker-3")
    assert call.error == "connection timed out"
    assert "externalTrafficPolicy Local" in decision(call, "kube-proxy")


def test_the_node_itself_takes_a_short_cut(cluster):
    """Policy Local is for those outside."""
    change(cluster, externalTrafficPolicy="Local")
    assert ask(cluster, "worker-3", "node/worker-3").status == 200


def test_nothing_ready_is_refused(cluster):
    """REJECT, at once, from every node."""
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    call = ask(cluster, "worker-3")
    assert (call.error, call.latency < 0.1) == ("connection refused", True)


def test_a_client_that_holds_a_lost_nodes_address_keeps_failing(cluster):
    """However long it waits; any other node's address works."""
    cluster.fail.node("worker-3")
    cluster.run("400s")
    assert ask(cluster, "worker-3").error == "connection timed out"
    assert ask(cluster, "worker-1").status == 200


def test_an_answer_does_not_pass_a_node_that_died(cluster):
    """The node that replaced the addresses has to put them back."""
    number = cluster.parts["requests"].send(
        f"http://{address(cluster, 'worker-3')}:30080/", client="internet"
    )
    cluster.run("0.025s")
    cluster.fail.node("worker-3")
    cluster.run("20s")
    call = cluster.parts["requests"].take(number)
    assert call.error == "timed out waiting for the answer"
    assert "worker-3, through which it came, is dead" in decision(call, "wire")


def test_session_affinity_keeps_the_endpoint(cluster):
    """One client always meets the same pod, two clients not necessarily."""
    change(cluster, sessionAffinity="ClientIP")
    bodies = {cluster.request("http://web/", client="pod/client").body for _ in range(8)}
    assert len(bodies) == 1
    others = [ask(cluster, "worker-3", f"internet/198.51.100.{n}").body for n in range(1, 9)]
    assert len(set(others)) == 2


def test_session_affinity_ends_after_its_timeout(cluster):
    """The next connection is drawn anew."""
    config = {"clientIP": {"timeoutSeconds": 5}}
    change(cluster, sessionAffinity="ClientIP", sessionAffinityConfig=config)
    proxies, found = cluster.parts["kube-proxy"], set()
    for _ in range(12):
        cluster.request("http://web/", client="pod/client")
        [(backend, _)] = proxies.kept.values()
        found.add(backend)
        cluster.run("6s")
    assert len(found) == 2


def test_affinity_does_not_outlive_the_endpoint(cluster):
    """The client gets another one."""
    change(cluster, sessionAffinity="ClientIP")
    first = cluster.request("http://web/", client="pod/client")
    cluster.delete(f"pod/{first.body.split()[0]}")
    cluster.run("2s")
    assert cluster.request("http://web/", client="pod/client").status == 200


def test_external_addresses_lead_to_the_service(cluster):
    """From a pod, by the rules of its own node."""
    change(cluster, externalIPs=["192.0.2.1"])
    call = cluster.request("http://192.0.2.1/", client="pod/client")
    assert (call.status, seen_source(call)) == (200, address(cluster, "worker-3"))


def test_source_ranges_of_a_load_balancer(cluster):
    """Who is not in them gets no answer."""
    change(cluster, type="LoadBalancer", loadBalancerSourceRanges=["10.244.0.0/16"])
    status = {"loadBalancer": {"ingress": [{"ip": "192.0.2.2", "ipMode": "VIP"}]}}
    cluster.api.patch_status("services", "default", "web", status)
    cluster.run("3s")
    assert cluster.request("http://192.0.2.2/", client="pod/client").status == 200
    call = cluster.request("http://192.0.2.2/", client="node/worker-1")
    assert (call.status, "leaves the sender out" in decision(call, "kube-proxy")) == (0, True)


def test_a_pod_that_reaches_itself_sees_its_node(cluster):
    """Hairpin traffic is masqueraded."""
    pod = cluster.api.list("pods", "default", "app=web")[0]["metadata"]["name"]
    cluster.fail.node("worker-2")
    cluster.run("100s")
    call = cluster.request("http://web/", client=f"pod/{pod}")
    assert (call.status, seen_source(call)) == (200, address(cluster, "worker-1"))


def test_terminating_endpoints_are_the_last_resort(cluster):
    """A node whose only pod goes still serves while it drains."""
    change(cluster, externalTrafficPolicy="Local")
    for one in cluster.api.list("endpointslices.discovery.k8s.io", "default"):
        going = {"ready": False, "serving": True, "terminating": True}
        listed = [{**each, "conditions": going} for each in one["endpoints"]]
        key = ("default", one["metadata"]["name"])
        cluster.api.store.put("endpointslices.discovery.k8s.io", key, {**one, "endpoints": listed})
    cluster.run("0.5s")
    assert ask(cluster, "worker-1").status == 200
