"""What the ports of a Service mean to kube-proxy."""

import pytest

from kubelearn.network.service_ports import (
    ANY_NODE,
    HEALTH,
    Sender,
    affinity_of,
    entries,
    policy_of,
)

KEY = ("default", "web")


def service(**spec):
    """A Service with one port."""
    ports = [{"name": "http", "port": 80, "nodePort": 30080}]
    return {"spec": {"clusterIP": "10.96.0.9", "type": "NodePort", "ports": ports, **spec}}


def slices(*nodes, port=8080):
    """One slice with an endpoint on each node."""
    endpoints = [{"addresses": [f"10.244.{n}.2"], "nodeName": node} for n, node in enumerate(nodes)]
    return [{"ports": [{"name": "http", "port": port}], "endpoints": endpoints}]


def places(obj):
    """Address, port and kind of each line."""
    return [
        (one.address, one.port[1], one.leads_to.rule.place)
        for one in entries(KEY, obj, slices("a"))
    ]


def test_lines_of_a_load_balancer():
    """Its own address, external ones, that of a balancer that is no proxy, and the NodePort."""
    ingress = [{"ip": "192.0.2.1"}, {"ip": "192.0.2.2", "ipMode": "Proxy"}, {"hostname": "x"}]
    obj = service(type="LoadBalancer", externalIPs=["192.0.2.9"], healthCheckNodePort=31000)
    assert places({**obj, "status": {"loadBalancer": {"ingress": ingress}}}) == [
        ("10.96.0.9", 80, "ClusterIP"), ("192.0.2.9", 80, "externalIP"),
        ("192.0.2.1", 80, "LoadBalancer"), (ANY_NODE, 30080, "NodePort"),
        (HEALTH, 31000, HEALTH),
    ]  # fmt: skip


@pytest.mark.parametrize("spec", [{"clusterIP": "None"}, {"type": "ExternalName"}])
def test_services_without_lines(spec):
    """Headless ones and names for others."""
    assert places(service(**spec)) == []


def test_named_target_ports_differ_by_slice():
    """Each slice has the number for its pods."""
    both = [*slices("a"), *slices("b", port=9090)]
    [cluster_ip, _] = entries(KEY, service(), both)
    assert sorted(one.port for one in cluster_ip.leads_to.rule.backends) == [8080, 9090]


@pytest.mark.parametrize(
    ("sender", "node", "backends", "masquerade"),
    [
        (Sender("outside"), "a", 1, False), (Sender("outside"), "c", 0, False),
        (Sender("pod"), "c", 2, False), (Sender("node"), "c", 2, True),
    ],
)  # fmt: skip
def test_policy_local_by_sender(sender, node, backends, masquerade):
    """Those outside get local endpoints; pods and the node itself take a short cut."""
    obj = service(externalTrafficPolicy="Local")
    [_, line] = entries(KEY, obj, slices("a", "b"))
    rule = line.leads_to.rule_for(node, "", sender)
    assert (len(rule.backends), rule.masquerade) == (backends, masquerade)


def test_policy_local_of_the_inside_leaves_the_outside_alone():
    """NodePorts go to all endpoints."""
    obj = service(internalTrafficPolicy="Local")
    [inner, outer] = entries(KEY, obj, slices("a", "b"))
    rules = [one.leads_to.rule_for("a", "", Sender("outside")) for one in (inner, outer)]
    assert [len(rule.backends) for rule in rules] == [1, 2]


def test_policies_and_affinity():
    """Defaults are Cluster and none; the timeout is three hours unless it is given."""
    assert policy_of(service()["spec"]) == (False, False, True)
    assert affinity_of(service()["spec"]) == 0
    assert affinity_of({"sessionAffinity": "ClientIP"}) == 10800 * 10**9
    config = {"clientIP": {"timeoutSeconds": 60}}
    given = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": config}
    assert affinity_of(given) == 60 * 10**9
