"""Rules that Deployments, ReplicaSets and their kin share: selector, template, counters.

Source: `pkg/apis/apps/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.label_selector import is_broken, is_empty, selects, show_selector
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.pod import validate_pod_template_spec

MISMATCH = "`selector` does not match template `labels`"


def required_selector(spec: Object, path: str, kind: str) -> list[FieldError]:
    """A selector that is there, is right, and asks for something."""
    selector, path = spec.get("selector"), child(path, "selector")
    if selector is None:
        return [required(path)]
    errors = validate_label_selector(selector, path)
    if is_empty(selector):
        detail = f"empty selector is invalid for {kind}"
        errors.append(invalid(path, show_selector(selector), detail))
    return errors


def template_of_replicas(spec: Object, path: str) -> list[FieldError]:
    """The template of a Deployment or ReplicaSet: found by the selector, restarted always."""
    selector = spec.get("selector")
    if is_broken(selector):
        detail = "invalid label selector"
        return [invalid(child(path, "selector"), show_selector(selector), detail)]
    template, path = part(spec, "template"), child(path, "template")
    errors = [] if is_empty(selector) else matching(selector, template, path)
    errors += validate_pod_template_spec(template, path)
    return errors + always_restarted(template, path, "ReplicaSet")


def matching(selector: Object | None, template: Object, path: str) -> list[FieldError]:
    """The selector finds the labels of the template."""
    labels = part(template, "metadata").get("labels")
    if selects(selector, labels):
        return []
    shown = dict(sorted(labels.items())) if labels else None
    return [invalid(child(path, "metadata", "labels"), shown, MISMATCH)]


def always_restarted(template: Object, path: str, kind: str) -> list[FieldError]:
    """Pods that are meant to run for ever: restarted always, without a deadline."""
    spec = part(template, "spec")
    errors = []
    policy = spec.get("restartPolicy", "")
    if policy != "Always":
        errors.append(not_supported(child(path, "spec", "restartPolicy"), policy, ["Always"]))
    if spec.get("activeDeadlineSeconds") is not None:
        detail = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.append(forbidden(child(path, "spec", "activeDeadlineSeconds"), detail))
    return errors


def at_most_replicas(status: Object, path: str, *names: str) -> list[FieldError]:
    """Counters of a status that cannot exceed its `replicas`."""
    replicas = status.get("replicas", 0)
    return [
        invalid(child(path, name), status.get(name, 0), "cannot be greater than status.replicas")
        for name in names
        if status.get(name, 0) > replicas
    ]


def available_at_most_ready(status: Object, path: str, whole: str) -> list[FieldError]:
    """Available replicas are ready ones; `whole` is how the kind calls those."""
    available = status.get("availableReplicas", 0)
    if available <= status.get("readyReplicas", 0):
        return []
    detail = f"cannot be greater than {whole}"
    return [invalid(child(path, "availableReplicas"), available, detail)]


def collisions_grow(new: Object, old: Object) -> list[FieldError]:
    """The count of name collisions only grows."""
    count, before = (
        part(new, "status").get("collisionCount"),
        part(old, "status").get("collisionCount"),
    )
    if before is None or (count is not None and count >= before):
        return []
    return [invalid("status.collisionCount", count or 0, "cannot be decremented")]
