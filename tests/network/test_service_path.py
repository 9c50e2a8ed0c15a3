"""One request by a Service's name: who saw what, and what is the same on every node."""

import pytest

from kubelearn.world import World
from tests.web import CLIENT, SERVICE

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
---
"""


@pytest.fixture
def world() -> World:
    """Two workers, a web pod behind a Service, a client; all Ready."""
    world = World(nodes=2, zones=2, seed=3)
    world.apply(WEB + SERVICE + CLIENT)
    world.run("30s")
    return world


def test_the_hops_of_a_request_in_their_order(world: World) -> None:
    """Resolver, kube-proxy, wire, pod, and back to the client."""
    call = world.request("http://web/", client="pod/client")
    assert call.status == 200
    hops = list(dict.fromkeys(step.hop for step in call.trace))
    assert hops == ["resolver", "kube-proxy", "wire", "pod", "client"]


def test_a_short_name_is_found_by_the_search_list(world: World) -> None:
    """The resolver answers with the Service's cluster address."""
    address = world.api.get("services", "default", "web")["spec"]["clusterIP"]
    step = world.request("http://web/", client="pod/client").trace[0]
    assert f"web.default.svc.cluster.local is {address}" in step.decision


def test_a_name_outside_the_cluster_does_not_exist(world: World) -> None:
    """There is no DNS but the cluster's own."""
    call = world.request("http://example.com/", client="pod/client")
    assert "no such host" in call.trace[-1].decision


def test_kube_proxy_picks_the_pods_address(world: World) -> None:
    """The endpoint is the pod's own address and port."""
    address = world.api.get("pods", "default", "web")["status"]["podIP"]
    trace = world.request("http://web/", client="pod/client").trace
    step = next(step for step in trace if step.hop == "kube-proxy")
    assert f"{address}:80" in step.decision


def test_pods_of_a_node_share_its_range(world: World) -> None:
    """Each node has a /24 of the cluster's range."""
    ranges = [node["spec"]["podCIDR"] for node in world.api.list("nodes")]
    assert all(text.endswith(".0/24") for text in ranges)
    assert sorted(set(ranges)) == sorted(ranges)


def test_the_wire_takes_half_a_millisecond_between_zones(world: World) -> None:
    """The one-way delay between the two zones, in nanoseconds."""
    trace = world.request("http://web/", client="pod/client").trace
    wire = next(at for at, step in enumerate(trace) if step.hop == "wire")
    assert trace[wire + 1].time - trace[wire].time == 500_000
