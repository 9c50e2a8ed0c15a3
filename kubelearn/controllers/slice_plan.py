"""Which endpoint goes into which slice, so that few slices change.

Source: kubernetes/endpointslice `reconciler.go` (reconcileByPortMapping), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object

MAX_ENDPOINTS = 100


class Plan(NamedTuple):
    """The new content of each slice that is there (None = delete) and of new slices."""

    kept: list[list[Object] | None]
    created: list[list[Object]]


def plan_slices(slices: Sequence[Sequence[Object]], endpoints: Sequence[Object]) -> Plan:
    """Keep endpoints where they are; new ones fill slices that change anyway, fullest first."""
    left = {_identity(endpoint): endpoint for endpoint in endpoints}
    kept = [_still_wanted(one, left) for one in slices]
    changed = [list(new) != list(old) for new, old in zip(kept, slices, strict=True)]
    rest = list(left.values())
    touched = [i for i, change in enumerate(changed) if change]
    for i in sorted(touched, key=lambda i: -len(kept[i])):
        room = MAX_ENDPOINTS - len(kept[i])
        kept[i] += rest[:room]
        rest = rest[room:]
    created = []
    while len(rest) > MAX_ENDPOINTS:
        created.append(rest[:MAX_ENDPOINTS])
        rest = rest[MAX_ENDPOINTS:]
    if rest:
        place = _closest_to_full(kept, changed, len(rest))
        if place is None:
            created.append(rest)
        else:
            kept[place] += rest
    return _with_placeholder(kept, created)


def _identity(endpoint: Object) -> tuple[str, str]:
    return (endpoint.get("targetRef", {}).get("uid", ""), endpoint["addresses"][0])


def _still_wanted(
    old: Sequence[Object], left: dict[tuple[str, str], Object]
) -> list[Object]:
    found = (left.pop(_identity(endpoint), None) for endpoint in old)
    return [endpoint for endpoint in found if endpoint is not None]


def _closest_to_full(
    kept: Sequence[Sequence[Object]], changed: Sequence[bool], count: int
) -> int | None:
    fits = [
        i
        for i, content in enumerate(kept)
        if not changed[i] and len(content) + count <= MAX_ENDPOINTS
    ]
    return max(fits, key=lambda i: len(kept[i]), default=None)


def _with_placeholder(kept: list[list[Object]], created: list[list[Object]]) -> Plan:
    """Empty slices go, but one stays (or is made) when nothing else is left."""
    content: list[list[Object] | None] = [one or None for one in kept]
    if not created and not any(content):
        if content:
            content[0] = []
        else:
            created = [[]]
    return Plan(content, created)
