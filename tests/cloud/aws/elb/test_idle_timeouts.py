"""Targets that are slower than the balancer before them is patient."""

import pytest

from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import annotate, edge, name_of

IDLE = "service.beta.kubernetes.io/aws-load-balancer-listener-attributes.TCP-80"
SHOP = "http://shop.example.com/"
ASKING = """
apiVersion: v1
kind: Pod
metadata:
  name: asking
  labels: {app: asking}
  annotations: {kubelearn.dev/calls: "http://web.default/"}
spec: {containers: [{name: asking, image: example.com/asking, ports: [{containerPort: 80}]}]}
"""


def slow(pause):
    """Pods that work so long; the ALB waits 5 s, the NLB 60 s."""
    cluster = annotate(edge(), load_balancer_attributes="idle_timeout.timeout_seconds=5")
    said = {"metadata": {"annotations": {"kubelearn.dev/service-time": f"fixed {pause}"}}}
    cluster.patch("deployment/web", {"spec": {"template": said}})
    said = {"metadata": {"annotations": {IDLE: "tcp.idle_timeout.seconds=60"}}}
    cluster.patch("service/web", said)
    return cluster.run("90s")


def outcome(cluster, url, patience=100):
    """How a request ends, and after how many seconds."""
    call = cluster.ask(url, client="internet", timeout=patience * SECOND)
    return call.status, call.error, round(call.latency)


@pytest.mark.parametrize(("pause", "expected"), [("4900ms", (200, "", 5)), ("8s", (504, "", 5))])
def test_an_application_load_balancer_answers_504(pause, expected):
    """At its idle timeout."""
    assert outcome(slow(pause), SHOP) == expected


def test_a_client_that_is_less_patient_hears_nothing():
    """It has gone before."""
    late = (0, "timed out waiting for the answer", 3)
    assert outcome(slow("8s"), SHOP, 3) == late


def test_a_target_that_waits_for_others_is_as_slow():
    """The program behind the balancer asks a slow one."""
    cluster = slow("8s")
    cluster.apply(ASKING)
    cluster.run("30s")
    cluster.kubectl("expose pod asking --port 80")
    path = {"path": "/ask", "pathType": "Prefix",
            "backend": {"service": {"name": "asking", "port": {"number": 80}}}}  # fmt: skip
    rules = [{"host": "shop.example.com", "http": {"paths": [path]}}]
    cluster.patch("ingress/shop", {"spec": {"rules": rules}}, style="merge")
    cluster.run("60s")
    assert outcome(cluster, f"{SHOP}ask") == (504, "", 5)


@pytest.mark.parametrize(
    ("pause", "expected"),
    [("50s", (200, "", 50)), ("70s", (0, "timed out waiting for the answer", 100))],
)
def test_a_network_load_balancer_forgets_the_flow(pause, expected):
    """The answer is reset, and the client waits in vain."""
    cluster = slow(pause)
    assert outcome(cluster, f"http://{name_of(cluster)}/") == expected


def loaded(door, pause, engine):
    """How each request of a load ends whose clients are more patient than the balancer."""
    cluster = slow(pause)
    url = SHOP if door == "ALB" else f"http://{name_of(cluster)}/"
    load = cluster.load(url, rate=1, duration="10s", client="internet", timeout="300s",
                        engine=engine)  # fmt: skip
    cluster.run("400s")
    return load.requests()


@pytest.mark.parametrize(("door", "pause"), [("ALB", "4s"), ("NLB", "40s")])
def test_a_load_ends_in_bulk_as_one_by_one(door, pause):
    """Some requests wait in the queue of a pod, too."""
    found = loaded(door, pause, "auto")
    assert found == loaded(door, pause, "stepped")
    assert len({how for *_, how in found}) > 1
