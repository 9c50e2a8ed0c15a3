"""How far a rolling update may go above and below the wanted number of pods.

Source: `pkg/controller/deployment/util/deployment_util.go` (ResolveFenceposts, MaxUnavailable,
MaxSurge), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Object


class Budget(NamedTuple):
    """Pods more and pods fewer than `replicas` that are allowed while rolling."""

    surge: int
    unavailable: int


def budget_of(deployment: Object) -> Budget:
    """The budget of a Deployment; none for another strategy than RollingUpdate."""
    spec = deployment["spec"]
    strategy = spec.get("strategy") or {}
    if strategy.get("type") != "RollingUpdate":
        return Budget(0, 0)
    replicas, rolling = spec["replicas"], strategy.get("rollingUpdate") or {}
    surge, unavailable = rolling.get("maxSurge", 0), rolling.get("maxUnavailable", 0)
    found = fenceposts(surge, unavailable, replicas)
    return found._replace(unavailable=min(found.unavailable, replicas))


def fenceposts(surge: int | str, unavailable: int | str, replicas: int) -> Budget:
    """The numbers of pods behind maxSurge (rounded up) and maxUnavailable (rounded down).

    Both zero would never move: maxUnavailable becomes 1 then. ValueError for a text that is no
    percentage.
    """
    found = Budget(scaled(surge, replicas, up=True), scaled(unavailable, replicas, up=False))
    return found._replace(unavailable=1) if found == (0, 0) else found


def scaled(value: int | str, total: int, *, up: bool) -> int:
    """An IntOrString as a number: percentages are taken of `total`, rounded `up` or down."""
    if isinstance(value, int):
        return value
    if not value.endswith("%"):
        raise ValueError(f"{value!r} is neither a number nor a percentage such as 25%")
    exact = int(value.removesuffix("%")) * total
    return -(-exact // 100) if up else exact // 100
