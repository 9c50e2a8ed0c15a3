"""Expanders: which group grows, when several could help.

Source: `cluster-autoscaler/FAQ.md` (What are Expanders?). A new expander is a function and a line
in `EXPANDERS`; several may be chained with commas, and what they leave is drawn.

Unlike the real one: the expanders priority and grpc are not there; price compares the prices of
the machines only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.controllers.clusterautoscaler.settings import NodeGroup
from kubelearn.controllers.clusterautoscaler.simulation import Place


class Option(NamedTuple):
    """What growing one group would bring."""

    group: NodeGroup
    nodes: int
    """How many new ones."""
    pods: tuple[Object, ...]
    """The pods that would find a place."""
    waste: float
    """The share of cpu and memory of the new nodes that nobody would request, 0 to 2."""


def waste_of(places: Sequence[Place]) -> float:
    """The idle shares of cpu and memory of new nodes, added."""
    total = 0.0
    for name in ("cpu", "memory"):
        size = sum(place.size.get(name, 0) for place in places)
        free = sum(place.free.get(name, 0) for place in places)
        total += free / size if size else 0.0
    return total


EXPANDERS: dict[str, Callable[[Option], float]] = {
    "least-waste": lambda option: option.waste,
    "most-pods": lambda option: -len(option.pods),
    "least-nodes": lambda option: option.nodes,
    "price": lambda option: option.nodes * option.group.price,
    "random": lambda _option: 0.0,
}
"""Name → what it wants to be smallest."""


def best(options: Sequence[Option], chain: str) -> list[Option]:
    """The options that all expanders of a chain like best; unknown names are passed over."""
    left = list(options)
    for name in chain.split(","):
        score = EXPANDERS.get(name.strip())
        if score is not None and left:
            least = min(score(option) for option in left)
            left = [option for option in left if score(option) == least]
    return left
