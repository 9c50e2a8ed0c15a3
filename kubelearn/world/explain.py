"""why(): collects what every part has to say about an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.runtime.explain import Explanation, Reason
from kubelearn.world.disruption import disruption
from kubelearn.world.references import Reference

if TYPE_CHECKING:
    from kubelearn.world.world import World


def explain(world: World, reference: Reference) -> Explanation:
    """The reasons of all parts that act on the kind of an object, oldest first.

    NotFound when there is no such object. When no part acts on the kind, it says just that.
    """
    kind, namespace, name = reference
    obj = world.api.get(kind.resource, namespace, name)
    teller = as_it_was(world)
    reasons: list[Reason] = []
    acting = False
    for part in teller.parts.values():
        speaker = getattr(part, "reconciler", part)
        if kind.resource in getattr(speaker, "explains", ()):
            acting = True
            reasons.extend(speaker.explain(kind.resource, obj))
    if kind.resource == "pods":
        reasons.extend(disruption(obj))
    if not acting:
        reasons.append(_nobody(kind.kind))
    reasons.sort(key=lambda reason: -(1 << 62) if reason.time is None else reason.time)
    return Explanation(f"{kind.kind} {namespace + '/' if namespace else ''}{name}", tuple(reasons))


def _nobody(kind: str) -> Reason:
    text = (
        f"nothing in this cluster acts on {kind} objects yet: it is stored and can be read, "
        "but no controller watches it"
    )
    return Reason("kubelearn", text)


def as_it_was(world: World) -> World:
    """The world whose parts are in the state of this moment.

    A cluster of the past has the objects of its time from the write log; the inner state of its
    parts comes from playing the history again up to that moment. What loads do in bulk is computed.
    """
    if world.read_only:
        origin: World = world.origin  # type: ignore[attr-defined]
        world = origin.fork().rewind(world.time)
    loads = world.parts["loads"]
    loads.advance(loads.context.clock.now)
    return world
