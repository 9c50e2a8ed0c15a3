"""Which cases are expected to fail, and why: by rule for what is not built, else by id.

A rule looks at the requests of a case. A case that passes all the same is reported as passed
against expectation, so that its row can go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.cases import Case

Step = dict[str, Any]


def reason(case: Case) -> str:
    """Why this case is expected to fail; "" when it has to pass."""
    if case.area != "live_api":
        return IDS.get(case.area, {}).get(case.id, "")
    if case.file in AREAS:
        return AREAS[case.file]
    for text, rule in RULES.items():
        if rule(case.data):
            return text
    return IDS["live_api"].get(case.id, "")


def _steps(data: dict[str, Any]) -> list[Step]:
    return [*data["setup"], data["request"]]


def _applies(data: dict[str, Any]) -> bool:
    return any(step.get("content_type", "").startswith("application/apply-patch")
               for step in _steps(data))  # fmt: skip


def _other_user(data: dict[str, Any]) -> bool:
    return any(step.get("user") for step in _steps(data))


def _discovers(data: dict[str, Any]) -> bool:
    path = data["request"]["path"].rstrip("/")
    parts = path.split("/")
    return path.startswith("/openapi") or parts[1] in ("api", "apis") and len(parts) <= 4 and (
        len(parts) == 2 or parts[1] == "apis" or len(parts) == 3)  # fmt: skip


def _reviews(data: dict[str, Any]) -> bool:
    groups = ("authorization.k8s.io", "authentication.k8s.io")
    return any(f"/apis/{group}/" in data["request"]["path"] for group in groups)


AREAS: dict[str, str] = {
    "kubectl": "the socket for the real kubectl arrives with a later issue",
    "discovery": "discovery arrives with a later issue",
}
"""Files of live_api of which nothing is built yet."""

RULES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "server-side apply arrives with a later issue": _applies,
    "managedFields arrive with server-side apply": lambda data: bool(data.get("managed_fields")),
    "users and RBAC evaluation arrive with a later issue": _other_user,
    "access reviews arrive with RBAC evaluation": _reviews,
    "discovery arrives with a later issue": _discovers,
}
"""Kinds of requests that are not built yet."""

IDS: dict[str, dict[str, str]] = {
    "live_api": {},
    "controllers": {},
    "scheduler": {},
    "edge_mesh": {},
    "live_scheduler": {},
    "live_controllers": {},
}
"""Single cases by area and id, with what differs."""
