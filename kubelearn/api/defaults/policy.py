"""Defaults of the objects that set rules for others: budgets, priorities, ranges, quotas.

`pkg/apis/{policy,scheduling}/v1/defaults.go` and `pkg/apis/core/v1/defaults.go`.
"""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, inside
from kubelearn.api.objects import Object

BUDGET_STATUS = dict.fromkeys(
    ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), 0
)


def default_pod_disruption_budget(budget: Object) -> Object:
    """Nothing but the counters that a budget always shows."""
    budget = fill(budget, {"spec": {}})
    return inside(budget, "status", lambda status: fill(status, BUDGET_STATUS))


def default_priority_class(priority_class: Object) -> Object:
    """Value 0, allowed to preempt."""
    return fill(priority_class, {"value": 0, "preemptionPolicy": "PreemptLowerPriority"})


def default_limit_range(limit_range: Object) -> Object:
    """Containers: the maximum becomes the default limit, and that the default request."""
    return inside(
        limit_range,
        "spec",
        lambda spec: each(fill(spec, {"limits": None}), "limits", _limit),
    )


def _limit(item: Object) -> Object:
    if item.get("type") != "Container":
        return item
    limit = {**(item.get("max") or {}), **(item.get("default") or {})}
    request = {**(item.get("min") or {}), **limit, **(item.get("defaultRequest") or {})}
    for name, values in (("default", limit), ("defaultRequest", request)):
        if values and values != item.get(name):
            item = {**item, name: values}
    return item


def default_resource_quota(quota: Object) -> Object:
    """Nothing but the parts that a quota always shows."""
    return fill(quota, {"spec": {}, "status": {}})
