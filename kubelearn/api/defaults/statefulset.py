"""Defaults of StatefulSets (`pkg/apis/apps/v1/defaults.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, fill_empty, inside
from kubelearn.api.defaults.persistent_volume import default_persistent_volume_claim
from kubelearn.api.defaults.pod import default_pod_template_spec
from kubelearn.api.objects import Object


def default_statefulset(statefulset: Object) -> Object:
    """One replica, started and updated in order, whose claims outlive it."""
    statefulset = inside(statefulset, "spec", _spec)
    zeros = {"replicas": 0, "availableReplicas": 0}
    return inside(statefulset, "status", lambda status: fill(status, zeros))


def _spec(spec: Object) -> Object:
    spec = fill_empty(spec, {"podManagementPolicy": "OrderedReady"})
    spec = fill(spec, {"replicas": 1, "revisionHistoryLimit": 10, "serviceName": ""})
    spec = inside(spec, "updateStrategy", _strategy)
    spec = inside(spec, "persistentVolumeClaimRetentionPolicy", _retention)
    spec = each(spec, "volumeClaimTemplates", _claim)
    return inside(spec, "template", default_pod_template_spec)


def _strategy(strategy: Object) -> Object:
    strategy = fill_empty(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    return inside(strategy, "rollingUpdate", lambda rolling: fill(rolling, {"partition": 0}))


def _retention(policy: Object) -> Object:
    return fill_empty(policy, {"whenDeleted": "Retain", "whenScaled": "Retain"})


def _claim(template: Object) -> Object:
    template = fill_empty(template, {"apiVersion": "v1", "kind": "PersistentVolumeClaim"})
    return default_persistent_volume_claim(template)
