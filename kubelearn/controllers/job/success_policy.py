"""When an Indexed Job counts as done before all of its indexes are.

Source: `pkg/controller/job/success_policy.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Collection

from kubelearn.api.objects import Object
from kubelearn.controllers.job.indexes import parse


def met(policy: Object | None, completions: int, succeeded: Collection[int]) -> str:
    """The message of the first rule that is met; "" when none is."""
    if not succeeded:
        return ""
    for number, rule in enumerate((policy or {}).get("rules") or ()):
        if _is_met(rule, completions, succeeded):
            return f"Matched rules at index {number}"
    return ""


def _is_met(rule: Object, completions: int, succeeded: Collection[int]) -> bool:
    text, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    if text is None:
        return count is not None and len(succeeded) >= count
    wanted = parse(text, completions)
    reached = len(wanted.intersection(succeeded))
    return bool(wanted) and reached >= (len(wanted) if count is None else count)
