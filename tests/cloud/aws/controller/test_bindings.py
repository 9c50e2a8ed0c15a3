"""TargetGroupBindings and the gates of pods; a rolling update behind an ALB."""

from functools import cache

from kubelearn.api.objects import is_true
from kubelearn.cluster import Cluster
from tests.cloud.aws.edge import WEB, edge

GATE = {"metadata": {"labels": {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}}}
SLEEP = "lifecycle: {preStop: {sleep: {seconds: 15}}}, name: web, image"


@cache
def _updated(gates, sleep):
    """What a load sees of a restart of all pods."""
    cluster = Cluster(nodes=3, zones=3, seed=5)
    cluster.install("aws-load-balancer-controller")
    if gates:
        cluster.patch("namespace/default", GATE)
    cluster.run("30s")
    cluster.apply(WEB.replace("name: web, image", SLEEP) if sleep else WEB)
    cluster.run("240s")
    load = cluster.load("http://shop.example.com/", rate=10, duration="280s", client="internet")
    cluster.run("5s")
    cluster.rollout("restart", "deployment/web")
    cluster.run("290s")
    return load.totals()


def test_gates_and_a_pause_before_the_end_lose_nothing():
    """New pods wait for their target, old ones until nobody is sent to them."""
    totals = _updated(gates=True, sleep=True)
    assert totals["ok"] == totals["sent"] > 2000


def test_without_both_requests_are_lost():
    """502: pods end while the balancer still sends to them."""
    totals = _updated(gates=False, sleep=False)
    assert totals["502"] > 0
    assert totals["sent"] == totals["ok"] + totals["502"] + totals.get("504", 0)


def test_gates_alone_are_not_enough():
    """Old pods end before the balancer has stopped to send to them."""
    assert _updated(gates=True, sleep=False)["ok"] < _updated(gates=True, sleep=True)["ok"]


def test_each_target_group_is_an_object():
    """By the name of the group, with Service and type."""
    cluster = edge()
    found = {
        one["metadata"]["name"]: (one["spec"]["serviceRef"]["name"], one["spec"]["targetType"])
        for one in cluster.api.list("targetgroupbindings.elbv2.k8s.aws", "default")
    }
    groups = cluster.parts["elb"].groups.values()
    assert found == {g.name: (g.service.split("/")[1].split(":")[0], g.kind) for g in groups}


def test_bindings_go_with_their_balancer():
    """Those of the Ingress; the Service keeps its own."""
    cluster = edge()
    cluster.delete("ingress/shop")
    cluster.run("1s")
    left = cluster.api.list("targetgroupbindings.elbv2.k8s.aws", "default")
    assert [one["spec"]["targetType"] for one in left] == ["instance"]


def test_a_pod_is_ready_when_its_target_is_healthy():
    """Until then its condition says what it waits for."""
    cluster = edge()
    cluster.patch("namespace/default", GATE)
    cluster.scale("deployment/web", 4)
    cluster.run("4s")
    pods = cluster.api.list("pods", "default", "app=web")
    [new] = [pod for pod in pods if pod["spec"].get("readinessGates")]
    states = {one["type"]: one for one in new["status"]["conditions"]}
    assert states["Ready"]["reason"] == "ReadinessGatesNotReady"
    cluster.run("60s")
    pod = cluster.object(f"pod/{new['metadata']['name']}")
    assert {one["type"]: one["status"] for one in pod["status"]["conditions"]}["Ready"] == "True"


def test_a_pod_that_starts_slowly_becomes_a_target_too():
    """Its EndpointSlice says the same before and after its containers are ready."""
    cluster = edge()
    cluster.patch("namespace/default", GATE)
    slow = {"metadata": {"annotations": {"kubelearn.dev/start-time": "20s"}}}
    probe = {"name": "web", "readinessProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 2}}
    template = {**slow, "spec": {"containers": [probe]}}
    cluster.patch("deployment/web", {"spec": {"template": template}})
    cluster.run("60s")
    fresh = [
        pod
        for pod in cluster.api.list("pods", "default", "app=web")
        if pod["spec"].get("readinessGates")
    ]
    assert any(is_true(pod, "Ready") for pod in fresh)


def test_a_gate_is_closed_while_its_target_drains():
    """Its pod has left the Service and comes back; later it is healthy again."""
    cluster = edge()
    cluster.patch("namespace/default", GATE)
    cluster.rollout("restart", "deployment/web")
    cluster.run("90s")
    for name, pause in (("nobody", "7s"), ("web", "1s")):
        cluster.patch("service/web", {"spec": {"selector": {"app": name}}}, style="merge")
        cluster.run(pause)
    found = {one["reason"] for one in gates(cluster)}
    assert found == {"Target.DeregistrationInProgress"}
    cluster.run("60s")
    assert {one["status"] for one in gates(cluster)} == {"True"}


def gates(cluster):
    """The conditions of the pods' gates."""
    pods = cluster.api.list("pods", "default", "app=web")
    conditions = [one for pod in pods for one in pod["status"]["conditions"]]
    return [one for one in conditions if one["type"].startswith("target-health.elbv2.k8s.aws/")]
