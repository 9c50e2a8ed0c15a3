"""What a pod asks for and may use in all, from its containers and itself.

Source: component-helpers `resource/helpers.go` (PodRequests, PodLimits), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.quantity import Quantity, add, parse

Amounts: TypeAlias = dict[str, Quantity]
"""Quantities by resource name."""


def amounts(texts: Mapping[str, str] | None) -> Amounts:
    """A resource list of an object as quantities."""
    return {name: parse(str(text)) for name, text in (texts or {}).items()}


def plus(one: Amounts, other: Amounts) -> Amounts:
    """The sum, resource by resource."""
    total = dict(one)
    for name, amount in other.items():
        total[name] = add(total[name], amount) if name in total else amount
    return total


def largest(one: Amounts, other: Amounts) -> Amounts:
    """The maximum, resource by resource."""
    total = dict(one)
    for name, amount in other.items():
        if name not in total or total[name].nano < amount.nano:
            total[name] = amount
    return total


def is_sidecar(container: Object) -> bool:
    """Whether an init container keeps running beside the others."""
    return container.get("restartPolicy") == "Always"


def pod_requests(spec: Object, *, overhead: bool = True) -> Amounts:
    """What the scheduler and quotas count for a pod."""
    total = _of_containers(spec, "requests")
    total.update(_supported((spec.get("resources") or {}).get("requests")))
    return plus(total, amounts(spec.get("overhead"))) if overhead else total


def pod_limits(spec: Object, *, overhead: bool = True) -> Amounts:
    """What a pod may use at most; overhead counts only where there is a limit."""
    total = _of_containers(spec, "limits")
    total.update(_supported((spec.get("resources") or {}).get("limits")))
    if not overhead:
        return total
    extra = amounts(spec.get("overhead"))
    return plus(total, {name: amount for name, amount in extra.items() if name in total})


def _supported(texts: Mapping[str, str] | None) -> Amounts:
    """Resources that a pod as a whole can ask for."""
    return {
        name: amount
        for name, amount in amounts(texts).items()
        if name in ("cpu", "memory") or name.startswith("hugepages-")
    }


def _of_containers(spec: Object, field: str) -> Amounts:
    """Containers and sidecars together, or the neediest moment of initialization."""
    running: Amounts = {}
    for amount in _lists(spec.get("containers"), field):
        running = plus(running, amount)
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        own = amounts((container.get("resources") or {}).get(field))
        if is_sidecar(container):
            running, sidecars = plus(running, own), plus(sidecars, own)
            peak = largest(peak, sidecars)
        else:
            peak = largest(peak, plus(own, sidecars))
    return largest(running, peak)


def _lists(containers: Iterable[Object] | None, field: str) -> Iterable[Amounts]:
    for container in containers or ():
        yield amounts((container.get("resources") or {}).get(field))
