"""A cluster that tests share: ingress-nginx behind an NLB by addresses, before three web pods."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster
from tests.cloud.aws.edge import edge

CONTROLLER = "service/ingress-nginx-controller"
LB = "service.beta.kubernetes.io/aws-load-balancer-"
HOST = "nginx.example.com"
INGRESS = f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: behind}}
spec:
  ingressClassName: nginx
  rules:
    - host: {HOST}
      http: {{paths: [{{path: /, pathType: Prefix,
        backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""


@cache
def _behind() -> Cluster:
    cluster = edge()
    cluster.install("ingress-nginx")
    cluster.run("20s")
    ask(cluster, **{"scheme": "internet-facing", "nlb-target-type": "ip",
                    "attributes": "load_balancing.cross_zone.enabled=true"})  # fmt: skip
    cluster.apply(INGRESS)
    return cluster.run("240s")


def behind() -> Cluster:
    """A host of ingress-nginx that the internet reaches by an NLB, healthy."""
    return _behind().fork()


def ask(cluster: Cluster, **said: str) -> Cluster:
    """Annotations of the NLB's Service, and a minute for their effect."""
    named = {f"{LB}{name}": value for name, value in said.items()}
    cluster.patch(CONTROLLER, {"metadata": {"annotations": named}}, namespace="ingress-nginx")
    return cluster.run("60s")


def expect_header(cluster: Cluster, said: str = "true") -> Cluster:
    """What the controller's ConfigMap says of the PROXY protocol."""
    data = {"data": {"use-proxy-protocol": said}}
    cluster.patch("configmap/ingress-nginx-controller", data, namespace="ingress-nginx")
    return cluster


def work(cluster: Cluster, pause: str) -> Cluster:
    """Let the web pods work so long for a request."""
    said = {"metadata": {"annotations": {"kubelearn.dev/service-time": pause}}}
    cluster.patch("deployment/web", {"spec": {"template": said}})
    return cluster.run("60s")
