"""Defaults of Deployments (`pkg/apis/apps/v1/defaults.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import fill, fill_empty, inside
from kubelearn.api.defaults.pod import default_pod_template_spec
from kubelearn.api.objects import Object


def default_deployment(deployment: Object) -> Object:
    """One replica, a rolling update of a quarter, ten old ReplicaSets, ten minutes to progress."""
    return fill(inside(deployment, "spec", _spec), {"status": {}})


def _spec(spec: Object) -> Object:
    limits = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
    spec = inside(fill(spec, limits), "strategy", _strategy)
    return inside(spec, "template", default_pod_template_spec)


def _strategy(strategy: Object) -> Object:
    strategy = fill_empty(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    quarter = {"maxUnavailable": "25%", "maxSurge": "25%"}
    return inside(strategy, "rollingUpdate", lambda rolling: fill(rolling, quarter))
