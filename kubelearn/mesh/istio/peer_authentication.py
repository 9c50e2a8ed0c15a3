"""PeerAuthentication: with or without mTLS.

The mesh's policy (root namespace, no selector) gives way to the namespace's, that to the
workload's, that to a port's; UNSET takes what is above; of several the oldest counts.
Source: istio `pilot/pkg/security/authn/policy_applier.go` (ComposePeerAuthentication), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Policy = Mapping[str, Any]
UNSET = "UNSET"
DEFAULT = "PERMISSIVE"


class Modes(NamedTuple):
    """The mode of a workload, and of ports that have their own."""

    mode: str
    ports: dict[str, str]


def effective(
    policies: Sequence[Policy], namespace: str, labels: Mapping[str, str], root: str
) -> Modes:
    """The modes of a workload; `policies` are sorted by age, the oldest first."""
    mode = DEFAULT
    for found in (_first(policies, root), _first(policies, namespace)):
        mode = _mode(found.get("mtls") if found else None, mode)
    own = _selecting(policies, namespace, labels) if namespace != root else None
    if own is None:
        return Modes(mode, {})
    mode = _mode(own.get("mtls"), mode)
    ports = own.get("portLevelMtls") or {}
    return Modes(mode, {str(port): _mode(mtls, mode) for port, mtls in ports.items()})


def _mode(mtls: Mapping[str, Any] | None, above: str) -> str:
    found = str((mtls or {}).get("mode") or UNSET)
    return above if found == UNSET else found


def _selector(policy: Policy) -> Mapping[str, str]:
    return ((policy.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}


def _first(policies: Sequence[Policy], namespace: str) -> Mapping[str, Any] | None:
    """The oldest policy for a whole namespace."""
    for policy in policies:
        if policy["metadata"]["namespace"] == namespace and not _selector(policy):
            return policy.get("spec") or {}
    return None


def _selecting(
    policies: Sequence[Policy], namespace: str, labels: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """The oldest policy that selects a workload."""
    for policy in policies:
        selector = _selector(policy)
        selected = bool(selector) and selector.items() <= labels.items()
        if selected and policy["metadata"]["namespace"] == namespace:
            return policy["spec"]  # type: ignore[no-any-return]
    return None


ACCEPTED, NO_CHAIN, MTLS_ERROR, PROTOCOL_ERROR = (
    "accepted", "no_filter_chain", "mtls_error", "protocol_error",
)  # fmt: skip


def inbound(mode: str, port_kind: str, wire: str, tls: str) -> str:
    """What a server's proxy does with a connection.

    `port_kind`: "tcp", "http", "auto" (sniffed) or "passthrough" (no such port is declared);
    `wire`: "tcp", "http" or "http2"; `tls`: "none", "tls" (any other's), "mtls" (the mesh's own).
    Source: istio `pilot/pkg/networking/core/listener_inbound.go`, 1.27.
    """
    http = port_kind == "http"
    if tls == "none":
        if mode == "STRICT":
            return NO_CHAIN
        return PROTOCOL_ERROR if http and wire == "tcp" else ACCEPTED
    if mode == "DISABLE":
        return PROTOCOL_ERROR if http else ACCEPTED
    if tls == "mtls":
        return PROTOCOL_ERROR if http and wire == "tcp" else ACCEPTED
    if mode == "STRICT":
        return MTLS_ERROR
    return NO_CHAIN if http else ACCEPTED
