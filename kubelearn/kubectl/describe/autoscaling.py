"""HorizontalPodAutoscalers."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import UNSET, Page, heading, moment, tags

UNKNOWN = "<unknown>"
FIELDS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
"""Type of a metric → its field."""


def horizontal_pod_autoscaler(_client: Client, page: Page, obj: Object) -> None:
    """A HorizontalPodAutoscaler with its metrics and behaviour."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    tags(page, obj)
    page.line(f"CreationTimestamp:\t{moment(obj['metadata'].get('creationTimestamp'))}")
    target = spec["scaleTargetRef"]
    page.line(f"Reference:\t{target['kind']}/{target['name']}")
    page.line("Metrics:\t( current / target )")
    measured = status.get("currentMetrics") or []
    for number, metric in enumerate(spec.get("metrics") or ()):
        found = measured[number] if number < len(measured) else {}
        page.line(_metric(metric, found), 1)
    page.line(f"Min replicas:\t{spec.get('minReplicas', UNSET)}")
    page.line(f"Max replicas:\t{spec['maxReplicas']}")
    behavior = spec.get("behavior")
    if behavior:
        page.line("Behavior:")
        for title, field in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
            if behavior.get(field):
                _direction(page, title, behavior[field])
    counts = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)}"
    page.line(f"{target['kind']} pods:\t{counts} desired")
    if status.get("conditions"):
        page.line("Conditions:")
        rows = (
            [one["type"], one["status"], one.get("reason", ""), one.get("message", "")]
            for one in status["conditions"]
        )
        page.table(("Type", "Status", "Reason", "Message"), rows)


def _metric(metric: Object, measured: Object) -> str:
    """One metric: what it is, what it is now and what it should be."""
    kind = metric["type"]
    field = FIELDS[kind]
    wanted = metric[field]
    target, current = wanted["target"], (measured.get(field) or {}).get("current") or {}
    name = (wanted.get("metric") or {}).get("name", "")
    average = target.get("averageValue")
    values = f"{current.get('averageValue', UNKNOWN)} / {average}"
    whole = f"{current.get('value', UNKNOWN)} / {target.get('value')}"
    if kind == "Pods":
        return f'"{name}" on pods:\t{values}'
    if kind in ("External", "Object"):
        on = ""
        if kind == "Object":
            about = wanted["describedObject"]
            on = f" on {about['kind']}/{about['name']}"
        if average is not None:
            return f'"{name}"{on} (target average value):\t{values}'
        return f'"{name}"{on} (target value):\t{whole}'
    of = f' of container "{wanted["container"]}"' if kind == "ContainerResource" else ""
    head = f"resource {wanted['name']}{of} on pods"
    if average is not None:
        return f"{head}:\t{values}"
    shares = _shares(current, target)
    return f"{head}  (as a percentage of request):\t{shares}"


def _shares(current: Object, target: Object) -> str:
    used = current.get("averageUtilization")
    now = UNKNOWN if used is None else f"{used}% ({current.get('averageValue', '0')})"
    wanted = target.get("averageUtilization")
    return f"{now} / {'<auto>' if wanted is None else f'{wanted}%'}"


def _direction(page: Page, title: str, rules: Object) -> None:
    page.line(f"{title}:", 1)
    if "stabilizationWindowSeconds" in rules:
        page.line(f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds", 2)
    if not rules.get("policies"):
        return
    page.line(f"Select Policy: {rules.get('selectPolicy', 'Max')}", 2)
    page.line("Policies:", 2)
    for one in rules["policies"]:
        period = f"Period: {one['periodSeconds']} seconds"
        page.line(f"- Type: {one['type']}\tValue: {one['value']}\t{period}", 3)
