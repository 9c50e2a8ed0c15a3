"""Defaults of DaemonSets (`pkg/apis/apps/v1/defaults.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import fill, fill_empty, inside
from kubelearn.api.defaults.pod import default_pod_template_spec
from kubelearn.api.objects import Object

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""The annotation that carries the generation of the template."""


def default_daemonset(daemonset: Object) -> Object:
    """One unavailable pod at a time during an update, ten old revisions."""
    daemonset = inside(daemonset, "metadata", _metadata)
    zeros = dict.fromkeys(
        ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"), 0
    )
    daemonset = inside(daemonset, "spec", _spec)
    return inside(daemonset, "status", lambda status: fill(status, zeros))


def _metadata(metadata: Object) -> Object:
    first = {TEMPLATE_GENERATION: "1"}
    return inside(metadata, "annotations", lambda notes: fill_empty(notes, first))


def _spec(spec: Object) -> Object:
    spec = inside(fill(spec, {"revisionHistoryLimit": 10}), "updateStrategy", _strategy)
    return inside(spec, "template", default_pod_template_spec)


def _strategy(strategy: Object) -> Object:
    strategy = fill_empty(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    one = {"maxUnavailable": 1, "maxSurge": 0}
    return inside(strategy, "rollingUpdate", lambda rolling: fill(rolling, one))
