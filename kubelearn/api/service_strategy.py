"""What an update of a Service keeps, fills in and drops, so that learners can change its type.

Source: `pkg/registry/core/service/strategy.go` (NormalizeClusterIPs, patchAllocatedValues,
dropTypeDependentFields), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.allocation import needs_address
from kubelearn.api.node_ports import needs_health_port, needs_node_ports
from kubelearn.api.objects import Object


def prepare_service_create(service: Object) -> Object:
    """The Service with `clusterIPs` made from `clusterIP`."""
    spec = service["spec"]
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        return {**service, "spec": {**spec, "clusterIPs": [spec["clusterIP"]]}}
    return service


def prepare_service_update(new: Object, old: Object) -> Object:
    """The new Service with the old one's addresses and ports where it does not say otherwise."""
    spec, before = dict(new["spec"]), old["spec"]
    if needs_address(before) and needs_address(spec):
        for name in ("clusterIP", "clusterIPs"):
            if not spec.get(name) and before.get(name):
                spec[name] = before[name]
    if needs_node_ports(before) and needs_node_ports(spec):
        spec["ports"] = _kept_ports(spec, before)
    if needs_health_port(before) and needs_health_port(spec):
        kept = spec.get("healthCheckNodePort") or before.get("healthCheckNodePort")
        spec["healthCheckNodePort"] = kept
    _normalize(spec, before)
    _drop(spec, before)
    new = {**new, "spec": spec}
    if spec.get("type") != "LoadBalancer" and "status" in new:
        new["status"] = {**new["status"], "loadBalancer": {}}
    return new


def _normalize(spec: dict[str, Any], before: Object) -> None:
    """A writer that only knows `clusterIP` means `clusterIPs` too."""
    if spec.get("clusterIP") == before.get("clusterIP"):
        if not spec.get("clusterIPs") and before.get("clusterIPs"):
            spec["clusterIPs"] = before["clusterIPs"]
    elif spec.get("clusterIPs") == before.get("clusterIPs"):
        spec.pop("clusterIPs", None)
        if spec.get("clusterIP"):
            spec["clusterIPs"] = [spec["clusterIP"]]


def _kept_ports(spec: Object, before: Object) -> list[Object]:
    """Ports keep the node port of the old port of their name, unless another one has it."""
    known = {port.get("name", ""): port.get("nodePort") for port in before.get("ports") or ()}
    used = {port.get("nodePort") for port in spec.get("ports") or ()}
    ports = []
    for port in spec.get("ports") or ():
        number = known.get(port.get("name", ""))
        if not port.get("nodePort") and number and number not in used:
            port = {**port, "nodePort": number}
        ports.append(port)
    return ports


def _drop(spec: dict[str, Any], before: Object) -> None:
    """Remove what the new type does not have, unless the writer has changed it."""
    fields: list[str] = []
    if needs_address(before) and not needs_address(spec):
        fields += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
        fields.append("internalTrafficPolicy")
    if needs_health_port(before) and not needs_health_port(spec):
        fields.append("healthCheckNodePort")
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        fields += ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
    external = ("NodePort", "LoadBalancer")
    if before.get("type") in external and spec.get("type") not in external:
        fields.append("externalTrafficPolicy")
    for field in fields:
        if spec.get(field) == before.get(field):
            spec.pop(field, None)
    if needs_node_ports(before) and not needs_node_ports(spec):
        _drop_node_ports(spec, before)


def _drop_node_ports(spec: dict[str, Any], before: Object) -> None:
    ports = spec.get("ports") or []
    numbers = [port.get("nodePort") for port in ports]
    if numbers == [port.get("nodePort") for port in before.get("ports") or ()]:
        spec["ports"] = [
            {name: value for name, value in port.items() if name != "nodePort"} for port in ports
        ]
