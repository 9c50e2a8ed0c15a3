"""What an update of a Service keeps, fills in and drops, so that learners can change its type.

Source: `pkg/registry/core/service/strategy.go` (NormalizeClusterIPs, patchAllocatedValues,
dropTypeDependentFields), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.allocation import needs_address, needs_health_port, needs_node_ports
from kubelearn.api.objects import Object


def prepare_service_create(service: Object) -> Object:
    """The Service with `clusterIPs` made from `clusterIP`."""
    spec = service["spec"]
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        return {**service, "spec": {**spec, "clusterIPs": [spec["clusterIP"]]}}
    return service


def prepare_service_update(new: Object, old: Object) -> Object:
    """The new Service with the old one's addresses and ports where it does not say otherwise."""
    spec = dict(new["spec"])
    _normalize(spec, old["spec"])
    new = {**new, "spec": spec}
    if needs_address(old) and needs_address(new):
        _keep_addresses(spec, old["spec"])
    if needs_node_ports(old) and needs_node_ports(new):
        spec["ports"] = _kept_ports(spec, old["spec"])
    if needs_health_port(old) and needs_health_port(new) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = old["spec"].get("healthCheckNodePort")
    _drop(new, old, spec)
    return new


def _normalize(spec: dict[str, Any], old: Object) -> None:
    """A writer that only knows `clusterIP` means `clusterIPs` too."""
    same_list = spec.get("clusterIPs") == old.get("clusterIPs")
    if spec.get("clusterIP") == old.get("clusterIP"):
        return
    if not spec.get("clusterIP"):
        if same_list:
            spec.pop("clusterIPs", None)
    elif same_list or not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]


def _keep_addresses(spec: dict[str, Any], old: Object) -> None:
    if not spec.get("clusterIP"):
        spec["clusterIP"] = old.get("clusterIP")
    if not spec.get("clusterIPs") and spec["clusterIP"] == old.get("clusterIP"):
        spec["clusterIPs"] = old.get("clusterIPs")


def _kept_ports(spec: Object, old: Object) -> list[Object]:
    """Ports keep the node port of the old port with the same number and protocol."""
    known = {(port["port"], port.get("protocol")): port.get("nodePort") for port in old["ports"]}
    used = {port.get("nodePort") for port in spec.get("ports") or ()}
    ports = []
    for port in spec.get("ports") or ():
        number = known.get((port["port"], port.get("protocol")))
        if not port.get("nodePort") and number and number not in used:
            port = {**port, "nodePort": number}
        ports.append(port)
    return ports


def _drop(new: Object, old: Object, spec: dict[str, Any]) -> None:
    """Remove what the new type does not have, unless the writer has changed it."""
    before = old["spec"]
    fields: list[str] = []
    if needs_address(old) and not needs_address(new):
        fields += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
        fields.append("internalTrafficPolicy")
    if needs_health_port(old) and not needs_health_port(new):
        fields.append("healthCheckNodePort")
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        fields += ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
    external = ("NodePort", "LoadBalancer")
    if before.get("type") in external and spec.get("type") not in external:
        fields.append("externalTrafficPolicy")
    for field in fields:
        if spec.get(field) == before.get(field):
            spec.pop(field, None)
    if needs_node_ports(old) and not needs_node_ports(new):
        _drop_node_ports(spec, before)


def _drop_node_ports(spec: dict[str, Any], before: Object) -> None:
    ports = spec.get("ports") or []
    numbers = [port.get("nodePort") for port in ports]
    if numbers == [port.get("nodePort") for port in before.get("ports") or ()]:
        spec["ports"] = [
            {name: value for name, value in port.items() if name != "nodePort"} for port in ports
        ]
