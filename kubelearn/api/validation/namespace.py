"""Rules of Namespaces (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, named, part
from kubelearn.api.validation.field import FieldError, index, invalid
from kubelearn.api.validation.meta import short_finalizer, validate_meta, validate_meta_update
from kubelearn.api.validation.names import label_key, name_is_dns_label


def create(namespace: Object) -> list[FieldError]:
    """A new Namespace."""
    errors = validate_meta(namespace, namespaced=False, name=name_is_dns_label)
    for name in items(part(namespace, "spec"), "finalizers"):
        errors += _finalizer(name, "spec.finalizers")
    return errors


def _finalizer(name: str, path: str) -> list[FieldError]:
    return named(path, name, label_key(name)) + short_finalizer(name, path)


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Namespace."""
    return create(new) + validate_meta_update(new, old)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status: Active until its deletion begins, Terminating from then on."""
    errors = validate_meta_update(new, old)
    phase = part(new, "status").get("phase", "")
    terminating = "deletionTimestamp" in part(new, "metadata")
    wanted, when = ("Terminating", "is not empty") if terminating else ("Active", "is empty")
    if phase != wanted:
        detail = f"may only be '{wanted}' if `deletionTimestamp` {when}"
        errors.append(invalid("status.Phase", phase, detail))
    return errors


def finalize(new: Object, old: Object) -> list[FieldError]:
    """The finalizers as the namespace controller changes them."""
    errors = validate_meta_update(new, old)
    for position, name in enumerate(items(part(new, "spec"), "finalizers")):
        errors += _finalizer(name, index("spec.finalizers", position))
    return errors
