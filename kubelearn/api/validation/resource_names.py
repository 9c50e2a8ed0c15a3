"""Names of resources: native, extended, huge pages, and what is overcommitted.

Source: `pkg/apis/core/helper/helpers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.quantity import NANO, QuantityError, parse
from kubelearn.api.validation import names
from kubelearn.api.validation.field import FieldError, invalid, not_supported

HUGE_PAGES: Final = "hugepages-"
CONTAINER_RESOURCES: Final = frozenset({"cpu", "memory", "ephemeral-storage"})
COUNTED_OBJECTS: Final = frozenset(
    {
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)
STANDARD_RESOURCES: Final = (
    CONTAINER_RESOURCES
    | COUNTED_OBJECTS
    | {f"requests.{name}" for name in CONTAINER_RESOURCES}
    | {f"limits.{name}" for name in CONTAINER_RESOURCES}
    | {"storage", "requests.storage"}
)
POD_LEVEL_RESOURCES: Final = ("cpu", "memory")


def is_huge_page(name: str) -> bool:
    """Whether the resource is pages of one size: hugepages-2Mi."""
    return name.startswith(HUGE_PAGES)


def is_native(name: str) -> bool:
    """Whether the resource is Kubernetes' own: no domain, or one of kubernetes.io."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Whether the resource is somebody else's: nvidia.com/gpu."""
    if is_native(name) or name.startswith("requests."):
        return False
    return not names.qualified_name(f"requests.{name}")


def is_integer(name: str) -> bool:
    """Whether only whole numbers of it make sense."""
    return name in COUNTED_OBJECTS or is_extended(name)


def allows_overcommit(name: str) -> bool:
    """Whether requests may be below limits."""
    return is_native(name) and not is_huge_page(name)


def whole_pages(name: str, amount: str) -> bool:
    """Whether the amount is a multiple of the page size in the resource's name."""
    try:
        page = parse(name.removeprefix(HUGE_PAGES)).nano
    except QuantityError:
        return False
    return page > 0 and page % NANO == 0 and parse(amount).nano % page == 0


def validate_resource_name(name: str, path: str) -> list[FieldError]:
    """A qualified name; without a domain one of the standard ones."""
    errors = [invalid(path, name, message) for message in names.qualified_name(name)]
    if errors or "/" in name or _is_standard(name):
        return errors
    return [invalid(path, name, "must be a standard resource type or fully qualified")]


def validate_container_resource_name(name: str, path: str) -> list[FieldError]:
    """A resource that a container can have."""
    errors = validate_resource_name(name, path)
    if "/" not in name:
        if name not in CONTAINER_RESOURCES and not is_huge_page(name):
            errors.append(invalid(path, name, "must be a standard resource for containers"))
    elif not is_native(name) and not is_extended(name):
        errors.append(invalid(path, name, "doesn't follow extended resource name standard"))
    return errors


def validate_pod_resource_name(name: str, path: str) -> list[FieldError]:
    """A resource that can be given to the pod as a whole."""
    errors = validate_resource_name(name, path)
    if errors or name in POD_LEVEL_RESOURCES or is_huge_page(name):
        return errors
    return [not_supported(path, name, ("cpu", HUGE_PAGES, "memory"))]


def _is_standard(name: str) -> bool:
    return name in STANDARD_RESOURCES or name.startswith((HUGE_PAGES, f"requests.{HUGE_PAGES}"))
