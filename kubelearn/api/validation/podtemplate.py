"""Rules of PodTemplates (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import part
from kubelearn.api.validation.field import FieldError
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.pod.spec import validate_pod_template_spec


def create(template: Object) -> list[FieldError]:
    """A new PodTemplate."""
    errors = validate_meta(template)
    return errors + validate_pod_template_spec(part(template, "template"), "template")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed PodTemplate."""
    errors = validate_meta_update(new, old)
    return errors + validate_pod_template_spec(part(new, "template"), "template")
