"""Checks of where a rule sends requests and connections to, and in which shares.

Source: istio `pkg/config/validation/validation.go` (validateDestination,
validateHTTPRouteDestinations, validateRouteDestinations, validateHTTPMirrors), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kubelearn.api.istio.header_operations import header_operations
from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import port_selector, subset_name, wildcard_domain


def destination(target: Mapping[str, Any] | None) -> Iterator[str]:
    """A host with its subset and port."""
    if target is None:
        return
    host = target.get("host") or ""
    if host == "*":
        yield f"invalid destination host {host}"
    else:
        yield from wildcard_domain(host)
    if target.get("subset"):
        yield from subset_name(target["subset"])
    yield from port_selector(target.get("port"))


def route_destinations(targets: Sequence[Mapping[str, Any] | None] | None) -> Iterator[str]:
    """The `route` of a rule: destinations with weights."""
    targets = targets or ()
    for target in targets:
        if target is None:
            yield Listed("weight may not be nil")
            continue
        if target.get("destination") is None:
            yield Listed("destination is required")
        yield from header_operations(target.get("headers"))
        yield from destination(target.get("destination"))
        if _weight(target) < 0:
            yield f"weight {_weight(target)} < 0"
    if len(targets) > 1 and sum(_weight(one) for one in targets) == 0:
        yield "total destination weight = 0"


def _weight(target: Mapping[str, Any] | None) -> int:
    weight: int = (target or {}).get("weight") or 0
    return weight


def mirrors(targets: Sequence[Mapping[str, Any] | None] | None) -> Iterator[str]:
    """The `mirrors` of a rule: destinations with percentages."""
    for target in targets or ():
        if target is None:
            yield "mirror cannot be null"
        elif target.get("destination") is None:
            yield "destination is required for mirrors"
        else:
            yield from destination(target["destination"])
            yield from mirror_share("mirror percentage", target.get("percentage"))


def mirror_share(field: str, share: Mapping[str, Any] | None) -> Iterator[str]:
    """A percentage of mirrored requests, under the name that its errors give it."""
    value = (share or {}).get("value") or 0
    if value > 100:
        yield f"{field} must have a max value of 100 (it has {value:f})"
    if value < 0:
        yield f"{field} must have a min value of 0 (it has {value:f})"
