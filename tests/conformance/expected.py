"""Which cases are expected to fail, and why: by rule for what is not built, else by id.

A rule looks at the requests of a case. A case that passes all the same is reported as passed
against expectation, so that its row can go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.cases import Case
from tests.conformance.live.script import is_understood

Step = dict[str, Any]


def reason(case: Case) -> str:
    """Why this case is expected to fail; "" when it has to pass."""
    if case.area == "live_controllers":
        found = (text for text, rule in CONTROLLERS.items() if rule(case.data))
        return next(found, IDS[case.area].get(case.id, ""))
    if case.area != "live_api":
        return IDS.get(case.area, {}).get(case.id, "")
    if case.file != "kubectl" and _is_built(case.data):
        return ""
    if case.file in AREAS:
        return AREAS[case.file]
    for text, rule in RULES.items():
        if rule(case.data):
            return text
    return IDS["live_api"].get(case.id, "")


def _is_built(data: dict[str, Any]) -> bool:
    """Whether the answer needs none of the parts that the rules are about."""
    request = data["request"]
    options = ("", "Ignore", "Strict", "Warn")
    return (
        request["path"] in ("/healthz", "/livez", "/readyz")
        or (request.get("query") or {}).get("fieldValidation", "") not in options
    )


def _steps(data: dict[str, Any]) -> list[Step]:
    return [*data["setup"], data["request"]]


def _applies(data: dict[str, Any]) -> bool:
    return any(step.get("content_type", "").startswith("application/apply-patch")
               for step in _steps(data))  # fmt: skip


def _other_user(data: dict[str, Any]) -> bool:
    return any(step.get("user") for step in _steps(data))


def _discovers(data: dict[str, Any]) -> bool:
    """/openapi/..., /api, /api/v1, /apis, /apis/GROUP, /apis/GROUP/VERSION."""
    parts = data["request"]["path"].strip("/").split("/")
    depth = {"api": 2, "apis": 3}.get(parts[0], 0)
    return parts[0] == "openapi" or len(parts) <= depth


def _has_rules(data: dict[str, Any]) -> bool:
    """A refusal that comes from compiling or evaluating a rule."""
    body = data["response"]["body"]
    message = body.get("message", "") if isinstance(body, dict) else ""
    return "rule compile error" in message or "failed rule: " in message


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
    "users and RBAC evaluation arrive with a later issue": _other_user,
    "access reviews arrive with RBAC evaluation": _reviews,
    "discovery arrives with a later issue": _discovers,
    "rules in CEL (x-kubernetes-validations) are not compiled": _has_rules,
}
"""Kinds of requests that are not built yet."""

def _has(*kinds: str) -> Callable[[dict[str, Any]], bool]:
    """Whether the scenario has an object of one of these kinds."""

    def rule(data: dict[str, Any]) -> bool:
        made = (action["do"].get("create") for action in data["actions"])
        objects = [*data["given"]["objects"], *(obj for obj in made if obj is not None)]
        return any(obj["kind"] in kinds for obj in objects)

    return rule


def _asks_more(data: dict[str, Any]) -> bool:
    """An action that the replay does not understand."""
    return not all(is_understood(action["do"]) for action in data["actions"])


def _updates_daemons(data: dict[str, Any]) -> bool:
    """A DaemonSet gets another template."""
    patches = [action["do"].get("patch", {}) for action in data["actions"]]
    return any(
        patch.get("kind") == "DaemonSet" and "template" in patch.get("merge", {}).get("spec", {})
        for patch in patches
    )


CONTROLLERS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "StatefulSets arrive with a later issue": _has("StatefulSet"),
    "Jobs and CronJobs arrive with a later issue": _has("Job", "CronJob"),
    "the HorizontalPodAutoscaler arrives with a later issue": _has("HorizontalPodAutoscaler"),
    "the disruption controller arrives with a later issue": _has("PodDisruptionBudget"),
    "binding of volumes arrives with a later issue": _has(
        "PersistentVolume", "PersistentVolumeClaim", "StorageClass"
    ),
    "the controller of ResourceQuotas arrives with a later issue": _has("ResourceQuota"),
    "mirroring of Endpoints arrives with a later issue": _has("Endpoints"),
    "the rolling update of DaemonSets arrives with a later issue": _updates_daemons,
    "this action arrives with a later issue": _asks_more,
}
"""Kinds of scenarios of `live_controllers` whose controllers are not built yet."""

IDS: dict[str, dict[str, str]] = {
    "live_api": {},
    "controllers": {},
    "scheduler": {},
    "edge_mesh": {},
    "live_scheduler": {},
    "live_controllers": {
        "deploy-proportional-10-to-6": "pods per node at the end: equal in all real runs, here "
        "only with some seeds; the cause is not known",
    },
}
"""Single cases by area and id, with what differs."""
