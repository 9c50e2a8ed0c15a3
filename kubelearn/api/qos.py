"""The quality of service class of a pod: Guaranteed, Burstable or BestEffort.

Source: `pkg/apis/core/v1/helper/qos/qos.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelearn.api import quantity
from kubelearn.api.objects import Object

GUARANTEED: Final = "Guaranteed"
BURSTABLE: Final = "Burstable"
BEST_EFFORT: Final = "BestEffort"

COUNTED: Final = ("cpu", "memory")
"""The resources that decide about the class."""


def qos_class(pod: Object, *, pod_level: bool = True) -> str:
    """The class that the API server writes into `status.qosClass`.

    `pod_level` is the gate PodLevelResources (on since 1.34): resources of the pod as a whole
    then count instead of those of its containers.
    """
    whole = pod["spec"].get("resources") if pod_level else None
    if whole is not None:
        return _class([whole], strict=bool(whole.get("limits")))
    spec = pod["spec"]
    containers = [*spec.get("containers", ()), *(spec.get("initContainers") or ())]
    return _class([container.get("resources") or {} for container in containers], strict=True)


def _class(entries: list[Mapping[str, Any]], *, strict: bool) -> str:
    requests = _sum(entries, "requests")
    limits = _sum(entries, "limits")
    if not requests and not limits:
        return BEST_EFFORT
    complete = not strict or all(
        len(_positive(entry.get("limits"))) == len(COUNTED) for entry in entries
    )
    return GUARANTEED if complete and requests == limits else BURSTABLE


def _positive(amounts: Mapping[str, str] | None) -> dict[str, int]:
    """Nano units of the counted resources that are not zero."""
    found = {name: quantity.parse(str((amounts or {}).get(name, "0"))).nano for name in COUNTED}
    return {name: nano for name, nano in found.items() if nano > 0}


def _sum(entries: list[Mapping[str, Any]], side: str) -> dict[str, int]:
    total: dict[str, int] = {}
    for entry in entries:
        for name, nano in _positive(entry.get(side)).items():
            total[name] = total.get(name, 0) + nano
    return total
