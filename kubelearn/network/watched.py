"""What a scout has read on its way, and whether it would read the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.objects import Key, Object

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests


class Watched(NamedTuple):
    """The very objects that a plan was made from; while they are the same, so is the plan."""

    revision: int
    """Of the store, when its objects were last compared."""
    objects: tuple[tuple[str, Key, Object | None], ...]
    addresses: tuple[tuple[str, tuple[Object, ...]], ...]
    """Address → the pods that have it."""
    counts: tuple[tuple[str, int], ...]
    """Resource → how many objects it has."""
    rows: tuple[tuple[Key, Any], ...]
    """Pod → its row in the kubelets' memory."""
    alive: tuple[tuple[str, bool], ...]
    tables: tuple[tuple[str, Any], ...]
    """Node → its rules."""
    cuts: tuple[tuple[str, str], ...]
    balancers: tuple[object, ...]
    mesh: tuple[object, ...]
    policies: bool
    """Whether there are NetworkPolicies."""
    names: tuple[tuple[tuple[str, str], Any], ...]
    """(client, public name) → what the client knows of it."""
    until: int
    """When what the client knows runs out."""
    why: str = ""
    """Why there is no plan; "" if there is one."""


def unchanged(requests: Requests, old: Watched) -> bool:
    """Whether all that is behind a path is still the same."""
    # After each event of a long run: what changes often first, and no generators.
    machines: Any = requests.machines
    rows, settled = machines.rows, machines.settled
    for key, row in old.rows:
        if (rows.get(key) or settled.get(key)) is not row:
            return False
    tables = requests.proxies.tables
    for node, table in old.tables:
        if tables.get(node) is not table:
            return False
    for node, was in old.alive:
        if machines.alive(node) != was:
            return False
    if requests.links.cuts() != old.cuts or requests.balancers.view() != old.balancers:
        return False
    if requests.mesh.view() != old.mesh:
        return False
    for place, known in old.names:
        if requests.known_names.get(place) != known:
            return False
    if requests.context.clock.now >= old.until:
        return False
    return requests.context.api.store.revision == old.revision or _stored(requests, old)


def _stored(requests: Requests, old: Watched) -> bool:
    """Whether the objects in the store are the same."""
    store = requests.context.api.store
    for resource, key, obj in old.objects:
        if store.get(resource, key) is not obj:
            return False
    for address, pods in old.addresses:
        if not _same(store.select("pods", "address", address), pods):
            return False
    for resource, count in old.counts:
        if len(store.items(resource)) != count:
            return False
    return requests.policies.any == old.policies


def _same(now: list[Object], then: tuple[Object, ...]) -> bool:
    return len(now) == len(then) and all(one is other for one, other in zip(now, then, strict=True))
