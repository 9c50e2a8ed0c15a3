"""Defaults of HorizontalPodAutoscalers (`pkg/apis/autoscaling/v2/defaults.go`, 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import fill, inside, present
from kubelearn.api.objects import Object

CPU: Object = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}
SCALE_UP: Object = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
SCALE_DOWN: Object = {
    "selectPolicy": "Max",
    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
}


def default_horizontal_pod_autoscaler(autoscaler: Object) -> Object:
    """At least one replica, by 80 % of the requested CPU; a behaviour is completed."""
    autoscaler = inside(autoscaler, "spec", _spec)
    zeros = {"desiredReplicas": 0, "currentMetrics": None}
    return inside(autoscaler, "status", lambda status: fill(status, zeros))


def _spec(spec: Object) -> Object:
    spec = fill(spec, {"minReplicas": 1, "maxReplicas": 0})
    if not spec.get("metrics"):
        spec = {**spec, "metrics": [CPU]}
    return present(spec, "behavior", _behavior)


def _behavior(behavior: Object) -> Object:
    behavior = inside(behavior, "scaleUp", lambda rules: fill(rules, SCALE_UP))
    return inside(behavior, "scaleDown", lambda rules: fill(rules, SCALE_DOWN))
