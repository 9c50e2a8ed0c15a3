"""Rules of quantities: their sign, and whether only whole numbers make sense.

Source: `ValidateResourceQuantityValue`, `ValidatePositiveQuantityValue` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from kubelearn.api.quantity import MILLI, NANO, canonical, parse
from kubelearn.api.validation.checks import NEGATIVE
from kubelearn.api.validation.field import FieldError, invalid
from kubelearn.api.validation.resource_names import is_integer


def not_negative(amount: str, path: str) -> list[FieldError]:
    """An amount of zero or more."""
    return [] if parse(amount).nano >= 0 else [invalid(path, canonical(amount), NEGATIVE)]


def positive(amount: str, path: str) -> list[FieldError]:
    """An amount of more than zero."""
    if parse(amount).nano > 0:
        return []
    return [invalid(path, canonical(amount), "must be greater than zero")]


def amount_of_resource(name: str, amount: str, path: str) -> list[FieldError]:
    """An amount that is not negative, and a whole one when the resource is counted."""
    errors = not_negative(amount, path)
    if is_integer(name) and thousandths(amount) % 1000:
        errors.append(invalid(path, canonical(amount), "must be an integer"))
    return errors


def thousandths(amount: str) -> int:
    """The amount in thousandths, rounded up (Go's `MilliValue`)."""
    return -(-parse(amount).nano // MILLI)


def whole(amount: str) -> int:
    """The amount as a whole number, rounded up (Go's `Value`)."""
    return -(-parse(amount).nano // NANO)
