"""What `podFailurePolicy` says of a failed pod: the first rule that matches decides.

Source: `pkg/controller/job/pod_failure_policy.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kubelearn.api.objects import Object, condition


class Verdict(NamedTuple):
    """Whether the failure counts, by which action, and why the Job fails, if it does."""

    counts: bool = True
    action: str | None = None
    message: str | None = None


def judge(policy: Object | None, pod: Object) -> Verdict:
    """The verdict on a failed pod; without a policy, or a matching rule, the failure counts."""
    for number, rule in enumerate((policy or {}).get("rules") or ()):
        cause = _cause(rule, pod)
        verdict = ACTIONS.get(rule["action"])
        if cause and verdict is not None:
            return verdict(f"{cause} matching {rule['action']} rule at index {number}")
    return Verdict()


ACTIONS: dict[str, Callable[[str], Verdict]] = {
    "Ignore": lambda _: Verdict(counts=False, action="Ignore"),
    "FailIndex": lambda _: Verdict(action="FailIndex"),
    "Count": lambda _: Verdict(action="Count"),
    "FailJob": lambda message: Verdict(action="FailJob", message=message),
}
"""Action of a rule → its verdict."""


def _cause(rule: Object, pod: Object) -> str:
    """What of the pod matches a rule; "" when nothing does."""
    name = f"{pod['metadata'].get('namespace', '')}/{pod['metadata']['name']}"
    if rule.get("onExitCodes") is not None:
        found = _failed_container(rule["onExitCodes"], pod["status"])
        if found is None:
            return ""
        code = found["state"]["terminated"]["exitCode"]
        return f"Container {found.get('name', '')} for pod {name} failed with exit code {code}"
    kind = _matching_condition(rule.get("onPodConditions") or (), pod)
    return f"Pod {name} has condition {kind}" if kind else ""


def _failed_container(wanted: Object, status: Object) -> Object | None:
    statuses = [
        *(status.get("containerStatuses") or ()),
        *(status.get("initContainerStatuses") or ()),
    ]
    return next((one for one in statuses if _exits_so(wanted, one)), None)


def _exits_so(wanted: Object, container: Object) -> bool:
    terminated = (container.get("state") or {}).get("terminated")
    if terminated is None or not terminated.get("exitCode"):
        return False
    if wanted.get("containerName") not in (None, container.get("name")):
        return False
    listed = terminated["exitCode"] in wanted["values"]
    return {"In": listed, "NotIn": not listed}.get(wanted["operator"], False)


def _matching_condition(patterns: object, pod: Object) -> str:
    for pattern in patterns:  # type: ignore[attr-defined]
        found = condition(pod, pattern["type"])
        if found is not None and found["status"] == pattern.get("status", "True"):
            return str(pattern["type"])
    return ""
