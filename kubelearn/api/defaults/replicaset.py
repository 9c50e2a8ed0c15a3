"""Defaults of ReplicaSets and ReplicationControllers (`pkg/apis/{apps,core}/v1/defaults.go`)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import fill, fill_empty, inside, present
from kubelearn.api.defaults.pod import default_pod_template_spec
from kubelearn.api.objects import Object, get_path


def default_replicaset(replicaset: Object) -> Object:
    """One replica."""
    return _status(inside(replicaset, "spec", _spec))


def _spec(spec: Object) -> Object:
    return inside(fill(spec, {"replicas": 1}), "template", default_pod_template_spec)


def default_replication_controller(controller: Object) -> Object:
    """One replica; selector and labels are those of the template when they are not given."""
    labels = get_path(controller, "spec", "template", "metadata", "labels")
    if labels:
        controller = inside(
            controller, "metadata", lambda metadata: fill_empty(metadata, {"labels": labels})
        )
        controller = inside(controller, "spec", lambda spec: fill_empty(spec, {"selector": labels}))
    return _status(inside(controller, "spec", _controller_spec))


def _controller_spec(spec: Object) -> Object:
    return present(fill(spec, {"replicas": 1}), "template", default_pod_template_spec)


def _status(obj: Object) -> Object:
    return inside(obj, "status", lambda status: fill(status, {"replicas": 0}))
