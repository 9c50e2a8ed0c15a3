"""Rules of LimitRanges (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.quantity import canonical, parse
from kubelearn.api.validation.amounts import thousandths
from kubelearn.api.validation.checks import items, named, part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    key,
    required,
)
from kubelearn.api.validation.meta import validate_meta
from kubelearn.api.validation.names import label_key
from kubelearn.api.validation.resource_names import (
    allows_overcommit,
    validate_container_resource_name,
    validate_resource_name,
)

TYPES = ("Pod", "Container", "PersistentVolumeClaim")
DEFAULTS = ("default", "defaultRequest")


def create(limit_range: Object) -> list[FieldError]:
    """A new LimitRange."""
    errors, types = validate_meta(limit_range), set()
    for position, item in enumerate(items(part(limit_range, "spec"), "limits")):
        path, kind = index("spec.limits", position), item.get("type", "")
        errors += _type(kind, child(path, "type"))
        if kind in types:
            errors.append(duplicate(child(path, "type"), kind))
        types.add(kind)
        errors += _item(item, kind, path)
    return errors


def update(new: Object, _old: Object) -> list[FieldError]:
    """A changed LimitRange."""
    return create(new)


def _type(kind: str, path: str) -> list[FieldError]:
    errors = named(path, kind, label_key(kind))
    if errors or "/" in kind or kind in TYPES:
        return errors
    return [invalid(path, kind, "must be a standard limit type or fully qualified")]


def _item(item: Object, kind: str, path: str) -> list[FieldError]:
    errors = _names(item, "max", kind, path) + _names(item, "min", kind, path)
    for name in DEFAULTS:
        if kind != "Pod":
            errors += _names(item, name, kind, path)
        elif item.get(name):
            detail = "may not be specified when `type` is 'Pod'"
            errors.append(forbidden(child(path, name), detail))
    stored = "storage" in part(item, "min") or "storage" in part(item, "max")
    if kind == "PersistentVolumeClaim" and not stored:
        detail = "either minimum or maximum storage value is required, but neither was provided"
        errors.append(required(child(path, "limits"), detail))
    errors += _names(item, "maxLimitRequestRatio", kind, path)
    given = ("max", "min", "maxLimitRequestRatio", *(DEFAULTS if kind != "Pod" else ()))
    names = sorted({name for field in given for name in part(item, field)})
    for name in names:
        amounts = {
            field: canonical(part(item, field)[name])
            for field in given
            if name in part(item, field)
        }
        errors += _order(amounts, name, path) + _ratio(amounts, name, path)
        errors += _equal(amounts, name, path)
    return errors


def _names(item: Object, field: str, kind: str, path: str) -> list[FieldError]:
    container = kind in ("Pod", "Container")
    rule = validate_container_resource_name if container else validate_resource_name
    return [
        error
        for name in sorted(part(item, field))
        for error in rule(name, key(child(path, field), name))
    ]


ORDER = (
    ("min", "max", "min", "min", "min value {} is greater than max value {}"),
    ("min", "defaultRequest", "defaultRequest", "defaultRequest",
     "min value {} is greater than default request value {}"),
    ("defaultRequest", "max", "defaultRequest", "defaultRequest",
     "default request value {} is greater than max value {}"),
    ("defaultRequest", "default", "defaultRequest", "defaultRequest",
     "default request value {} is greater than default limit value {}"),
    ("min", "default", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "default", "max", "default value {} is greater than max value {}"),
)  # fmt: skip
"""(what may not be greater, than what, the field of the error, the value it shows, its text)."""


def _order(amounts: dict[str, str], name: str, path: str) -> list[FieldError]:
    errors = []
    for low, high, field, shown, text in ORDER:
        if low not in amounts or high not in amounts:
            continue
        if parse(amounts[low]).nano > parse(amounts[high]).nano:
            detail = text.format(amounts[low], amounts[high])
            errors.append(invalid(key(child(path, field), name), amounts[shown], detail))
    return errors


def _ratio(amounts: dict[str, str], name: str, path: str) -> list[FieldError]:
    ratio = amounts.get("maxLimitRequestRatio")
    if ratio is None:
        return []
    path, errors = key(child(path, "maxLimitRequestRatio"), name), []
    if thousandths(ratio) < 1000:
        errors.append(invalid(path, ratio, f"ratio {ratio} is less than 1"))
    if "min" not in amounts or "max" not in amounts or not thousandths(amounts["min"]):
        return errors
    possible = thousandths(amounts["max"]) / thousandths(amounts["min"])
    if thousandths(ratio) / 1000 > possible:
        detail = f"ratio {ratio} is greater than max/min = {possible:f}"
        errors.append(invalid(path, ratio, detail))
    return errors


def _equal(amounts: dict[str, str], name: str, path: str) -> list[FieldError]:
    limit, request = amounts.get("default"), amounts.get("defaultRequest")
    if allows_overcommit(name) or limit is None or request is None or limit == request:
        return []
    detail = f"default value {limit} must equal to defaultRequest value {request} in {name}"
    return [invalid(key(child(path, "defaultRequest"), name), request, detail)]
