"""The parts of a world in the order in which they are made, and how they are connected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kubelearn.cloud import CLOUD, CLOUD_CONTROLLERS
from kubelearn.controllers import ADDED, CONTROLLERS
from kubelearn.kubelet import Disks, Kubelets
from kubelearn.mesh import MESH
from kubelearn.network import NETWORK
from kubelearn.network.edge import EDGE_CONTROLLERS
from kubelearn.runtime.controller import Controller
from kubelearn.runtime.part import Context, wire
from kubelearn.scheduler import Configuration, Scheduler
from kubelearn.spring import SPRING
from kubelearn.world.drains import Drains


@dataclass(frozen=True)
class Settings:
    """What a cluster is made of; everything else follows from it and the commands."""

    nodes: int = 3
    zones: int = 3
    seed: int = 0
    node: Mapping[str, Any] = field(default_factory=dict)
    history: str = "all"
    scheduler: Configuration | None = None


def build_parts(context: Context, settings: Settings) -> dict[str, Any]:
    """All parts by name, registered with the clock and wired to each other."""
    made: list[Any] = [context.recorder, *(part(context) for part in NETWORK)]
    made.append(Kubelets(context))
    made.append(Disks(context))
    made.append(Scheduler(context, settings.scheduler))
    made.extend(part(context) for part in CLOUD)
    made.extend(part(context) for part in MESH)
    made.extend(part(context) for part in SPRING)
    reconcilers = CONTROLLERS | ADDED | CLOUD_CONTROLLERS | EDGE_CONTROLLERS
    made.extend(_controller(context, reconciler) for reconciler in reconcilers.values())
    made.append(Drains(context))
    parts = {part.name: part for part in made}
    for part in made:
        context.clock.register(part)
        wire(part, parts)
    return parts


def _controller(context: Context, reconciler: Callable[[Context], Any]) -> Any:
    made = reconciler(context)
    # A reconciler with its own loop (a periodic check) brings its part; the others share one.
    return Controller(context, made) if hasattr(made, "reconcile") else made
