"""What Istio's validation says of Istio's objects, kind by kind.

Source: istio `pkg/config/validation`, 1.27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from kubelearn.api.istio import (
    authorization_policy,
    destination_rule,
    gateway,
    metadata,
    multierror,
    peer_authentication,
    request_authentication,
    service_entry,
    sidecar,
    telemetry,
    virtual_service,
    workload_entry,
)
from kubelearn.api.objects import Object

UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError)
VALIDATORS: Final[Mapping[str, Callable[[Object], Iterator[str]]]] = {
    "destinationrules.networking.istio.io": destination_rule.errors,
    "gateways.networking.istio.io": gateway.errors,
    "serviceentries.networking.istio.io": service_entry.errors,
    "sidecars.networking.istio.io": sidecar.errors,
    "virtualservices.networking.istio.io": virtual_service.errors,
    "workloadentries.networking.istio.io": workload_entry.errors,
    "authorizationpolicies.security.istio.io": authorization_policy.errors,
    "peerauthentications.security.istio.io": peer_authentication.errors,
    "requestauthentications.security.istio.io": request_authentication.errors,
    "telemetries.telemetry.istio.io": telemetry.errors,
}
"""Resource → what is wrong with an object of it, in the order in which it is found."""


def invalid(resource: str, obj: Object) -> str:
    """What is wrong with an object, as one text; "" when nothing is.

    Nothing is said where values have other types than the schema of the kind allows.
    """
    if resource not in VALIDATORS:
        return ""
    try:
        found = list(metadata.errors(obj)) or list(VALIDATORS[resource](obj))
    except UNREADABLE:
        return ""
    return multierror.text(found) if found else ""
