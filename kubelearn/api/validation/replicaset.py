"""Rules of ReplicaSets and ReplicationControllers (`pkg/apis/{apps,core}/validation`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import nonnegative_fields, part
from kubelearn.api.validation.deployment import same_selector
from kubelearn.api.validation.field import FieldError, required
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.pod import validate_pod_template_spec
from kubelearn.api.validation.workload import (
    always_restarted,
    at_most_replicas,
    available_at_most_ready,
    matching,
    required_selector,
    template_of_replicas,
)

STATUS_COUNTERS = (
    "replicas",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "observedGeneration",
    "terminatingReplicas",
)


def create(replicaset: Object) -> list[FieldError]:
    """A new ReplicaSet."""
    return validate_meta(replicaset) + _spec(part(replicaset, "spec"), "spec")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed ReplicaSet: its selector stays."""
    errors = validate_meta_update(new, old) + _spec(part(new, "spec"), "spec")
    return errors + same_selector(new, old)


def _spec(spec: Object, path: str) -> list[FieldError]:
    errors = nonnegative_fields(spec, path, "replicas", "minReadySeconds")
    errors += required_selector(spec, path, "deployment")  # upstream's text says deployment here
    return errors + template_of_replicas(spec, path)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a ReplicaSet or ReplicationController."""
    found, path = part(new, "status"), "status"
    errors = validate_meta_update(new, old)
    errors += nonnegative_fields(found, path, *STATUS_COUNTERS)
    names = "fullyLabeledReplicas", "readyReplicas", "availableReplicas"
    errors += at_most_replicas(found, path, *names)
    return errors + available_at_most_ready(found, path, "readyReplicas")


def create_controller(controller: Object) -> list[FieldError]:
    """A new ReplicationController."""
    return validate_meta(controller) + _controller_spec(part(controller, "spec"), "spec")


def update_controller(new: Object, old: Object) -> list[FieldError]:
    """A changed ReplicationController."""
    errors = create_controller(new) + validate_meta_update(new, old)
    return errors + _controller_spec(part(new, "spec"), "spec")


def _controller_spec(spec: Object, path: str) -> list[FieldError]:
    errors = nonnegative_fields(spec, path, "minReadySeconds")
    labels = spec.get("selector")
    if not labels:
        errors.append(required(f"{path}.selector"))
    errors += nonnegative_fields(spec, path, "replicas")
    template, path = spec.get("template"), f"{path}.template"
    if template is None:
        return [*errors, required(path)]
    errors += matching({"matchLabels": labels}, template, path) if labels else []
    errors += validate_pod_template_spec(template, path)
    return errors + always_restarted(template, path, "ReplicationController")
