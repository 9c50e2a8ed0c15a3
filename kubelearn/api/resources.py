"""What a pod asks for and may use, as the scheduler, quotas and the kubelet count it.

Amounts are plain integers: thousandths for `cpu`, whole units (bytes, pieces) for all others.

    run      = all app containers + all sidecars (init containers with restartPolicy Always)
    init     = the largest of: a sidecar with all sidecars before it,
               an ordinary init container with all sidecars before it
    request  = the larger of run and init, replaced by what the pod as a whole asks for, + overhead

Source: `component-helpers/resource/helpers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from kubelearn.api import quantity
from kubelearn.api.objects import Object, condition

Amounts: TypeAlias = dict[str, int]
"""Amount by resource name; cpu in thousandths, all others in whole units."""

POD_LEVEL: Final = frozenset({"cpu", "memory"})
"""Resources that a pod may ask for as a whole, besides hugepages."""
STATUS_LISTS: Final = {
    "containers": "containerStatuses",
    "initContainers": "initContainerStatuses",
}


@lru_cache(maxsize=8192)
def amount(name: str, text: str) -> int:
    """One quantity as an integer in the unit of its resource, rounded up."""
    return quantity.milli(text) if name == "cpu" else quantity.value(text)


def amounts(resources: Mapping[str, Any] | None) -> Amounts:
    """A ResourceList as integers."""
    return {name: amount(name, str(text)) for name, text in (resources or {}).items()}


def pod_requests(pod: Object, *, use_status: bool = False) -> Amounts:
    """What the pod asks for.

    With `use_status` the larger of asked, allocated and actual counts for each container, as for
    a placed pod that is being resized; an infeasible resize does not count.
    """
    spec = pod["spec"]
    asked = _requested_now(pod) if use_status else None
    total = _containers(spec, "requests", asked)
    total |= _whole(spec, "requests")
    for name, extra in amounts(spec.get("overhead")).items():
        total[name] = total.get(name, 0) + extra
    return total


def pod_limits(pod: Object) -> Amounts:
    """What the pod may use at most; a resource without a limit in any container is missing."""
    spec = pod["spec"]
    total = _containers(spec, "limits", None)
    total |= _whole(spec, "limits")
    for name, extra in amounts(spec.get("overhead")).items():
        if name in total:
            total[name] += extra
    return total


def asks_as_a_whole(pod: Object) -> bool:
    """Whether the pod itself makes requests, beside those of its containers."""
    return bool(_whole(pod["spec"], "requests"))


def _whole(spec: Mapping[str, Any], side: str) -> Amounts:
    """What the pod asks for as a whole (gate PodLevelResources)."""
    found = amounts((spec.get("resources") or {}).get(side))
    return {
        name: value
        for name, value in found.items()
        if name in POD_LEVEL or name.startswith("hugepages-")
    }


def _containers(spec: Mapping[str, Any], side: str, asked: Mapping[str, Amounts] | None) -> Amounts:
    """The larger of running and initialising; `asked` overrides amounts by container name."""

    def of(container: Mapping[str, Any]) -> Amounts:
        if asked is not None:
            return asked[container["name"]]
        return amounts((container.get("resources") or {}).get(side))

    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, of(container))
    largest: Amounts = {}
    sidecars: Amounts = {}
    for container in spec.get("initContainers") or ():
        own = of(container)
        if container.get("restartPolicy") == "Always":
            _add(total, own)
            _add(sidecars, own)
            _raise(largest, sidecars)
        else:
            _raise(largest, _added(sidecars, own))
    _raise(total, largest)
    return total


def _add(total: Amounts, more: Mapping[str, int]) -> None:
    for name, value in more.items():
        total[name] = total.get(name, 0) + value


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Amounts:
    total = dict(one)
    _add(total, other)
    return total


def _raise(total: Amounts, least: Mapping[str, int]) -> None:
    for name, value in least.items():
        if value > total.get(name, -1):
            total[name] = value


def _requested_now(pod: Object) -> dict[str, Amounts]:
    """Per container: the larger of what is asked, allocated and in use.

    The status of an init container that ends does not count.
    """
    status = pod.get("status") or {}
    pending = condition(pod, "PodResizePending")
    infeasible = pending is not None and pending.get("reason") == "Infeasible"
    found: dict[str, Amounts] = {}
    for containers, statuses in STATUS_LISTS.items():
        known = {entry["name"]: entry for entry in status.get(statuses) or ()}
        for container in pod["spec"].get(containers) or ():
            own = amounts((container.get("resources") or {}).get("requests"))
            lasts = containers == "containers" or container.get("restartPolicy") == "Always"
            entry = known.get(container["name"]) if lasts else None
            found[container["name"]] = _largest(own, entry, infeasible)
    return found


def _largest(own: Amounts, status: Mapping[str, Any] | None, infeasible: bool) -> Amounts:
    if status is None or status.get("resources") is None:
        return own
    actual = amounts(status["resources"].get("requests"))
    allocated = amounts(status.get("allocatedResources"))
    total: Amounts = {}
    for side in _sides(own, actual, allocated, infeasible):
        _raise(total, side)
    return total


def _sides(
    own: Amounts, actual: Amounts, allocated: Amounts, infeasible: bool
) -> Iterable[Amounts]:
    return (actual, allocated) if infeasible else (own, actual, allocated)
