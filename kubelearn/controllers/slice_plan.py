"""Which endpoint goes into which slice, so that few slices change.

Source: kubernetes/endpointslice `reconciler.go` (reconcileByAddressType, reconcileByPortMapping,
finalize), Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object

MAX_ENDPOINTS = 100


class Group(NamedTuple):
    """All endpoints of a Service that have the same port numbers."""

    ports: list[Object]
    endpoints: list[Object]


class Plan(NamedTuple):
    """What to do: existing slices with their new content, new contents, slices to delete."""

    update: list[tuple[Object, Group]]
    create: list[Group]
    delete: list[Object]


def plan(slices: Sequence[Object], groups: Iterable[Group]) -> Plan:
    """Bring the slices of a Service to the wanted endpoints, group by group.

    One empty slice stays (or is made) as a placeholder. A slice that would be deleted while
    another is created takes the content of that one.
    """
    found = Plan([], [], [])
    by_ports: dict[str, list[Object]] = {}
    for one in slices:
        by_ports.setdefault(_ports_key(one.get("ports") or []), []).append(one)
    for group in groups:
        _plan_group(found, by_ports.pop(_ports_key(group.ports), []), group)
    found.delete.extend(one for left in by_ports.values() for one in left)
    if len(found.delete) == len(slices) and not found.create:
        _keep_placeholder(found)
    while found.create and found.delete:
        found.update.append((found.delete.pop(0), found.create.pop()))
    return found


def _ports_key(ports: Sequence[Object]) -> str:
    return json.dumps(ports, sort_keys=True)


def _keep_placeholder(found: Plan) -> None:
    only = found.delete[0] if len(found.delete) == 1 else None
    if only is not None and not only.get("endpoints") and not only.get("ports"):
        found.delete.clear()
    else:
        found.create.append(Group([], []))


def _plan_group(found: Plan, slices: Sequence[Object], group: Group) -> None:
    """Keep endpoints where they are; new ones fill slices that change anyway, fullest first."""
    wanted = {_identity(endpoint): endpoint for endpoint in group.endpoints}
    unchanged, changed = [], []
    for one in slices:
        old = one.get("endpoints") or []
        kept = _still_wanted(old, wanted)
        if kept == old:
            unchanged.append((one, kept))
        elif kept:
            changed.append((one, kept))
        else:
            found.delete.append(one)
    rest = list(wanted.values())
    for _, content in sorted(changed, key=_fullest_first):
        rest = _fill(content, rest)
    while rest:
        place = _closest_to_full(unchanged, len(rest))
        if place is not None:
            changed.append(unchanged.pop(place))
            rest = _fill(changed[-1][1], rest)
        else:
            found.create.append(group._replace(endpoints=rest[:MAX_ENDPOINTS]))
            rest = rest[MAX_ENDPOINTS:]
    found.update.extend((one, group._replace(endpoints=content)) for one, content in changed)


def _identity(endpoint: Object) -> tuple[str, str]:
    return (endpoint.get("targetRef", {}).get("uid", ""), endpoint["addresses"][0])


def _still_wanted(old: Sequence[Object], wanted: dict[tuple[str, str], Object]) -> list[Object]:
    """The endpoints of a slice that stay, as they are to be now; they are taken out of `wanted`."""
    found = (wanted.pop(_identity(endpoint), None) for endpoint in old)
    return [endpoint for endpoint in found if endpoint is not None]


def _fill(content: list[Object], rest: list[Object]) -> list[Object]:
    """Add as many endpoints as there is room for; returns the others."""
    room = MAX_ENDPOINTS - len(content)
    content += rest[:room]
    return rest[room:]


def _fullest_first(pair: tuple[Object, list[Object]]) -> int:
    return -len(pair[1])


def _closest_to_full(slices: Sequence[tuple[Object, list[Object]]], count: int) -> int | None:
    """The place of the slice that all the rest fits into and that has the least room."""
    if count >= MAX_ENDPOINTS:
        return None
    sizes = {i: len(content) for i, (_, content) in enumerate(slices)}
    fits = [i for i, size in sizes.items() if size + count <= MAX_ENDPOINTS]
    return max(fits, key=lambda i: sizes[i], default=None)
