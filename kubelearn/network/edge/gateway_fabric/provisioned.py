"""What a Gateway gets: a Deployment of nginx and a Service, named GATEWAY-CLASS, beside it.

Source: nginx-gateway-fabric 2.2 `internal/controller/provisioner/objects.go`.

Unlike the real one: no ConfigMaps, Secrets and ServiceAccount of its own, no NginxProxy.
"""

from __future__ import annotations

from kubelearn.api.objects import Object, key_of, owner_reference
from kubelearn.network.edge.gateway_fabric.reading import GATEWAY_LABEL

IMAGE = "ghcr.io/nginx/nginx-gateway-fabric/nginx:2.2.1"
READY_PORT = 8081


def name_of(gateway: Object) -> str:
    """The name of its Deployment and Service."""
    return f"{gateway['metadata']['name']}-{gateway['spec']['gatewayClassName']}"


def labels_for(gateway: Object) -> dict[str, str]:
    """What its pods bear."""
    return {
        "app.kubernetes.io/instance": "nginx-gateway",
        "app.kubernetes.io/managed-by": "nginx-gateway-nginx",
        "app.kubernetes.io/name": name_of(gateway),
        GATEWAY_LABEL: gateway["metadata"]["name"],
    }


def _metadata(gateway: Object) -> Object:
    return {"name": name_of(gateway), "namespace": key_of(gateway)[0],
            "labels": labels_for(gateway),
            "ownerReferences": [owner_reference(gateway)]}  # fmt: skip


def deployment(gateway: Object, ports: list[int]) -> Object:
    """The nginx of a Gateway."""
    opened = [{"name": f"port-{port}", "containerPort": port} for port in ports]
    container = {
        "name": "nginx", "image": IMAGE,
        "ports": [*opened, {"name": "metrics", "containerPort": 9113}],
        "readinessProbe": {
            "httpGet": {"path": "/readyz", "port": READY_PORT}, "initialDelaySeconds": 3,
        },
    }  # fmt: skip
    listens = ",".join(map(str, [*ports, READY_PORT, 9113]))
    labels = labels_for(gateway)
    template = {
        "metadata": {"labels": labels, "annotations": {"kubelearn.dev/listens": listens}},
        "spec": {"containers": [container]},
    }
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": _metadata(gateway),
            "spec": spec}  # fmt: skip


def service(gateway: Object, ports: list[int]) -> Object:
    """The Service of a Gateway."""
    opened = [{"name": f"port-{port}", "port": port, "targetPort": port} for port in ports]
    spec = {"type": "LoadBalancer", "externalTrafficPolicy": "Local",
            "selector": labels_for(gateway), "ports": opened}  # fmt: skip
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(gateway), "spec": spec}
