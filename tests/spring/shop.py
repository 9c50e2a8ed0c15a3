"""A shop behind a Spring Cloud Gateway, with or without Eureka, for tests."""

from __future__ import annotations

from functools import cache
from textwrap import indent

from kubelearn.cluster import Cluster
from kubelearn.traffic.call import Call

SECRET = "a secret of at least thirty-two bytes"
ZONE = "http://eureka:8761/eureka"
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{kubelearn.dev/fails: "{fails}"}}}}
    spec:
      nodeSelector: {{{pin}}}
      containers:
      - name: c
        image: {image}
        ports: [{{containerPort: {port}}}]
        env: [{env}]
        volumeMounts: [{mounts}]
      volumes: [{volumes}]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: {service}, targetPort: {port}}}]}}
"""
CLIENT = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  nodeSelector: {kubernetes.io/hostname: worker-1}
  containers: [{name: c, image: example.com/c, ports: [{containerPort: 7}]}]
"""
CONFIGURED = {
    "mounts": "{name: config, mountPath: /app/config}",
    "volumes": "{name: config, configMap: {name: gateway}}",
}
FIRST = "kubernetes.io/hostname: worker-1"
ROUTES = """
spring.application.name: gateway
spring.cloud.gateway.server.webflux:
  routes:
  - id: orders
    uri: http://orders
    predicates: [Path=/orders/**]
"""


def variables(**named: str) -> str:
    """The entries of `env`."""
    return ", ".join(f'{{name: {name}, value: "{value}"}}' for name, value in named.items())


def workload(name: str, image: str = "example.com/shop", **more: object) -> str:
    """A Deployment and its Service."""
    given = {"replicas": 1, "fails": "0%", "port": 8080, "service": 80, "env": "", "mounts": "",
             "volumes": "", "pin": "", **more}  # fmt: skip
    return DEPLOYMENT.format(name=name, image=image, **given)


def configured(text: str) -> str:
    """The ConfigMap with a gateway's application.yaml."""
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gateway}\ndata:\n"
    return f"{head}  application.yaml: |\n{indent(text.strip(), '    ')}\n"


def gateway(text: str = ROUTES, **more: object) -> str:
    """A gateway with its application.yaml."""
    image = "registry.example.com/shop/spring-cloud-gateway:5.0"
    made = workload(
        "gateway", image, pin=FIRST, **CONFIGURED, env=variables(JWT_SECRET=SECRET), **more
    )
    return f"{configured(text)}---\n{made}"


def registered(name: str, **more: object) -> str:
    """A program with a Eureka client."""
    named = {"SPRING_APPLICATION_NAME": name, "EUREKA_CLIENT_SERVICEURL_DEFAULTZONE": ZONE,
             "EUREKA_INSTANCE_PREFERIPADDRESS": "true"}  # fmt: skip
    return workload(name, env=variables(**named), **more)


def eureka(**named: str) -> str:
    """A Eureka server, with variables."""
    image = "registry.example.com/shop/eureka-server:5.0"
    return workload("eureka", image, pin=FIRST, port=8761, service=8761, env=variables(**named))


@cache
def _shop(*texts: str, nodes: int = 2) -> Cluster:
    cluster = Cluster(nodes=nodes, zones=1, seed=3)
    for text in (CLIENT, *texts):
        cluster.apply(text)
    return cluster.run("30s")


def shop(text: str = ROUTES, **more: object) -> Cluster:
    """Orders and a gateway with an application.yaml, ready."""
    return _shop(workload("orders", **more), gateway(text)).fork()


def with_eureka(routes: str = "lb://orders", nodes: int = 5, **named: str) -> Cluster:
    """Three pods of orders and a gateway that find each other by Eureka."""
    text = ROUTES.replace("http://orders", routes) + (
        f"eureka.client.service-url.defaultZone: {ZONE}\n"
        "spring.cloud.gateway.server.webflux.httpclient.connect-timeout: 500\n"
    )
    texts = eureka(**named), registered("orders", replicas=3), gateway(text)
    return _shop(*texts, nodes=nodes).fork().run("150s")


def ask(cluster: Cluster, path: str = "/orders/7", **more: object) -> Call:
    """A request from the client's pod to the gateway."""
    return cluster.request(f"http://gateway{path}", client="pod/client", **more)


def decisions(call: Call) -> list[str]:
    """What the gateway has decided."""
    return [step.decision for step in call.trace if step.hop == "gateway"]
