"""Defaults of roles and bindings (`pkg/apis/rbac/v1/defaults.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import each, fill, fill_empty, inside
from kubelearn.api.objects import Object
from kubelearn.api.validation.rbac import GROUP


def default_role(role: Object) -> Object:
    """Rules are shown even when there are none."""
    return fill(role, {"rules": None})


def default_binding(binding: Object) -> Object:
    """Roles, users and groups belong to the RBAC group."""
    binding = inside(binding, "roleRef", lambda ref: fill_empty(ref, {"apiGroup": GROUP}))
    return each(binding, "subjects", _subject)


def _subject(subject: Object) -> Object:
    if subject.get("kind") in ("User", "Group"):
        return fill_empty(subject, {"apiGroup": GROUP})
    return subject
