"""What a fresh kube-apiserver creates by itself, before any controller runs.

Source: `pkg/controlplane/controller/{systemnamespaces,kubernetesservice}`,
`pkg/registry/scheduling/rest/storage_scheduling.go`, Kubernetes 1.36.

Unlike the real one: the bootstrap roles, flow schemas and API services are absent; they come with
the parts that read them.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer

NAMESPACES: Final = ("kube-system", "kube-public", "kube-node-lease", "default")
KUBERNETES: Final = "10.96.0.1"
"""The address of the Service `kubernetes`: the first of the service range."""
API_ADDRESS: Final = "192.168.0.10"
API_PORT: Final = 6443

PRIORITY_CLASSES: Final = {
    "system-node-critical": (
        2000001000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    "system-cluster-critical": (
        2000000000,
        (
            "Used for system critical pods that must run in the cluster, but can be moved to "
            "another node if necessary."
        ),
    ),
}


def bootstrap(api: APIServer, address: str = API_ADDRESS) -> None:
    """Create the system namespaces, priority classes and the Service `kubernetes`.

    `address` is where the API server itself listens.
    """
    for name in NAMESPACES:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for name, (value, description) in PRIORITY_CLASSES.items():
        api.create(
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": name},
                "value": value,
                "description": description,
            }
        )
    api.create(_service())
    api.create(_slice(address))


def _service() -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "clusterIP": KUBERNETES,
            "ports": [
                {"name": "https", "protocol": "TCP", "port": 443, "targetPort": API_PORT},
            ],
        },
    }


def _slice(address: str) -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "protocol": "TCP", "port": API_PORT}],
    }
