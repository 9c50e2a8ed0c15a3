"""The arithmetic of rolling updates and proportional scaling, on numbers only.

Source: `pkg/controller/deployment/rolling.go`, `sync.go` (scale),
`util/deployment_util.go` (NewRSNewReplicas, GetReplicaSetProportion).
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


def shrunk(replicas: int, budget: Budget, new: Size | None, olds: Sequence[Size]) -> dict[str, int]:
    """New sizes of old ReplicaSets, oldest first; only those that change.

    Unhealthy pods go first and do not count; then healthy ones as far as availability allows.
    """
    new = new or Size("", 0, 0)
    total = new.spec + sum(old.spec for old in olds)
    minimum = replicas - budget.unavailable
    may_go = total - minimum - (new.spec - new.available)
    if may_go <= 0:
        return {}
    sizes = {old.name: old.spec for old in olds}
    cleaned = 0
    for old in olds:
        unhealthy = min(old.spec - old.available, may_go - cleaned)
        if unhealthy > 0:
            sizes[old.name] -= unhealthy
            cleaned += unhealthy
    spare = new.available + sum(old.available for old in olds) - minimum
    for old in olds:
        gone = min(sizes[old.name], max(spare, 0))
        sizes[old.name] -= gone
        spare -= gone
    return {old.name: sizes[old.name] for old in olds if sizes[old.name] != old.spec}


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
        part = _part(share, replicas, allowed, status_replicas) if to_add else 0
        left = to_add - added
        part = min(part, left) if to_add > 0 else max(part, left)
        sizes[share.name] = share.spec + part
        added += part
    if shares and to_add != added:
        sizes[shares[0].name] += to_add - added
    return {name: max(0, size) for name, size in sizes.items()}


def _part(share: Share, replicas: int, allowed: int, status_replicas: int) -> int:
    if share.spec == 0:
        return 0
    if replicas == 0:
        return -share.spec
    maximum = share.maximum or status_replicas
    if not maximum:
        return 0
    exact = share.spec * allowed / maximum
    return math.floor(exact + 0.5) - share.spec
