"""The arithmetic of rolling updates and proportional scaling, on numbers only.

Source: `pkg/controller/deployment/rolling.go`, `sync.go` (scale),
`util/deployment_util.go` (NewRSNewReplicas, GetReplicaSetProportion), Kubernetes 1.36.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.controllers.deployment.budget import Budget


class Size(NamedTuple):
    """What a rolling update looks at in a ReplicaSet."""

    name: str
    spec: int
    available: int


def grown(replicas: int, budget: Budget, new: int, total: int) -> int:
    """The size that the new ReplicaSet may have now; `total` is the sum over all of them."""
    if new > replicas:
        return replicas
    room = replicas + budget.surge - total
    return new + max(0, min(room, replicas - new))


def may_go(replicas: int, budget: Budget, new: Size, olds: Sequence[Size]) -> int:
    """How many old pods may go: what exists above the minimum once all new pods are available."""
    total = new.spec + sum(old.spec for old in olds)
    return total - (replicas - budget.unavailable) - (new.spec - new.available)


def without_unhealthy(olds: Sequence[Size], most: int) -> tuple[dict[str, int], bool]:
    """New sizes of old ReplicaSets, oldest first, whose unavailable pods go: `most` in all.

    And whether to stop there: a status with more available pods than are wanted is out of date.
    """
    sizes: dict[str, int] = {}
    for old in olds:
        if most <= 0:
            break
        if old.available > old.spec:
            return sizes, True
        gone = min(old.spec - old.available, most)
        if gone > 0:
            sizes[old.name] = old.spec - gone
            most -= gone
    return sizes, False


def without_spare(replicas: int, budget: Budget, new: Size, olds: Sequence[Size]) -> dict[str, int]:
    """New sizes of old ReplicaSets, oldest first, as far as availability allows."""
    available = new.available + sum(old.available for old in olds)
    spare = available - (replicas - budget.unavailable)
    sizes: dict[str, int] = {}
    for old in olds:
        gone = min(old.spec, spare)
        if gone > 0:
            sizes[old.name] = old.spec - gone
            spare -= gone
    return sizes


class Share(NamedTuple):
    """What proportional scaling looks at in an active ReplicaSet."""

    name: str
    spec: int
    maximum: int | None
    """The annotation max-replicas, when it is there."""


def proportional(
    replicas: int, surge: int, status_replicas: int, shares: Sequence[Share]
) -> dict[str, int]:
    """New sizes of the active ReplicaSets when a Deployment is scaled while it rolls.

    `shares` are sorted by size descending; ties newer first when growing, older first otherwise.
    """
    allowed = replicas + surge if replicas > 0 else 0
    to_add = allowed - sum(share.spec for share in shares)
    added = 0
    sizes: dict[str, int] = {}
    for share in shares:
        left = to_add - added
        part = fraction(share, replicas, surge, status_replicas) if left else 0
        part = min(part, left) if to_add > 0 else max(part, left)
        sizes[share.name] = share.spec + part
        added += part
    if shares and to_add != added:
        sizes[shares[0].name] += to_add - added
    return {name: max(0, size) for name, size in sizes.items()}


def fraction(share: Share, replicas: int, surge: int, status_replicas: int) -> int:
    """By how much a ReplicaSet would change if its share of all pods stayed the same."""
    if replicas == 0:
        return -share.spec
    maximum = share.maximum or status_replicas
    if not maximum:
        return 0
    exact = share.spec * (replicas + surge) / maximum
    return math.floor(exact + 0.5) - share.spec
