"""Rules of PriorityClasses (`pkg/apis/scheduling/validation`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import choice, part
from kubelearn.api.validation.field import FieldError, forbidden
from kubelearn.api.validation.meta import validate_meta, validate_meta_update

SYSTEM = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
"""The classes of the system's own pods, and their values."""
HIGHEST = 1_000_000_000
POLICIES = ("PreemptLowerPriority", "Never")
FIXED = "may not be changed in an update."


def create(priority_class: Object) -> list[FieldError]:
    """A new PriorityClass."""
    name, value = part(priority_class, "metadata").get("name", ""), priority_class.get("value", 0)
    errors = validate_meta(priority_class, namespaced=False)
    if name.startswith("system-"):
        problem = _not_system(name, value, bool(priority_class.get("globalDefault")))
        if problem:
            detail = (
                "priority class names with 'system-' prefix are reserved for system use only. "
                f"error: {problem}"
            )
            errors.append(forbidden("metadata.name", detail))
    elif value > HIGHEST:
        detail = f"maximum allowed value of a user defined priority is {HIGHEST}"
        errors.append(forbidden("value", detail))
    policy = priority_class.get("preemptionPolicy")
    return errors + choice(policy, "preemptionPolicy", POLICIES)


def _not_system(name: str, value: int, everybody: bool) -> str:
    wanted = SYSTEM.get(name)
    if wanted is None:
        return f"{name} is not a known system priority class"
    if wanted != value:
        return f"value of {name} PriorityClass must be {wanted}"
    if everybody:
        return f"globalDefault of {name} PriorityClass must be false"
    return ""


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed PriorityClass: value and preemption stay."""
    errors = validate_meta_update(new, old)
    if new.get("value", 0) != old.get("value", 0):
        errors.append(forbidden("value", FIXED))
    policy, before = new.get("preemptionPolicy"), old.get("preemptionPolicy")
    if policy != before:
        errors.append(FieldError("Invalid value", "preemptionPolicy", policy, "field is immutable"))
    return errors
