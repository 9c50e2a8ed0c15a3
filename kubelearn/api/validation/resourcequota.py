"""Rules of ResourceQuotas (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.amounts import amount_of_resource
from kubelearn.api.validation.checks import items, part
from kubelearn.api.validation.field import FieldError, child, invalid, key, required
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.resource_names import (
    COUNTED_OBJECTS,
    HUGE_PAGES,
    STANDARD_RESOURCES,
    validate_resource_name,
)

COMPUTE = frozenset(
    {"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"}
)
SCOPES = {
    "Terminating": COMPUTE | {"pods"},
    "NotTerminating": COMPUTE | {"pods"},
    "BestEffort": frozenset({"pods"}),
    "NotBestEffort": COMPUTE | {"pods"},
    "PriorityClass": COMPUTE | {"pods"},
    "CrossNamespacePodAffinity": COMPUTE | {"pods"},
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
"""The scopes, and the resources that each can limit."""
CONFLICTS = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
EXISTS_ONLY = (
    "BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity",
)  # fmt: skip
QUOTA_RESOURCES = (STANDARD_RESOURCES - {"storage"}) | COUNTED_OBJECTS


def create(quota: Object) -> list[FieldError]:
    """A new ResourceQuota."""
    errors = validate_meta(quota) + _spec(part(quota, "spec"), "spec")
    return errors + _status(quota)


def _spec(spec: Object, path: str) -> list[FieldError]:
    errors = _amounts(spec, "hard", path) + _scopes(spec, child(path, "scopes"))
    selector = spec.get("scopeSelector")
    if selector is None:
        return errors
    return errors + _selector(spec, child(path, "scopeSelector", "matchExpressions"))


def _amounts(holder: Object, name: str, path: str) -> list[FieldError]:
    errors = []
    for resource, amount in sorted(part(holder, name).items()):
        place = key(child(path, name), resource)
        errors += _resource(resource, place) + amount_of_resource(resource, amount, place)
    return errors


def _is_quota_resource(name: str) -> bool:
    return name in QUOTA_RESOURCES or name.startswith((HUGE_PAGES, f"requests.{HUGE_PAGES}"))


def _resource(name: str, path: str) -> list[FieldError]:
    errors = validate_resource_name(name, path)
    if "/" not in name and not _is_quota_resource(name):
        errors.append(invalid(path, name, "must be a standard resource for quota"))
    return errors


def _unfit(scope: str, spec: Object) -> int:
    """How many of the limited resources a scope cannot limit."""
    fit = SCOPES.get(scope)
    names = [name for name in part(spec, "hard") if _is_quota_resource(name)]
    return 0 if fit is None else sum(name not in fit for name in names)


def _scopes(spec: Object, path: str) -> list[FieldError]:
    scopes, errors = items(spec, "scopes"), []
    for scope in scopes:
        if scope not in SCOPES:
            errors.append(invalid(path, scopes, "unsupported scope"))
        detail = "unsupported scope applied to resource"
        errors += [invalid(path, scopes, detail) for _ in range(_unfit(scope, spec))]
    return errors + _conflicts(set(scopes), scopes, path)


def _conflicts(found: set[str], shown: list[str] | None, path: str) -> list[FieldError]:
    return [
        invalid(path, shown or None, "conflicting scopes")
        for pair in CONFLICTS
        if found.issuperset(pair)
    ]


def _selector(spec: Object, path: str) -> list[FieldError]:
    selector, errors = spec["scopeSelector"], []
    for requirement in items(selector, "matchExpressions"):
        scope, operator = requirement.get("scopeName", ""), requirement.get("operator", "")
        if scope not in SCOPES:
            errors.append(invalid(child(path, "scopeName"), scope, "unsupported scope"))
        detail = "unsupported scope applied to resource"
        errors += [invalid(path, _show(selector), detail) for _ in range(_unfit(scope, spec))]
        if scope in EXISTS_ONLY and operator != "Exists":
            listed = "Terminating, NotTerminating, BestEffort, NotBestEffort"
            names = ", ".join(f"ResourceQuotaScope{name}" for name in listed.split(", "))
            detail = (
                f"must be 'Exists' when scope is any of {names} or "
                "ResourceQuotaScopeCrossNamespacePodAffinity"
            )
            errors.append(invalid(child(path, "operator"), operator, detail))
        errors += _values(operator, items(requirement, "values"), path)
    found = {requirement.get("scopeName") for requirement in items(selector, "matchExpressions")}
    return errors + _conflicts(found, spec.get("scopes"), path)


def _values(operator: str, values: list[str], path: str) -> list[FieldError]:
    if operator in ("In", "NotIn"):
        detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
        return [] if values else [required(child(path, "values"), detail)]
    if operator in ("Exists", "DoesNotExist"):
        detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
        return [invalid(child(path, "values"), values, detail)] if values else []
    return [invalid(child(path, "operator"), operator, "not a valid selector operator")]


def _show(selector: Object) -> Object:
    return {
        "MatchExpressions": [
            {
                "ScopeName": requirement.get("scopeName", ""),
                "Operator": requirement.get("operator", ""),
                "Values": requirement.get("values"),
            }
            for requirement in items(selector, "matchExpressions")
        ]
    }


def _status(quota: Object) -> list[FieldError]:
    found = part(quota, "status")
    return _amounts(found, "hard", "status") + _amounts(found, "used", "status")


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed ResourceQuota: its scopes stay."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = validate_meta_update(new, old) + _spec(spec, "spec")
    if set(items(spec, "scopes")) != set(items(before, "scopes")):
        errors.append(invalid("spec.scopes", spec.get("scopes"), "field is immutable"))
    return errors


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a ResourceQuota."""
    return validate_meta_update(new, old) + _status(new)
