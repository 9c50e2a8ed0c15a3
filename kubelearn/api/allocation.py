"""Addresses and ports that the API server gives to Services.

Source: `pkg/registry/core/service/storage/alloc.go`, `ipallocator`, Kubernetes 1.36: dynamic
addresses come from above an offset of min(max(16, size/16), 256), so that the lower band stays free
for addresses asked for, and from the lower band when the rest is full. A dry run tells the network
address where it would draw one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kubelearn.api.errors import InternalError, Invalid
from kubelearn.api.ip_families import with_families
from kubelearn.api.kinds import Kind
from kubelearn.api.node_ports import NodePorts, made_ports, needs_health_port, updated_ports
from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items
from kubelearn.api.validation.field import FieldError, invalid

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

SERVICE_RANGE: Final = ipaddress.ip_network("10.96.0.0/16")
BAND: Final = 256
TAKEN: Final = "provided IP is already allocated"
OTHER_NETWORK: Final = "the provided network does not match the current range"


def needs_address(spec: Object) -> bool:
    """Whether a Service of this type has a cluster address (or "None")."""
    return bool(spec.get("type") != "ExternalName")


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
        old: Object | None = None,
        *,
        dry_run: bool = False,
    ) -> Object:
        """The object with the addresses and ports that it needs; others come back unchanged.

        Nothing is taken yet (see `take`). Raises Invalid for what is taken by others or out of
        range.
        """
        if kind.resource != "services":
            return obj
        spec = _Choice(self, api, obj, old, dry_run=dry_run).spec()
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

    @property
    def ports(self) -> Mapping[int, str]:
        """The node ports that are taken, and the Service that holds each."""
        return self._ports


def _owner(obj: Object) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata'].get('name', '')}"


class _Choice:
    """What one Service gets, chosen without taking it yet."""

    def __init__(
        self,
        allocator: Allocator,
        api: APIServer,
        obj: Object,
        old: Object | None,
        *,
        dry_run: bool,
    ) -> None:
        self.allocator, self.api, self.obj, self.dry_run = allocator, api, obj, dry_run
        self.before: Object | None = None if old is None else old["spec"]
        self.owner = _owner(obj)
        turn = api.store.revision
        self.ports = NodePorts(allocator.ports, api.draws, self.owner, turn, dry_run=dry_run)

    def spec(self) -> dict[str, Any]:
        """The spec with all addresses and ports."""
        spec, errors = with_families(self.obj["spec"], self.before)
        if errors:
            raise self._refusal(errors)
        if needs_address(spec) and (self.before is None or not needs_address(self.before)):
            spec = self._with_address(spec)
        if spec.get("type") in ("NodePort", "LoadBalancer"):
            spec = self._with_ports(spec)
        if needs_health_port(spec) and (self.before is None or not needs_health_port(self.before)):
            spec = {**spec, "healthCheckNodePort": self._health_port(spec)}
        return spec

    def _with_address(self, spec: Object) -> dict[str, Any]:
        address = spec.get("clusterIP")
        if address == "None":
            return spec
        if not address:
            address = self._draw_address()
            return {**spec, "clusterIP": address, "clusterIPs": [address]}
        wrong = self._wrong_with(ipaddress.ip_address(address))
        if wrong:
            text = f"failed to allocate IP {address}: {wrong}"
            raise self._refusal([invalid("spec.clusterIPs", spec["clusterIPs"], text)])
        return spec

    def _wrong_with(self, address: Any) -> str:
        """What is wrong with an address that was asked for: the range's ends are no addresses."""
        ends = (SERVICE_RANGE.network_address, SERVICE_RANGE.broadcast_address)
        inside = address in SERVICE_RANGE and address not in ends
        if self.dry_run:
            text = (
                f"the provided IP ({address}) is not in the valid range. "
                f"The range of valid IPs is {SERVICE_RANGE}"
            )
            return "" if inside else text
        if not inside:
            return OTHER_NETWORK
        return "" if self.allocator.address_owner(str(address)) is None else TAKEN

    def _draw_address(self) -> str:
        if self.dry_run:
            return str(SERVICE_RANGE.network_address)
        turn = self.api.store.revision
        for band in (range(BAND, SERVICE_RANGE.num_addresses - 1), range(1, BAND)):
            start = self.api.draws.below(len(band), "clusterIP", self.owner, turn)
            for step in range(len(band)):
                address = str(SERVICE_RANGE[band[(start + step) % len(band)]])
                if self.allocator.address_owner(address) is None:
                    return address
        raise InternalError.of("failed to allocate a serviceIP: range is full")

    def _with_ports(self, spec: Object) -> dict[str, Any]:
        def refuse(path: str, number: int, detail: str) -> Invalid:
            return self._refusal([invalid(path, number, detail)])

        if self.before is None:
            ports = made_ports(spec, self.ports, refuse)
        else:
            ports = updated_ports(spec, self.before, self.ports, refuse)
        return spec if ports == items(spec, "ports") else {**spec, "ports": ports}

    def _health_port(self, spec: Object) -> int:
        number: int = spec.get("healthCheckNodePort") or 0
        if not number:
            return self.ports.draw("healthCheck")
        wrong = self.ports.take(number)
        if wrong:
            text = f"failed to allocate requested HealthCheck NodePort {number}: {wrong}"
            raise InternalError.of(text)
        return number

    def _refusal(self, errors: list[FieldError]) -> Invalid:
        return Invalid.of("Service", "", self.obj["metadata"].get("name", ""), errors)
