"""The targets of a target group: nodes with a NodePort, or the addresses of ready pods.

Source: aws-load-balancer-controller 3.5 `pkg/targetgroupbinding/resource_manager.go`,
`pkg/backend/endpoint_resolver.go`, `pkg/k8s/node_utils.go`.

Unlike the real one: the zone of an address is that of its pod's node, not of its subnet.
"""

from __future__ import annotations

from kubelearn.api.admission.readiness_gates import CONDITION
from kubelearn.api.objects import (
    Object,
    condition,
    get_path,
    is_terminating,
    is_true,
    labels_of,
)
from kubelearn.api.server import APIServer
from kubelearn.cloud.aws.elb.model import Target

ZONE = "topology.kubernetes.io/zone"
SLICES = "endpointslices.discovery.k8s.io"
EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
LEAVING = ("ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted")


def instances(api: APIServer, node_port: int) -> tuple[Target, ...]:
    """The Ready nodes; when none is Ready, those of unknown state."""
    nodes = [node for node in api.list("nodes") if _is_candidate(node)]
    for state in ("True", "Unknown"):
        found = [n for n in nodes if (condition(n, "Ready") or {}).get("status") == state]
        if found:
            return tuple(_instance(node, node_port) for node in found)
    return ()


def _is_candidate(node: Object) -> bool:
    taints = [taint["key"] for taint in node["spec"].get("taints") or ()]
    return EXCLUDED not in labels_of(node) and not any(key in LEAVING for key in taints)


def _instance(node: Object, port: int) -> Target:
    addresses = get_path(node, "status", "addresses", default=())
    internal = next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")
    zone = labels_of(node).get(ZONE, "")
    return Target(node["metadata"]["name"], internal, port, zone)


def addresses(api: APIServer, namespace: str, service: str, port_name: str) -> tuple[Target, ...]:
    """The ready pods behind a port of a Service."""
    found: dict[str, Target] = {}
    for one in api.store.select(SLICES, "service", f"{namespace}/{service}"):
        numbers = [p["port"] for p in one.get("ports") or () if (p.get("name") or "") == port_name]
        for endpoint in one.get("endpoints") or () if numbers else ():
            if get_path(endpoint, "conditions", "ready") is not False or _waits(api, endpoint):
                address = endpoint["addresses"][0]
                zone = _zone_of(api, endpoint)
                found[address] = Target(f"{address}:{numbers[0]}", address, numbers[0], zone)
    return tuple(found[address] for address in sorted(found))


def are_starting(api: APIServer, namespace: str, service: str) -> bool:
    """Whether a pod with a gate will be a target as soon as its containers are ready.

    No EndpointSlice tells when: such a pod is not Ready before and after.
    """
    pods = [
        _pod_of(api, endpoint)
        for one in api.store.select(SLICES, "service", f"{namespace}/{service}")
        for endpoint in one.get("endpoints") or ()
    ]
    return any(_is_gated(pod) and not is_true(pod, "ContainersReady") for pod in pods if pod)


def _waits(api: APIServer, endpoint: Object) -> bool:
    """Whether only a gate of a load balancer keeps a pod from being ready."""
    pod = _pod_of(api, endpoint)
    return pod is not None and _is_gated(pod) and is_true(pod, "ContainersReady")


def _pod_of(api: APIServer, endpoint: Object) -> Object | None:
    ref = endpoint.get("targetRef") or {}
    return api.find("pods", ref.get("namespace"), ref.get("name", ""))


def _is_gated(pod: Object) -> bool:
    """Whether a pod that is not ending has a gate of a load balancer."""
    gates = pod["spec"].get("readinessGates") or ()
    named = any(one["conditionType"].startswith(CONDITION) for one in gates)
    return named and not is_terminating(pod)


def _zone_of(api: APIServer, endpoint: Object) -> str:
    node = api.find("nodes", None, endpoint.get("nodeName", ""))
    return endpoint.get("zone") or labels_of(node or {"metadata": {}}).get(ZONE, "")


def zones_of_nodes(api: APIServer) -> list[str]:
    """The zones in which the cluster has subnets: those of its nodes."""
    found = {labels_of(node).get(ZONE, "") for node in api.list("nodes")}
    return sorted(found - {""})
