"""Pods that get no address, and nodes that are gone from the API while their machine runs."""

from kubelearn import Cluster
from kubelearn.api.objects import Object

POD = """
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  nodeName: worker-1
  containers: [{name: c, image: nginx, resources: {requests: {cpu: 100m}}}]
"""


def pods(cluster: Cluster) -> list[Object]:
    """Those of the namespace default."""
    return cluster.api.list("pods", "default")


def test_a_node_without_a_free_address_says_so_until_one_is_free() -> None:
    """253 addresses of a /24 are for pods; the event is the real kubelet's and flannel's."""
    cluster = Cluster(nodes=1, node={"pods": 300, "cpu": "64", "memory": "256Gi"})
    cluster.kubectl("create deployment web --image=nginx --replicas=260")
    cluster.run("3m")
    waiting = [pod for pod in pods(cluster) if pod["status"]["phase"] == "Pending"]
    assert 0 < len(waiting) < 20
    told = cluster.kubectl(f"describe pod {waiting[0]['metadata']['name']}")
    assert "Warning  FailedCreatePodSandBox" in told
    assert "no IP addresses available in range set: 10.244.1.1-10.244.1.254" in told
    why = str(cluster.why(f"pod/{waiting[0]['metadata']['name']}"))
    assert "no address of 10.244.1.1-10.244.1.254 is free; tried again at" in why
    cluster.kubectl("scale deployment web --replicas=200")
    cluster.run("2m")
    assert {pod["status"]["phase"] for pod in pods(cluster)} == {"Running"}


def test_a_machine_knows_its_range_without_its_node() -> None:
    """The node is deleted while its first pod starts."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.add_node("worker-2")
    cluster.run("5s")
    cluster.apply(POD.replace("worker-1", "worker-2"))
    cluster.run("100ms")
    cluster.delete("node/worker-2")
    cluster.run("5s")
    assert pods(cluster)[0]["status"]["podIP"] == "10.244.2.2"


def test_a_resize_on_a_machine_without_its_node() -> None:
    """Nobody knows of too little room."""
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(POD)
    cluster.run("10s")
    cluster.delete("node/worker-1")
    asks = {"containers": [{"name": "c", "resources": {"requests": {"cpu": "200m"}}}]}
    cluster.patch("pod/a", {"spec": asks}, subresource="resize")
    cluster.run("5s")
    assert pods(cluster)[0]["status"]["containerStatuses"][0]["resources"] == {
        "requests": {"cpu": "200m"}
    }
