"""Addresses and ports that the API server gives to Services.

Source: `pkg/registry/core/service/storage/alloc.go`, `ipallocator`, `portallocator`, Kubernetes
1.36: dynamic addresses come from above an offset of min(max(16, size/16), 256), dynamic node ports
from above min(max(16, size/32), 128), so that the lower band stays free for numbers asked for.

Unlike the real one: the lower band is not used when the upper one is full.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from kubelearn.api.errors import APIError, Invalid
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.validation.field import invalid

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

SERVICE_RANGE: Final = ipaddress.ip_network("10.96.0.0/16")
NODE_PORTS: Final = range(30000, 32768)
BAND: Final = 256
PORT_BAND: Final = 86
TAKEN: Final = "provided IP is already allocated"
PORT_TAKEN: Final = "provided port is already allocated"


def needs_address(service: Object) -> bool:
    """Whether a Service of this type has a cluster address (or "None")."""
    return bool(service["spec"].get("type") != "ExternalName")


def needs_node_ports(service: Object) -> bool:
    """Whether each port of the Service gets a port on every node."""
    spec = service["spec"]
    if spec.get("type") == "NodePort":
        return True
    if spec.get("type") != "LoadBalancer":
        return False
    return bool(spec.get("allocateLoadBalancerNodePorts", True))


def needs_health_port(service: Object) -> bool:
    """Whether a load balancer asks each node if it has endpoints."""
    spec = service["spec"]
    local = spec.get("externalTrafficPolicy") == "Local"
    return bool(local and spec.get("type") == "LoadBalancer")


class Allocator:
    """Which Service addresses and node ports are taken, and by whom."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._ports: dict[int, str] = {}

    def fork(self) -> Allocator:
        """A copy."""
        twin = Allocator()
        twin._addresses = self._addresses.copy()
        twin._ports = self._ports.copy()
        return twin

    def allocate(
        self,
        api: APIServer,
        kind: Kind,
        obj: Object,
        *,
        dry_run: bool = False,
    ) -> Object:
        """The object with the addresses and ports that it needs; others come back unchanged.

        Nothing is taken yet (see `take`); a dry run also checks nothing. Raises Invalid for what is
        taken by others or out of range.
        """
        if kind.resource != "services":
            return obj
        spec = _Choice(self, api, obj, check=not dry_run).spec()
        return obj if spec == obj["spec"] else {**obj, "spec": spec}

    def take(self, resource: str, obj: Object, old: Object | None) -> None:
        """Give a Service that is stored what it holds, and take back what `old` held."""
        if resource != "services":
            return
        if old is not None:
            self.release(resource, old)
        spec, owner = obj["spec"], _owner(obj)
        for address in spec.get("clusterIPs") or ():
            if address != "None":
                self._addresses[address] = owner
        for port in spec.get("ports") or ():
            if port.get("nodePort"):
                self._ports[port["nodePort"]] = owner
        if spec.get("healthCheckNodePort"):
            self._ports[spec["healthCheckNodePort"]] = owner

    def release(self, resource: str, obj: Object) -> None:
        """Give back what a deleted Service held."""
        if resource != "services":
            return
        spec = obj["spec"]
        for address in spec.get("clusterIPs") or ():
            self._addresses.pop(address, None)
        for port in spec.get("ports") or ():
            self._ports.pop(port.get("nodePort", 0), None)
        self._ports.pop(spec.get("healthCheckNodePort", 0), None)

    def address_owner(self, address: str) -> str | None:
        """Which Service ("namespace/name") holds an address."""
        return self._addresses.get(address)

    def port_owner(self, port: int) -> str | None:
        """Which Service holds a node port."""
        return self._ports.get(port)


def _owner(obj: Object) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata'].get('name', '')}"


class _Choice:
    """What one Service gets, chosen without taking it yet."""

    def __init__(self, allocator: Allocator, api: APIServer, obj: Object, *, check: bool) -> None:
        self.allocator, self.api, self.obj, self.check = allocator, api, obj, check
        self.owner = _owner(obj)
        self.chosen: set[int] = set()

    def spec(self) -> dict[str, Any]:
        """The spec with all addresses and ports."""
        spec: dict[str, Any] = self.obj["spec"]
        if needs_address(self.obj):
            spec = self._with_address(spec)
        if spec.get("ports"):
            spec = self._with_ports(spec)
        if needs_health_port(self.obj):
            port = spec.get("healthCheckNodePort") or self._draw_port("healthCheck")
            self._check_port(port, "spec.healthCheckNodePort")
            spec = {**spec, "healthCheckNodePort": port}
        return spec

    def _with_address(self, spec: dict[str, Any]) -> dict[str, Any]:
        address = spec.get("clusterIP")
        if address and address != "None" and not _is_address(address):
            return spec  # validation has the words for it
        self._check_families(spec)
        families = _families(spec)
        if address == "None":
            return {**spec, "clusterIPs": ["None"], **families}
        if not address:
            address = self._draw_address()
        self._check_address(address)
        return {**spec, "clusterIP": address, "clusterIPs": [address], **families}

    def _check_families(self, spec: dict[str, Any]) -> None:
        """One family, IPv4; only a headless Service without selector may name both."""
        if spec.get("clusterIP") == "None" and not spec.get("selector"):
            return
        for index, family in enumerate(spec.get("ipFamilies") or ()):
            if family != "IPv4":
                path = f"spec.ipFamilies[{index}]"
                self._refuse(path, family, "not configured on this cluster")
        if spec.get("ipFamilyPolicy") == "RequireDualStack":
            text = "this cluster is not configured for dual-stack services"
            self._refuse("spec.ipFamilyPolicy", "RequireDualStack", text)

    def _check_address(self, address: str) -> None:
        if not self.check:
            return
        detail = ""
        if ipaddress.ip_address(address) not in SERVICE_RANGE:
            detail = "the provided network does not match the current range"
        elif (self.allocator.address_owner(address) or self.owner) != self.owner:
            detail = TAKEN
        if detail:
            text = f"failed to allocate IP {address}: {detail}"
            self._refuse("spec.clusterIPs", [address], text)

    def _draw_address(self) -> str:
        size = SERVICE_RANGE.num_addresses - BAND - 1
        start = self.api.draws.below(size, "clusterIP", self.owner, self.api.store.revision)
        for step in range(size):
            address = str(SERVICE_RANGE[BAND + (start + step) % size])
            if self.allocator.address_owner(address) is None:
                return address
        raise APIError("failed to allocate a serviceIP: range is full")

    def _with_ports(self, spec: dict[str, Any]) -> dict[str, Any]:
        wanted = needs_node_ports(self.obj)
        ports = []
        used: set[tuple[int, str]] = set()
        for index, port in enumerate(spec["ports"]):
            number = port.get("nodePort")
            if number:
                path = f"spec.ports[{index}].nodePort"
                self._check_port(number, path)
                if self.check and (number, port.get("protocol", "TCP")) in used:
                    self._refuse(path, number, PORT_TAKEN)
                used.add((number, port.get("protocol", "TCP")))
            elif wanted:
                port = {**port, "nodePort": self._draw_port(str(index))}
            ports.append(port)
        return spec if ports == spec["ports"] else {**spec, "ports": ports}

    def _check_port(self, number: int, path: str) -> None:
        if not self.check:
            return
        if number not in NODE_PORTS:
            text = (
                "provided port is not in the valid range. The range of valid ports is "
                f"{NODE_PORTS[0]}-{NODE_PORTS[-1]}"
            )
            self._refuse(path, number, text)
        if (self.allocator.port_owner(number) or self.owner) != self.owner:
            self._refuse(path, number, PORT_TAKEN)

    def _draw_port(self, purpose: str) -> int:
        size = len(NODE_PORTS) - PORT_BAND
        subject = f"{self.owner}/{purpose}"
        start = self.api.draws.below(size, "nodePort", subject, self.api.store.revision)
        for step in range(size):
            port = NODE_PORTS[PORT_BAND + (start + step) % size]
            if self.allocator.port_owner(port) is None and port not in self.chosen:
                self.chosen.add(port)
                return port
        raise APIError("failed to allocate a nodePort: range is full")

    def _refuse(self, path: str, value: Any, detail: str) -> None:
        name = self.obj["metadata"].get("name", "")
        raise Invalid.of("Service", "", name, [invalid(path, value, detail)])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _families(spec: dict[str, Any]) -> dict[str, Any]:
    """The address families: one, or both for a headless Service without selector."""
    given = spec.get("ipFamilies") or ["IPv4"]
    policy = spec.get("ipFamilyPolicy")
    if spec.get("clusterIP") == "None" and not spec.get("selector"):
        policy = policy or "RequireDualStack"
        if policy != "SingleStack" and len(given) == 1:
            given = [*given, "IPv6" if given == ["IPv4"] else "IPv4"]
    return {"ipFamilies": given, "ipFamilyPolicy": policy or "SingleStack"}
