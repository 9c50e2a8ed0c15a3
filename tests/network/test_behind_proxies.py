"""A proxy at the edge behind a load balancer: who gives up first, and what becomes of the rest."""

from kubelearn.sim.clock import SECOND
from tests.cloud.aws.nginx import CONTROLLER, HOST, ask, behind, work

SPACE = "ingress-nginx"
DELAY = "deregistration_delay.timeout_seconds=10"
TERMINATES = "deregistration_delay.connection_termination.enabled=true"
ALB = f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: before
  namespace: {SPACE}
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/success-codes: "404"
    alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=5
    alb.ingress.kubernetes.io/target-group-attributes: {DELAY}
spec:
  ingressClassName: alb
  rules:
    - host: {HOST}
      http: {{paths: [{{path: /, pathType: Prefix,
        backend: {{service: {{name: ingress-nginx-controller, port: {{number: 80}}}}}}}}]}}
"""


def sent(cluster, door):
    """The number of a request that is on its way for a second."""
    url = (
        f"http://{cluster.object(door, SPACE)['status']['loadBalancer']['ingress'][0]['hostname']}/"
    )
    number = cluster.parts["requests"].send(
        url, client="internet", timeout=100 * SECOND, headers={"Host": HOST}
    )
    cluster.run("1s")
    return number


def ended(cluster, number):
    """How a request has ended, after how many seconds, and what was seen of it."""
    call = cluster.parts["requests"].take(number)
    return (call.status, call.error, round(call.latency)), str(call)


def deregister(cluster):
    """All pods of the proxy leave their Service, but live on."""
    selector = {"spec": {"selector": {"app": "nobody"}}}
    cluster.patch(CONTROLLER, selector, namespace=SPACE, style="merge")
    return cluster.run("40s")


def test_a_flow_through_a_proxy_is_reset():
    """The client hears of it when the proxy is drained; the proxy has lost its client."""
    cluster = ask(
        work(behind(), "fixed 30s"), **{"target-group-attributes": f"{DELAY},{TERMINATES}"}
    )
    number = sent(cluster, CONTROLLER)
    outcome, told = ended(deregister(cluster), number)
    assert outcome == (0, "connection reset by peer", 16)
    assert "the client gave up first (499)" in told


def test_a_flow_through_a_proxy_may_also_be_kept():
    """As by default."""
    cluster = ask(work(behind(), "fixed 30s"), **{"target-group-attributes": DELAY})
    number = sent(cluster, CONTROLLER)
    assert ended(deregister(cluster), number)[0] == (200, "", 30)


def before_it(pause):
    """An ALB before the proxy that waits for 5 s."""
    cluster = work(behind(), pause)
    cluster.apply(ALB)
    return cluster.run("240s")


def test_a_request_through_a_proxy_ends_with_502():
    """The ALB has waited for as long as it may."""
    cluster = before_it("fixed 4900ms")
    patience = {
        "alb.ingress.kubernetes.io/load-balancer-attributes": "idle_timeout.timeout_seconds=60"
    }
    cluster.patch("ingress/before", {"metadata": {"annotations": patience}}, namespace=SPACE)
    number = sent(work(cluster, "fixed 30s"), "ingress/before")
    outcome, told = ended(deregister(cluster), number)
    assert outcome == (502, "", 16)
    assert "the client gave up first (499)" in told


def test_a_balancer_gives_up_before_its_proxy():
    """It answers 504 at its idle timeout, and the proxy notes that its client has gone."""
    cluster = before_it("fixed 8s")
    number = sent(cluster, "ingress/before")
    outcome, told = ended(cluster.run("20s"), number)
    assert outcome == (504, "", 5)
    assert "the client gave up first (499)" in told


def test_an_answer_in_time_passes():
    """A tenth of a second before."""
    cluster = before_it("fixed 4900ms")
    number = sent(cluster, "ingress/before")
    assert ended(cluster.run("20s"), number)[0] == (200, "", 5)
