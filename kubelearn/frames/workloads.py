"""What learners ask for and what there is of it: Deployments and their like, and Services."""

from __future__ import annotations

from kubelearn.api.objects import Object, controller_of, get_path
from kubelearn.frames.source import Reader, Row

WORKLOADS: dict[str, tuple[str, tuple[str, ...]]] = {
    "deployments.apps": ("Deployment", ("spec", "replicas")),
    "statefulsets.apps": ("StatefulSet", ("spec", "replicas")),
    "daemonsets.apps": ("DaemonSet", ("status", "desiredNumberScheduled")),
    "replicasets.apps": ("ReplicaSet", ("spec", "replicas")),
}
"""Resource -> its kind and where the wanted number stands; owned ones are left out."""
READY = {"DaemonSet": "numberReady"}
SERVICE_LABEL = "kubernetes.io/service-name"


def workload_rows(api: Reader) -> list[Row]:
    """One row a workload that nothing owns: how many pods it wants and how many are ready."""
    return [
        _workload_row(kind, wanted, obj)
        for resource, (kind, wanted) in WORKLOADS.items()
        for obj in api.list(resource)
        if controller_of(obj) is None
    ]


def _workload_row(kind: str, wanted: tuple[str, ...], obj: Object) -> Row:
    name, namespace = obj["metadata"]["name"], obj["metadata"]["namespace"]
    desired = get_path(obj, *wanted, default=1 if wanted[0] == "spec" else 0)
    ready = get_path(obj, "status", READY.get(kind, "readyReplicas"), default=0)
    return {
        "key": f"{kind.lower()}/{namespace}/{name}",
        "kind": kind,
        "name": name,
        "namespace": namespace,
        "desired": desired,
        "ready": ready,
    }


def service_rows(api: Reader) -> list[Row]:
    """One row a Service: its address, its ports, and the pods that are ready to answer."""
    endpoints = _endpoints(api)
    return [_service_row(service, endpoints) for service in api.list("services")]


def _service_row(service: Object, endpoints: dict[tuple[str, str], dict[str, bool]]) -> Row:
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    backends = endpoints.get((namespace, name), {})
    return {
        "key": f"service/{namespace}/{name}",
        "name": name,
        "namespace": namespace,
        "type": get_path(service, "spec", "type", default="ClusterIP"),
        "clusterIP": get_path(service, "spec", "clusterIP", default="None"),
        "ports": [_port_text(port) for port in get_path(service, "spec", "ports", default=[])],
        "ready": sum(backends.values()),
        "endpoints": len(backends),
        "pods": sorted(key for key in backends if key.startswith("pod/")),
    }


def _port_text(port: Object) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def _endpoints(api: Reader) -> dict[tuple[str, str], dict[str, bool]]:
    """Service -> its backends (a pod's key, or an address) and whether each is ready."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for piece in api.list("endpointslices.discovery.k8s.io"):
        metadata = piece["metadata"]
        service = (metadata["namespace"], (metadata.get("labels") or {}).get(SERVICE_LABEL, ""))
        backends = found.setdefault(service, {})
        for endpoint in piece.get("endpoints") or ():
            # No condition means ready (`discovery/v1` EndpointConditions).
            ready = get_path(endpoint, "conditions", "ready", default=True)
            backends[_backend(endpoint, metadata["namespace"])] = bool(ready)
    return found


def _backend(endpoint: Object, namespace: str) -> str:
    target = endpoint.get("targetRef") or {}
    if target.get("kind") == "Pod":
        return f"pod/{target.get('namespace', namespace)}/{target['name']}"
    return str(endpoint["addresses"][0])
