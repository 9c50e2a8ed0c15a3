"""A cluster that tests share: the AWS Load Balancer Controller, an NLB, an ALB, three web pods."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {kubelearn.dev/service-time: fixed 10ms}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule,
           labelSelector: {matchLabels: {app: web}}}
      containers: [{name: web, image: example.com/web, ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/actions.tea: >-
      {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "418"}}
    alb.ingress.kubernetes.io/actions.away: >-
      {"type": "redirect", "redirectConfig": {"host": "example.org", "statusCode": "HTTP_301"}}
spec:
  ingressClassName: alb
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /empty, pathType: Prefix, backend: {service: {name: empty, port: {number: 80}}}}
          - path: /tea
            pathType: Exact
            backend: {service: {name: tea, port: {name: use-annotation}}}
          - path: /away
            pathType: Prefix
            backend: {service: {name: away, port: {name: use-annotation}}}
"""


def balanced(name: str, annotations: str = "") -> str:
    """A Service of type LoadBalancer for the web pods."""
    return (
        "apiVersion: v1\nkind: Service\n"
        f"metadata: {{name: {name}, annotations: {{{annotations}}}}}\n"
        "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}"
    )


PUBLIC = "service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing"


@cache
def _edge() -> Cluster:
    cluster = Cluster(nodes=3, zones=3, seed=5)
    cluster.install("aws-load-balancer-controller")
    cluster.run("30s")
    cluster.apply(WEB)
    return cluster.run("240s")


def edge() -> Cluster:
    """NLB for Service web (instances), ALB for Ingress shop (addresses), all healthy."""
    return _edge().fork()


def name_of(cluster: Cluster, reference: str = "service/web") -> str:
    """The DNS name in the status of an object."""
    return str(cluster.object(reference)["status"]["loadBalancer"]["ingress"][0]["hostname"])


def states(cluster: Cluster, service: str = "default/web:80", kind: str = "instance") -> list[str]:
    """The states of the targets of a Service's group, by name."""
    elb = cluster.parts["elb"]
    [group] = [g for g in elb.groups.values() if (g.service, g.kind) == (service, kind)]
    return [elb.healths[group.name, target.name].state for target in group.targets]


def annotate(cluster: Cluster, **said: str) -> Cluster:
    """Annotations of the controller on Ingress shop (`_` for `-`), and 10 s for their effect."""
    names = {f"alb.ingress.kubernetes.io/{name.replace('_', '-')}": said[name] for name in said}
    cluster.patch("ingress/shop", {"metadata": {"annotations": names}})
    return cluster.run("10s")


def attributes(cluster: Cluster, said: str) -> Cluster:
    """Attributes of the target groups of Ingress shop."""
    return annotate(cluster, target_group_attributes=said)


FAILURES = ("FailedBuildModel", "FailedDeployModel")


def refusals(cluster: Cluster) -> list[str]:
    """What the controller could not build, in its words."""
    events = cluster.api.list("events")
    return [one["message"] for one in events if one["reason"] in FAILURES]
