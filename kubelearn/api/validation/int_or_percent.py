"""Numbers that may also be percentages, as in rolling updates and disruption budgets.

Source: `pkg/apis/apps/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import re
from typing import Any

from kubelearn.api.validation.checks import named, nonnegative
from kubelearn.api.validation.field import FieldError, invalid
from kubelearn.api.validation.names import percent


def int_or_percent(value: Any, path: str) -> list[FieldError]:
    """A whole number that is not negative, or a percentage such as "25%"."""
    if isinstance(value, str):
        return named(path, value, percent(value))
    return nonnegative(value, path)


def at_most_all(value: Any, path: str) -> list[FieldError]:
    """A percentage of at most 100 %; numbers are not limited."""
    if isinstance(value, str) and not percent(value) and int(value[:-1]) > 100:
        return [invalid(path, value, "must not be greater than 100%")]
    return []


def amount(value: Any) -> int:
    """The number before the percent sign, or the number itself; 0 for anything else."""
    if not isinstance(value, str):
        return int(value or 0)
    found = re.fullmatch("([+-]?[0-9]+)%?", value)
    return int(found.group(1)) if found else 0
