"""What is wrong with the terms of a node affinity, in the words of whoever reads them.

The API server lets more through: it looks neither at label values nor at the numbers of Gt and Lt.

Source: `staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go` and
`staging/src/k8s.io/apimachinery/pkg/labels/selector.go` (NewRequirement), Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelearn.api.validation import names
from kubelearn.api.validation.field import FieldError, child, index, invalid, key, not_supported

OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
FIELD_OPERATORS: Final = ("In", "NotIn")
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")


def problems_of_term(term: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """What keeps a NodeSelectorTerm from meaning anything."""
    for place, one in enumerate(term.get("matchExpressions") or ()):
        yield from _expression(one, index(child(path, "matchExpressions"), place))
    for place, one in enumerate(term.get("matchFields") or ()):
        yield from _field(one, index(child(path, "matchFields"), place))


def _expression(one: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    operator, values = one.get("operator", ""), list(one.get("values") or ())
    if operator not in OPERATORS:
        yield not_supported(child(path, "operator"), operator, OPERATORS)
        return
    name, where = one.get("key", ""), child(path, "values")
    if problems := names.label_key(name):
        yield invalid(child(path, "key"), name, "; ".join(problems))
    if operator in ("In", "NotIn") and not values:
        yield invalid(where, values, "for 'in', 'notin' operators, values set can't be empty")
    if operator in ("Exists", "DoesNotExist") and values:
        yield invalid(where, values, "values set must be empty for exists and does not exist")
    if operator in ("Gt", "Lt"):
        yield from _number(values, where)
    for place, value in enumerate(values):
        if problems := names.label_value(value):
            yield invalid(key(index(where, place), name), value, "; ".join(problems))


def _number(values: list[str], path: str) -> Iterator[FieldError]:
    if len(values) != 1:
        yield invalid(path, values, "for 'Gt', 'Lt' operators, exactly one value is required")
    for place, value in enumerate(values):
        if not _WHOLE.fullmatch(value):
            text = "for 'Gt', 'Lt' operators, the value must be an integer"
            yield invalid(index(path, place), value, text)


def _field(one: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    values = one.get("values") or ()
    if one.get("operator") not in FIELD_OPERATORS:
        yield not_supported(child(path, "operator"), one.get("operator", ""), FIELD_OPERATORS)
    elif len(values) != 1:
        yield invalid(child(path, "values"), len(values), "must have one element")
