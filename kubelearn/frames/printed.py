"""What other floors know about pods and quantities, in the form that frames need."""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.api import quantity
from kubelearn.api.objects import Object, get_path


def requests(pod: Object) -> Mapping[str, int]:
    """What the scheduler counts for a pod: milli-CPUs and bytes."""
    total = {"cpu": 0, "memory": 0}
    for container in get_path(pod, "spec", "containers", default=[]):
        for name, text in get_path(container, "resources", "requests", default={}).items():
            total[name] = total.get(name, 0) + amount(name, text)
    return total


def amount(resource: str, text: str) -> int:
    """A quantity as an integer: milli-units for cpu, whole units for everything else."""
    return quantity.milli(text) if resource == "cpu" else quantity.value(text)
