"""The conditions that NGINX Gateway Fabric writes, with their reasons and messages.

Source: nginx-gateway-fabric 2.2 `internal/controller/state/conditions/conditions.go`,
`internal/controller/state/graph/backend_refs.go`.
"""

from __future__ import annotations

from kubelearn.api.conditions import condition
from kubelearn.api.objects import Object

ACCEPTED = {
    "NoMatchingParent": "Listener is not found for this parent ref",
    "NotAllowedByListeners": "Route is not allowed by any listener",
    "NoMatchingListenerHostname": "Listener hostname does not match the Route hostnames",
    "InvalidListener": "Listener is invalid for this parent ref",
    "InvalidGateway": "Gateway is invalid",
}
"""Why a route is not accepted → what is said of it."""


def of_class(generation: int) -> list[Object]:
    """Those of a GatewayClass of the controller."""
    rows = {
        "Accepted": "GatewayClass is accepted",
        "SupportedVersion": "Gateway API CRD versions are supported",
    }
    return [
        condition(kind, kind, text, holds=True, generation=generation)
        for kind, text in rows.items()
    ]


def of_gateway(valid: int, listeners: int, generation: int) -> list[Object]:
    """Those of a Gateway with so many valid listeners of all."""
    rows: tuple[tuple[str, str, str, bool], ...]
    if not valid:
        text = "Gateway has no valid listeners"
        rows = (("Accepted", "ListenersNotValid", text, False),
                ("Programmed", "Invalid", text, False))  # fmt: skip
    else:
        accepted = ("Accepted", "Gateway is accepted")
        if valid < listeners:
            accepted = ("ListenersNotValid", "Gateway has at least one valid listener")
        rows = (("Accepted", *accepted, True),
                ("Programmed", "Programmed", "Gateway is programmed", True))  # fmt: skip
    return [condition(*row[:3], holds=row[3], generation=generation) for row in rows]


UNRESOLVED = ("InvalidCertificateRef", "RefNotPermitted")


def of_listener(reason: str, message: str, generation: int) -> list[Object]:
    """Those of a listener; reason "" when nothing is wrong with it."""
    rows: list[tuple[str, str, str, bool]]
    if not reason:
        rows = [
            ("Accepted", "Accepted", "Listener is accepted", True),
            ("Programmed", "Programmed", "Listener is programmed", True),
            ("ResolvedRefs", "ResolvedRefs", "All references are resolved", True),
            ("Conflicted", "NoConflicts", "No conflicts", False),
        ]
    else:
        rows = [("Accepted", reason, message, False), ("Programmed", "Invalid", message, False)]
        if reason in UNRESOLVED:
            rows.append(("ResolvedRefs", reason, message, False))
        if reason == "ProtocolConflict":
            rows.append(("Conflicted", reason, message, True))
    return [condition(*row[:3], holds=row[3], generation=generation) for row in rows]


def of_route(problem: str, refs: tuple[str, str], generation: int) -> list[Object]:
    """Those of a route at one parent: why it is not accepted, and what its backends lack."""
    if problem:
        accepted = ("Accepted", problem, ACCEPTED[problem])
    else:
        accepted = ("Accepted", "Accepted", "The route is accepted")
    resolved = refs if refs[0] else ("ResolvedRefs", "All references are resolved")
    return [
        condition(*accepted, holds=not problem, generation=generation),
        condition("ResolvedRefs", *resolved, holds=not refs[0], generation=generation),
    ]
