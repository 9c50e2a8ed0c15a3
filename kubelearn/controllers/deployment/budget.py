"""How far a rolling update may go above and below the wanted number of pods.

Source: `pkg/controller/deployment/util/deployment_util.go` (ResolveFenceposts, MaxUnavailable).
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object


class Budget(NamedTuple):
    """Pods more and pods fewer than `replicas` that are allowed while rolling."""

    surge: int
    unavailable: int


def budget_of(deployment: Object) -> Budget:
    """The numbers behind maxSurge (rounded up) and maxUnavailable (rounded down).

    Both zero would never move: maxUnavailable becomes 1 then.
    """
    spec = deployment["spec"]
    replicas = spec["replicas"]
    strategy = spec.get("strategy") or {}
    if strategy.get("type") != "RollingUpdate" or not replicas:
        return Budget(0, 0)
    rolling = strategy.get("rollingUpdate") or {}
    surge = scaled(rolling.get("maxSurge", 0), replicas, up=True)
    unavailable = scaled(rolling.get("maxUnavailable", 0), replicas, up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return Budget(surge, min(unavailable, replicas))


def scaled(value: int | str, total: int, *, up: bool) -> int:
    """An IntOrString as a number: percentages are taken of `total`, rounded `up` or down."""
    if isinstance(value, int):
        return value
    exact = int(value.rstrip("%")) * total
    return -(-exact // 100) if up else exact // 100
