"""Eureka at work, beside EndpointSlices."""

import pytest

from tests.spring.shop import ask, eureka, with_eureka

OFF = {"EUREKA_SERVER_ENABLESELFPRESERVATION": "false"}


def reasons(cluster, app: str) -> list[str]:
    """What Eureka has to say about a pod."""
    (pod,) = cluster.api.list("pods", "default", f"app={app}")
    said = cluster.why(f"pod/{pod['metadata']['name']}").reasons
    return [one.text for one in said if one.by.startswith("eureka")]


def free_pod(cluster):
    """A pod of orders on a node where nobody else of the shop runs."""
    others = cluster.api.list("pods", "default", "app!=orders")
    taken = {pod["spec"]["nodeName"] for pod in others}
    pods = cluster.api.list("pods", "default", "app=orders")
    return next(pod for pod in pods if pod["spec"]["nodeName"] not in taken)


def failures(cluster, what, uri: str = "lb://orders") -> float:
    """The last moment, in s after it, at which something goes wrong when a pod goes."""
    load = cluster.load("http://gateway/orders/1", rate=4, duration="7m", client="pod/client")
    cluster.run("5s")
    begun = cluster.time
    what(cluster, free_pod(cluster))
    cluster.run("430s")
    bad = [done / 1e9 - begun for _, _, done, how in load.requests() if how != "ok"]
    return max(bad, default=0.0)


def by_force(cluster, pod) -> None:
    """The pod is killed without a word."""
    cluster.kubectl(f"delete pod {pod['metadata']['name']} --grace-period=0 --force")


def gracefully(cluster, pod) -> None:
    """The pod is told to stop."""
    cluster.kubectl(f"delete pod {pod['metadata']['name']} --wait=false")


def node_dies(cluster, pod) -> None:
    """The pod's machine dies."""
    cluster.fail.node(pod["spec"]["nodeName"])


def test_clients_register_and_are_found():
    """A gateway finds the instances of a service by its name in Eureka."""
    cluster = with_eureka()
    assert ask(cluster).status == 200
    assert reasons(cluster, "eureka")[0].startswith("4 leases; 8 renewals in the last minute")
    assert reasons(cluster, "gateway")[0].count("orders") == 3


@pytest.mark.parametrize(
    ("what", "least", "most"), [(by_force, 180, 335), (node_dies, 180, 335), (gracefully, 0, 95)]
)
def test_how_long_a_dead_instance_is_asked(what, least, most):
    """Lease, eviction and three caches after a crash; only the caches after a cancel."""
    assert least <= failures(with_eureka(**OFF), what) <= most


@pytest.mark.parametrize(("what", "most"), [(by_force, 3), (node_dies, 60), (gracefully, 3)])
def test_endpoint_slices_are_quicker(what, most):
    """The same shop, asked by the name of its Service."""
    assert failures(with_eureka("http://orders"), what) <= most


def test_self_preservation_keeps_the_dead():
    """With few clients the lost renewals of one are too many: it is asked for ever."""
    cluster = with_eureka()
    assert failures(cluster, by_force) > 410
    assert any("self-preservation: 8 renewals" in one for one in reasons(cluster, "eureka"))


def test_a_server_that_comes_back_is_empty():
    """Clients keep what they have, and register again with their next heartbeat."""
    cluster = with_eureka()
    (pod,) = cluster.api.list("pods", "default", "app=eureka")
    cluster.fail.pod(pod["metadata"]["name"])
    cluster.run("5s")
    assert ask(cluster).status == 200
    cluster.run("60s")
    assert reasons(cluster, "eureka")[0].startswith("4 leases")


def test_a_name_that_is_no_address():
    """Without prefer-ip-address instances register under names that no DNS knows."""
    cluster = with_eureka()
    env = cluster.object("deployment/orders")["spec"]["template"]["spec"]["containers"][0]["env"]
    kept = [one for one in env if "PREFERIP" not in one["name"]]
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "c", "env": [
        {"$patch": "replace"}, *kept]}]}}}}  # fmt: skip
    cluster.patch("deployment/orders", patch)
    cluster.run("3m")
    assert ask(cluster).status == 500


def test_the_server_s_own_image_only():
    """An image of the catalogue is no Spring application, whatever its environment says."""
    cluster = with_eureka()
    nginx = eureka().replace("registry.example.com/shop/eureka-server:5.0", "nginx:1.29")
    cluster.apply(nginx)
    cluster.run("60s")
    assert reasons(cluster, "gateway")[0].count("orders") == 3


def test_a_fork_goes_its_own_way():
    """The registry is part of the cluster's state."""
    cluster = with_eureka()
    twin = cluster.fork()
    by_force(twin, free_pod(twin))
    twin.run("30s")
    cluster.run("30s")
    assert tuple(int(reasons(one, "eureka")[0][0]) for one in (cluster, twin)) == (4, 5)
