"""WorkloadEntry: its address, ports and labels; also the endpoints of a ServiceEntry.

Source: istio `pkg/config/validation/validation.go` (ValidateWorkloadEntry), 1.27.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kubelearn.api.istio.names import (
    fqdn,
    is_ip,
    labels,
    port,
    port_name,
    quoted,
)
from kubelearn.api.istio.protocols import UNIX, unix_address
from kubelearn.api.objects import Object


def errors(obj: Object) -> Iterator[str]:
    """What is wrong with a WorkloadEntry."""
    yield from endpoint(obj.get("spec") or {})


def endpoint(
    entry: Mapping[str, Any], service_ports: Collection[str] | None = None
) -> Iterator[str]:
    """An endpoint of a ServiceEntry, or one that stands alone and may have a domain name.

    `service_ports`: the names of the ServiceEntry's ports, None when it stands alone.
    """
    address = entry.get("address") or ""
    if not address and not entry.get("network"):
        yield "address is required"
        return
    if address.startswith(UNIX):
        yield from unix_address(address.removeprefix(UNIX))
        if entry.get("ports"):
            yield f"unix endpoint {address} must not include ports"
    elif address and not is_ip(address):
        yield from _name(address, service_ports is None)
    yield from endpoint_ports(entry, service_ports)
    yield from labels(entry.get("labels"))
    if address.startswith(UNIX) and service_ports is not None and len(service_ports) != 1:
        yield "exactly 1 service port required for unix endpoints"


def _name(address: str, allowed: bool) -> Iterator[str]:
    if not allowed:
        yield f"endpoint address {quoted(address)} is not a valid IP address"
    elif any(fqdn(address)):
        yield f"endpoint address {quoted(address)} is not a valid FQDN or an IP address"


def endpoint_ports(
    entry: Mapping[str, Any], service_ports: Collection[str] | None
) -> Iterator[str]:
    """The ports of an endpoint, by name."""
    for name, number in sorted((entry.get("ports") or {}).items()):
        if service_ports is not None and name not in service_ports:
            yield f"endpoint port {number} is not defined by the service entry"
        yield from port_name(name)
        yield from port(number)
