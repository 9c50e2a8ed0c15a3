"""The rows of role bindings and of webhook configurations.

Source: `pkg/printers/internalversion/printers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.age import human_duration
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    name_of,
    part,
)
from kubelearn.sim.clock import SECOND


def _subjects(obj: Object, kind: str) -> str:
    found = [subject for subject in obj.get("subjects") or () if subject.get("kind") == kind]
    if kind == "ServiceAccount":
        return ", ".join(f"{item.get('namespace', '')}/{item['name']}" for item in found)
    return ", ".join(item["name"] for item in found)


def _binding(obj: Object, now: int) -> list[Cell]:
    role = part(obj, "roleRef")
    return [
        name_of(obj),
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age_of(obj, now),
        _subjects(obj, "User"),
        _subjects(obj, "Group"),
        _subjects(obj, "ServiceAccount"),
    ]


def _webhooks(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), len(obj.get("webhooks") or ()), age_of(obj, now)]


def _request_status(obj: Object) -> str:
    kinds = {each.get("type") for each in part(obj, "status", "conditions") or ()}
    status = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    if "Failed" in kinds:
        status += ",Failed"
    return f"{status},Issued" if part(obj, "status", "certificate") else status


def _signing_request(obj: Object, now: int) -> list[Cell]:
    spec = part(obj, "spec")
    seconds = spec.get("expirationSeconds")
    return [
        name_of(obj),
        age_of(obj, now),
        spec.get("signerName") or "<none>",
        spec.get("username", ""),
        "<none>" if seconds is None else human_duration(seconds * SECOND),
        _request_status(obj),
    ]


def _binding_columns(kind: str, role: str) -> tuple[Column, ...]:
    return (
        NAME,
        Column("Role", text=role),
        AGE,
        Column("Users", wide=True, text=f"Users in the {kind}"),
        Column("Groups", wide=True, text=f"Groups in the {kind}"),
        Column("ServiceAccounts", wide=True, text=f"ServiceAccounts in the {kind}"),
    )


_ERROR: Final = "If the RoleRef cannot be resolved, the Authorizer must return an error."

ROLE_BINDINGS: Final = Printer(
    _binding_columns(
        "roleBinding",
        "RoleRef can reference a Role in the current namespace or a ClusterRole in the global "
        f"namespace. {_ERROR}",
    ),
    _binding,
)
CLUSTER_ROLE_BINDINGS: Final = Printer(
    _binding_columns(
        "clusterRoleBinding",
        f"RoleRef can only reference a ClusterRole in the global namespace. {_ERROR}",
    ),
    _binding,
)
WEBHOOKS: Final = Printer(
    (
        NAME,
        Column(
            "Webhooks",
            "integer",
            text="Webhooks indicates the number of webhooks registered in this configuration",
        ),
        AGE,
    ),
    _webhooks,
)

_REQUEST: Final = "certificates.v1.CertificateSigningRequest"

SIGNING_REQUESTS: Final = Printer(
    (
        NAME,
        AGE,
        Column("SignerName", doc=f"{_REQUEST}Spec.signerName"),
        Column("Requestor", doc=f"{_REQUEST}Spec.request"),
        Column("RequestedDuration", doc=f"{_REQUEST}Spec.expirationSeconds"),
        Column("Condition", doc=f"{_REQUEST}Status.conditions"),
    ),
    _signing_request,
)
