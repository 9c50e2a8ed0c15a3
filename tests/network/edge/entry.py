"""Clusters with an edge that tests share: ingress-nginx or a Gateway before two small shops."""

from __future__ import annotations

from functools import cache

from kubelearn.cluster import Cluster
from kubelearn.network.tls.certificates import Authority
from kubelearn.traffic.call import Call

APP = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{kubelearn.dev/service-time: fixed 10ms}}}}
    spec: {{containers: [{{name: c, image: example.com/c, ports: [{{containerPort: 8080}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 8080}}]}}
"""
CLIENT = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: example.com/c, ports: [{containerPort: 7}]}]}
"""
AUTHORITY = Authority("Shop CA")
NGINX = "ingress-nginx-controller.ingress-nginx"
PREFIX = "nginx.ingress.kubernetes.io/"


@cache
def _edge(addon: str) -> Cluster:
    cluster = Cluster(nodes=2, zones=1, seed=3)
    cluster.install(addon)
    for text in (APP.format(name="shop"), APP.format(name="cart"), CLIENT):
        cluster.apply(text)
    return cluster.run("60s")


def edge(addon: str) -> Cluster:
    """Services shop and cart with two pods each, a client, and an add-on that is ready."""
    return _edge(addon).fork()


def path(service: str, path: str = "/", kind: str = "Prefix") -> dict:
    """A path of an Ingress."""
    backend = {"service": {"name": service, "port": {"number": 80}}}
    return {"path": path, "pathType": kind, "backend": backend}


def ingress(cluster: Cluster, name: str, *paths: dict, tls: str = "", **said: str) -> None:
    """An Ingress for shop.example.com with annotations by their short names."""
    spec = {"ingressClassName": "nginx",
            "rules": [{"host": "shop.example.com", "http": {"paths": list(paths)}}]}  # fmt: skip
    if tls:
        spec["tls"] = [{"hosts": ["shop.example.com"], "secretName": tls}]
    notes = {PREFIX + key.replace("_", "-"): value for key, value in said.items()}
    cluster.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                   "metadata": {"name": name, "annotations": notes}, "spec": spec})  # fmt: skip


def ask(
    cluster: Cluster, url: str, service: str = NGINX, host: str = "shop.example.com", **more: object
) -> Call:
    """A request from the client pod to the proxy's Service for a host."""
    headers = {"Host": host, **more.pop("headers", {})}  # type: ignore[dict-item]
    scheme, _, rest = url.partition("://")
    place = f"{scheme}://{service}/{rest}"
    return cluster.request(place, client="pod/client", headers=headers, **more)


def served_by(call: Call) -> str:
    """The Service whose pod has answered; "" when none has."""
    return call.body.partition("-")[0] if call.ok and "-" in call.body else ""
