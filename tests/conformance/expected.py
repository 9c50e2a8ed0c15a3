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
    if case.file == "kubectl" or _is_built(case.data):
        return IDS["live_api"].get(case.id, "")
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


def _has_rules(data: dict[str, Any]) -> bool:
    """A refusal that comes from compiling or evaluating a rule."""
    body = data["response"]["body"]
    message = body.get("message", "") if isinstance(body, dict) else ""
    return "rule compile error" in message or "failed rule: " in message


RULES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "rules in CEL (x-kubernetes-validations) are not compiled": _has_rules,
}
"""Kinds of requests that are not built yet."""


RACE = (
    "the Deployment controller's Event of a rescale overtakes the autoscaler's own, which goes "
    "through a queue: a race in the real control plane, not modelled"
)

IDS: dict[str, dict[str, str]] = {
    "live_api": {},
    "controllers": {},
    "scheduler": {},
    "edge_mesh": {},
    "live_scheduler": {},
    "live_controllers": {
        "hpa-below-min": RACE,
        "hpa-up-pods": RACE,
        "eps-publish-not-ready": "the order in which StatefulSet and EndpointSlice appear: "
        "the recorder's requests took longer than a watch, here they take no time",
    },
}
"""Single cases by area and id, with what differs."""
