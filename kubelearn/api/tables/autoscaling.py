"""The rows of HorizontalPodAutoscalers and PodDisruptionBudgets.

Source: `pkg/printers/internalversion/printers.go`, formatHPAMetrics, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    first_of,
    name_of,
    number,
    part,
)

_FIELDS: Final = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
"""Where a metric of each type keeps its target and its current value."""


def _value(values: Object, field: str, suffix: str = "") -> str:
    found = values.get(field)
    return "<unknown>" if found is None else f"{found}{suffix}"


def _resource_metric(source: Object, current: Object) -> str:
    target = part(source, "target")
    if target.get("averageValue") is not None:
        text = f"{_value(current, 'averageValue')}/{target['averageValue']}"
    else:
        wanted = target.get("averageUtilization")
        shown = "<auto>" if wanted is None else f"{wanted}%"
        text = f"{_value(current, 'averageUtilization', '%')}/{shown}"
    return f"{source['name']}: {text}"


def _metric(spec: Object, status: Object) -> str:
    kind = spec["type"]
    field = _FIELDS.get(kind)
    if field is None:
        return "<unknown type>"
    source, current = part(spec, field), part(status, field, "current")
    target = part(source, "target")
    if kind in ("Resource", "ContainerResource"):
        return _resource_metric(source, current)
    if kind == "Pods":
        return f"{_value(current, 'averageValue')}/{target.get('averageValue', '0')}"
    if target.get("averageValue") is not None:
        return f"{_value(current, 'averageValue')}/{target['averageValue']} (avg)"
    return f"{_value(current, 'value')}/{target.get('value', '0')}"


def hpa_targets(obj: Object) -> str:
    """The Targets cell: current and wanted value of up to two metrics."""
    specs = part(obj, "spec", "metrics") or []
    statuses = part(obj, "status", "currentMetrics") or []
    pairs = [(spec, statuses[i] if i < len(statuses) else {}) for i, spec in enumerate(specs)]
    return first_of([_metric(spec, status) for spec, status in pairs], 2, ", ") or "<none>"


def _autoscaler(obj: Object, now: int) -> list[Cell]:
    spec = part(obj, "spec")
    target, minimum = part(spec, "scaleTargetRef"), spec.get("minReplicas")
    return [
        name_of(obj),
        f"{target.get('kind', '')}/{target.get('name', '')}",
        hpa_targets(obj),
        "<unset>" if minimum is None else str(minimum),
        number(spec, "maxReplicas"),
        number(obj, "status", "currentReplicas"),
        age_of(obj, now),
    ]


def _bound(obj: Object, field: str) -> str:
    value = part(obj, "spec").get(field)
    return "N/A" if value is None else str(value)


def _budget(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        _bound(obj, "minAvailable"),
        _bound(obj, "maxUnavailable"),
        number(obj, "status", "disruptionsAllowed"),
        age_of(obj, now),
    ]


_HPA: Final = "autoscaling.v2.HorizontalPodAutoscaler"

AUTOSCALERS: Final = Printer(
    (
        NAME,
        Column("Reference", doc=f"{_HPA}Spec.scaleTargetRef"),
        Column("Targets", doc=f"{_HPA}Spec.metrics"),
        Column("MinPods", doc=f"{_HPA}Spec.minReplicas"),
        Column("MaxPods", doc=f"{_HPA}Spec.maxReplicas"),
        Column("Replicas", doc=f"{_HPA}Status.currentReplicas"),
        AGE,
    ),
    _autoscaler,
)

DISRUPTION_BUDGETS: Final = Printer(
    (
        NAME,
        Column("Min Available", text="The minimum number of pods that must be available."),
        Column("Max Unavailable", text="The maximum number of pods that may be unavailable."),
        Column(
            "Allowed Disruptions",
            "integer",
            text="Calculated number of pods that may be disrupted at this time.",
        ),
        AGE,
    ),
    _budget,
)
