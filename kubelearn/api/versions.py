"""Objects in the other served versions of their kind.

Source: `pkg/apis/autoscaling/v1/conversion.go`, Kubernetes 1.36.

Unlike the real one: an autoscaling/v1 object that is written back does not bring its metrics
annotations with it.
"""

from __future__ import annotations

from typing import Any

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.validation.field import go_json

ANNOTATION = "autoscaling.alpha.kubernetes.io/"


def to_version(kind: Kind, version: str, obj: Object) -> Object:
    """A stored object as a client of `version` sees it."""
    api_version = kind.version_of(version)
    if obj.get("apiVersion") == api_version and obj.get("kind") == kind.kind:
        return obj
    if kind.kind == "HorizontalPodAutoscaler" and version == "v1":
        return _hpa_to_v1(obj)
    return {**obj, "kind": kind.kind, "apiVersion": api_version}


def from_version(kind: Kind, obj: Object) -> Object:
    """An object of any served version as it is stored."""
    if obj.get("apiVersion") == kind.api_version:
        return obj
    if kind.kind == "HorizontalPodAutoscaler" and obj.get("apiVersion") == "autoscaling/v1":
        return _hpa_from_v1(obj)
    return {**obj, "apiVersion": kind.api_version}


def _hpa_from_v1(obj: Object) -> Object:
    spec = dict(obj.get("spec") or {})
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    if percent is not None:
        spec["metrics"] = [_cpu_metric(percent)]
    status = dict(obj.get("status") or {})
    status.pop("currentCPUUtilizationPercentage", None)
    new = {**obj, "apiVersion": "autoscaling/v2", "spec": spec}
    return {**new, "status": status} if "status" in obj else new


def _cpu_metric(percent: int) -> Object:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _hpa_to_v1(obj: Object) -> Object:
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    annotations = dict(obj["metadata"].get("annotations") or {})
    others = []
    for metric in spec.pop("metrics", None) or ():
        source = metric.get("resource") or {}
        percent = (source.get("target") or {}).get("averageUtilization")
        if source.get("name") == "cpu" and percent is not None:
            spec["targetCPUUtilizationPercentage"] = percent
        else:
            others.append(_metric_v1(metric))
    if others:
        annotations[f"{ANNOTATION}metrics"] = go_json(others)
    behavior = spec.pop("behavior", None)
    if behavior:
        annotations[f"{ANNOTATION}behavior"] = go_json(_internal_behavior(behavior))
    status.pop("currentMetrics", None)
    status.setdefault("currentReplicas", 0)
    metadata = {**obj["metadata"]}
    if annotations:
        metadata["annotations"] = annotations
    return {
        **obj, "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status,
    }  # fmt: skip


def _metric_v1(metric: Object) -> Object:
    """A metric in the older form of the annotation; other sources keep their newer form."""
    source = metric.get("resource")
    if source is None:
        return metric
    target, names = source["target"], {"name": source["name"]}
    for new, old in (("averageUtilization", "targetAverageUtilization"),
                     ("averageValue", "targetAverageValue")):  # fmt: skip
        if target.get(new) is not None:
            names[old] = target[new]
    return {"type": metric["type"], "resource": names}


def _internal_behavior(behavior: Object) -> Object:
    return {f"Scale{way}": _internal_rules(behavior.get(f"scale{way}")) for way in ("Up", "Down")}


def _internal_rules(rules: Object | None) -> Any:
    if rules is None:
        return None
    policies = [
        {"Type": p["type"], "Value": p["value"], "PeriodSeconds": p["periodSeconds"]}
        for p in rules.get("policies") or ()
    ]
    return {
        "StabilizationWindowSeconds": rules.get("stabilizationWindowSeconds"),
        "SelectPolicy": rules.get("selectPolicy"),
        "Policies": policies,
        "Tolerance": rules.get("tolerance"),
    }
