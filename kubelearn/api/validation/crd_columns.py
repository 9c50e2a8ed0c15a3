"""Rules of the printed columns and subresources of a CustomResourceDefinition (1.36)."""

from __future__ import annotations

import re

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items, part
from kubelearn.api.validation.field import FieldError, child, index, invalid, required

TYPES = ("boolean", "date", "integer", "number", "string")
FORMATS = (
    "byte", "date", "date-time", "double", "float", "int32", "int64", "password",
)  # fmt: skip
JSON_PATH = re.compile(r"(\.[A-Za-z0-9_\-\\./]+|\['[^']+'\]|\[[0-9*:?@(=)'\" .A-Za-z_-]+\])+")


def column_errors(version: Object, path: str) -> list[FieldError]:
    """Each column has a name, a type and a path."""
    return [
        error
        for position, column in enumerate(items(version, "additionalPrinterColumns"))
        for error in _column(column, index(path, position))
    ]


def _column(column: Object, path: str) -> list[FieldError]:
    errors = [] if column.get("name") else [required(child(path, "name"))]
    kind, text = column.get("type", ""), column.get("jsonPath", "")
    detail = f"must be one of {','.join(TYPES)}"
    if not kind:
        errors.append(required(child(path, "type"), detail))
    elif kind not in TYPES:
        errors.append(invalid(child(path, "type"), kind, detail))
    form = column.get("format")
    if form and form not in FORMATS:
        detail = f"must be one of {','.join(FORMATS)}"
        errors.append(invalid(child(path, "format"), form, detail))
    if not text:
        errors.append(required(child(path, "JSONPath")))
    elif JSON_PATH.fullmatch(text) is None:
        detail = "is an invalid JSON path"
        errors.append(invalid(child(path, "JSONPath"), text, detail))
    return errors


def subresource_errors(version: Object, path: str) -> list[FieldError]:
    """The paths of the scale subresource."""
    scale, path = part(version, "subresources").get("scale"), child(path, "scale")
    if scale is None:
        return []
    errors = []
    for name, start in (("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")):
        text, place = scale.get(name, ""), child(path, name)
        if not text:
            errors.append(required(place))
        elif not text.startswith(start):
            detail = f"should be a json path under {start[:-1]}"
            errors.append(invalid(place, text, detail))
    text, place = scale.get("labelSelectorPath"), child(path, "labelSelectorPath")
    if text and not text.startswith((".spec.", ".status.")):
        detail = "should be a json path under either .spec or .status"
        errors.append(invalid(place, text, detail))
    return errors
