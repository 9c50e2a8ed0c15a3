"""Checks of the resource lists that resource plugins take as arguments.

Source: `pkg/scheduler/apis/config/validation/validation_pluginargs.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.api.quantity import of_milli, of_value

CPU_AND_MEMORY: tuple[dict[str, Any], ...] = (
    {"name": "cpu", "weight": 1},
    {"name": "memory", "weight": 1},
)
"""The default list."""


class PluginArgsError(ValueError):
    """An argument of a plugin is invalid; `field` is its path."""

    def __init__(self, field: str, value: object, problem: str) -> None:
        super().__init__(f"{field}: Invalid value: {value}: {problem}")
        self.field = field


def weighted_resources(
    path: str, resources: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, int], ...]:
    """(resource, weight) pairs; PluginArgsError for a weight outside 1..100."""
    for index, resource in enumerate(resources):
        weight = resource.get("weight", 1)
        if not 0 < weight <= 100:
            problem = f"resource weight of {resource['name']} not in valid range (0, 100]"
            raise PluginArgsError(f"{path}[{index}].weight", weight, problem)
    return tuple((resource["name"], resource.get("weight", 1)) for resource in resources)


PLAIN = ("cpu", "memory", "ephemeral-storage")
"""Resources that score whether or not the pod asks for them."""


def is_scalar(resource: str) -> bool:
    """Whether a resource is neither cpu, memory nor ephemeral storage."""
    return resource not in ("cpu", "memory", "ephemeral-storage", "pods")


def amount_text(resource: str, amount: int) -> str:
    """An amount as a quantity: 250 of cpu is "250m", 1073741824 of memory is "1Gi"."""
    if resource == "cpu":
        return of_milli(amount)
    return of_value(amount) if resource in ("memory", "ephemeral-storage") else str(amount)


def is_extended(resource: str) -> bool:
    """Whether a resource is one that the cluster's operator invented, such as example.com/gpu."""
    native = "kubernetes.io/" in resource or resource.startswith("requests.")
    return "/" in resource and not native
