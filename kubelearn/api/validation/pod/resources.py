"""Requests, limits and claims of containers, and of the pod as a whole.

Source: `validateResourceRequirements`, `validatePodResources` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36. Resources are taken in alphabetical
order, where the real server's order is random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from kubelearn.api.objects import Object, get_path
from kubelearn.api.pod_resources import pod_limits, pod_requests
from kubelearn.api.quantity import canonical, parse
from kubelearn.api.validation import names
from kubelearn.api.validation.amounts import amount_of_resource
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    key,
    not_found,
    not_supported,
    required,
)
from kubelearn.api.validation.resource_names import (
    allows_overcommit,
    is_huge_page,
    validate_container_resource_name,
    validate_pod_resource_name,
    whole_pages,
)

NameRule: TypeAlias = Callable[[str, str], list[FieldError]]

RESIZE_RESOURCES: Final = ("cpu", "memory")
RESIZE_POLICIES: Final = ("NotRequired", "RestartContainer")


def validate_resources(
    resources: Mapping[str, Any] | None,
    claims: frozenset[str],
    path: str,
    name_rule: NameRule = validate_container_resource_name,
) -> list[FieldError]:
    """The `resources` of one container."""
    resources = resources or {}
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors: list[FieldError] = []
    for name, amount in sorted(limits.items()):
        errors += _amount(name, amount, key(child(path, "limits"), name), name_rule)
        errors += _pages(name, amount, key(child(path, "limits"), name))
    for name, amount in sorted(requests.items()):
        errors += _amount(name, amount, key(child(path, "requests"), name), name_rule)
        errors += _against_limit(name, amount, limits.get(name), path)
        errors += _pages(name, amount, key(child(path, "requests"), name))
    given = {*limits, *requests}
    if not given & {"cpu", "memory"} and any(is_huge_page(name) for name in given):
        errors.append(forbidden(path, "HugePages require cpu or memory"))
    return errors + _claims(resources.get("claims") or (), claims, child(path, "claims"))


def validate_resize_policy(
    policies: Sequence[Object], restart_policy: str, path: str
) -> list[FieldError]:
    """What happens to a container when its resources change in place."""
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, policy in enumerate(policies):
        resource = policy.get("resourceName") or ""
        if resource in seen:
            errors.append(duplicate(index(path, position), resource))
        seen.add(resource)
        errors += _one_of(resource, RESIZE_RESOURCES, path)
        restart = policy.get("restartPolicy") or ""
        errors += _one_of(restart, RESIZE_POLICIES, path)
        if restart_policy == "Never" and restart != "NotRequired":
            text = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
            errors.append(invalid(path, restart, text))
    return errors


def validate_pod_resources(spec: Object, claims: frozenset[str], path: str) -> list[FieldError]:
    """The `resources` of the pod as a whole, against those of its containers."""
    resources = spec.get("resources")
    if resources is None:
        return []
    place = child(path, "resources")
    if get_path(spec, "os", "name") == "windows":
        return [forbidden(place, "may not be set for a windows pod")]
    errors: list[FieldError] = []
    if resources.get("claims") is not None:
        text = "claims may not be set for Resources at pod-level"
        errors.append(forbidden(child(place, "claims"), text))
    errors += validate_resources(resources, claims, place, validate_pod_resource_name)
    return errors + _enough_for_containers(spec, resources, place)


def _one_of(value: str, allowed: tuple[str, ...], path: str) -> list[FieldError]:
    if not value:
        return [required(path)]
    return [] if value in allowed else [not_supported(path, value, allowed)]


def _amount(name: str, amount: Any, path: str, name_rule: NameRule) -> list[FieldError]:
    return name_rule(name, path) + amount_of_resource(name, str(amount), path)


def _pages(name: str, amount: Any, path: str) -> list[FieldError]:
    if not is_huge_page(name) or whole_pages(name, str(amount)):
        return []
    shown = canonical(str(amount))
    return [invalid(path, shown, f"{shown} is not positive integer multiple of {name}")]


def _against_limit(name: str, amount: Any, limit: Any, path: str) -> list[FieldError]:
    if limit is None:
        text = "Limit must be set for non overcommitable resources"
        return [] if allows_overcommit(name) else [required(child(path, "limits"), text)]
    wanted, most = parse(str(amount)).nano, parse(str(limit)).nano
    exact = not allows_overcommit(name)
    if wanted == most or (wanted < most and not exact):
        return []
    relation = "equal to" if exact else "less than or equal to"
    text = f"must be {relation} {name} limit of {canonical(str(limit))}"
    return [invalid(child(path, "requests"), canonical(str(amount)), text)]


def _claims(claims: Sequence[Object], known: frozenset[str], path: str) -> list[FieldError]:
    seen: list[str] = []
    errors: list[FieldError] = []
    for position, claim in enumerate(claims):
        place = index(path, position)
        name = claim.get("name") or ""
        if not name:
            errors.append(required(place))
            continue
        errors += _claimed_twice(name, claim.get("request") or "", seen, place)
        if name not in known:
            listed = f": {', '.join(sorted(known))}" if known else " which is empty"
            text = f"must be one of the names in pod.spec.resourceClaims{listed}"
            errors.append(replace(not_found(place, name), detail=text))
    return errors


def _claimed_twice(name: str, request: str, seen: list[str], path: str) -> list[FieldError]:
    if name in seen:
        return [duplicate(path, name)]
    label = names.dns1123_label(request) if request else []
    errors = [invalid(child(path, "request"), request, message) for message in label]
    entry = f"{name}/{request}" if request else name
    if entry in seen:
        errors.append(duplicate(path, entry))
    elif not request:
        errors += [duplicate(path, name) for other in seen if other.startswith(f"{name}/")]
    seen.append(entry)
    return errors


def _enough_for_containers(spec: Object, resources: Object, path: str) -> list[FieldError]:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    alone = {**spec, "resources": None}
    errors: list[FieldError] = []
    for name, amount in sorted(pod_requests(alone, overhead=False).items()):
        if name in requests and amount.nano > parse(str(requests[name])).nano:
            text = f"must be greater than or equal to aggregate container requests of {amount}"
            place = key(child(path, "requests"), name)
            errors.append(invalid(place, canonical(str(requests[name])), text))
    for name, amount in sorted(pod_limits(alone, overhead=False).items()):
        if not is_huge_page(name) or name not in limits:
            continue
        if amount.nano > parse(str(limits[name])).nano:
            text = f"must be greater than or equal to aggregate container limits of {amount}"
            place = key(child(path, "limits"), name)
            errors.append(invalid(place, canonical(str(limits[name])), text))
    return errors + _limits_of_containers(spec, limits, path)


def _limits_of_containers(spec: Object, limits: Object, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, container in enumerate(spec.get("containers") or ()):
        own = get_path(container, "resources", "limits") or {}
        for name in sorted(own.keys() & limits.keys()):
            if parse(str(own[name])).nano > parse(str(limits[name])).nano:
                place = child(key(index(child(path, "containers"), position), name), "limits")
                text = f"must be less than or equal to pod limits of {canonical(str(limits[name]))}"
                errors.append(invalid(place, canonical(str(own[name])), text))
    return errors
