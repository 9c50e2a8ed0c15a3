"""Rules of ServiceAccounts (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError
from kubelearn.api.validation.meta import validate_meta, validate_meta_update


def create(account: Object) -> list[FieldError]:
    """A new ServiceAccount."""
    return validate_meta(account)


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed ServiceAccount."""
    return validate_meta_update(new, old) + create(new)
