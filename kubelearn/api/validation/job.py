"""Rules of Jobs (`pkg/apis/batch/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, part, same
from kubelearn.api.validation.field import FieldError, child, invalid, key, required
from kubelearn.api.validation.job_labels import (
    CONTROLLER_UID,
    JOB_NAME,
    LEGACY_CONTROLLER_UID,
    LEGACY_JOB_NAME,
)
from kubelearn.api.validation.job_spec import job_spec_errors, show_success_policy
from kubelearn.api.validation.label_selector import is_broken, selects, show_selector
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1123_label
from kubelearn.api.validation.workload import matching

FIXED = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
DIRECTIVES = ("nodeSelector", "tolerations", "schedulingGates")


def create(job: Object) -> list[FieldError]:
    """A new Job."""
    spec, name = part(job, "spec"), part(job, "metadata").get("name", "")
    errors = validate_meta(job) + _generated(job) + _spec(spec, "spec")
    completions = spec.get("completions") or 0
    if spec.get("completionMode") == "Indexed" and completions > 0:
        last = f"{name}-{completions - 1}"
        if dns1123_label(last):
            detail = f"will not able to create pod with invalid DNS label: {last}"
            errors.append(invalid("metadata.name", name, detail))
    return errors


def _generated(job: Object) -> list[FieldError]:
    """Selector and labels are the generated ones, unless they are made by hand."""
    spec, metadata = part(job, "spec"), part(job, "metadata")
    selector = spec.get("selector")
    if spec.get("manualSelector") or selector is None:
        return []
    uid, name = metadata.get("uid", ""), metadata.get("name", "")
    errors = [] if uid else [required("metadata.uid")]
    expected = {
        LEGACY_CONTROLLER_UID: uid,
        LEGACY_JOB_NAME: name,
        CONTROLLER_UID: uid,
        JOB_NAME: name,
    }
    labels = part(part(part(spec, "template"), "metadata"), "labels")
    for label, value in expected.items():
        errors += _label(labels, label, value)
    if not is_broken(selector) and not selects(selector, expected):
        detail = "`selector` not auto-generated"
        errors.append(invalid("spec.selector", show_selector(selector), detail))
    return errors


def _label(labels: Object, name: str, value: str) -> list[FieldError]:
    path, detail = key("spec.template.metadata.labels", name), f"must be '{value}'"
    if name not in labels:
        return [required(path, detail)]
    if labels[name] != value:
        return [invalid(path, dict(sorted(labels.items())), detail)]
    return []


def _spec(spec: Object, path: str) -> list[FieldError]:
    errors = job_spec_errors(spec, path)
    selector, place = spec.get("selector"), child(path, "selector")
    errors += [required(place)] if selector is None else validate_label_selector(selector, place)
    if not is_broken(selector):
        errors += matching(selector, part(spec, "template"), child(path, "template"))
    return errors


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Job: what its pods are made from stays."""
    spec, before, path = part(new, "spec"), part(old, "spec"), "spec"
    errors = create(new) + validate_meta_update(new, old) + _spec(spec, path)
    errors += _completions(spec, before, child(path, "completions"))
    shown = show_selector(spec.get("selector"))
    before_selector = show_selector(before.get("selector"))
    errors += immutable(shown, before_selector, child(path, "selector"), shown)
    errors += _template(new, old, child(path, "template"))
    for name in FIXED:
        value = spec.get(name)
        shown_value: Any = show_success_policy(value) if name == "successPolicy" else value
        errors += immutable(value, before.get(name), child(path, name), shown_value)
    return errors


def _completions(spec: Object, before: Object, path: str) -> list[FieldError]:
    wanted, had = spec.get("completions"), before.get("completions")
    if spec.get("completionMode") != "Indexed":
        return immutable(wanted, had, path)
    if wanted == had or wanted is None or wanted == spec.get("parallelism"):
        return []
    return [invalid(path, wanted, "can only be modified in tandem with spec.parallelism")]


def _template(new: Object, old: Object, path: str) -> list[FieldError]:
    template, before = part(part(new, "spec"), "template"), part(part(old, "spec"), "template")
    waiting = part(old, "spec").get("suspend") and not part(old, "status").get("startTime")
    if waiting:
        template, before = _fixed_part(template), _fixed_part(before)
    if same(template, before):
        return []
    return [invalid(path, part(part(new, "spec"), "template"), "field is immutable")]


def _fixed_part(template: Object) -> Object:
    """What may not even change while the Job is suspended and has not begun."""
    spec = {name: value for name, value in part(template, "spec").items() if name not in DIRECTIVES}
    affinity = {k: v for k, v in part(spec, "affinity").items() if k != "nodeAffinity"}
    for name in ("containers", "initContainers"):
        spec[name] = [
            {field: value for field, value in container.items() if field != "resources"}
            for container in spec.get(name) or ()
        ]
    metadata = part(template, "metadata")
    kept = {k: v for k, v in metadata.items() if k not in ("labels", "annotations")}
    return {**template, "metadata": kept, "spec": {**spec, "affinity": affinity}}
