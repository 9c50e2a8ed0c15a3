"""Parts: the components of a world, and how a world is copied.

A part names its mutable state in `state`; a fork copies exactly that and rebinds the rest to the
new world. Values inside a state container are immutable, or the container brings its own `fork`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from kubelearn.api.server import APIServer
from kubelearn.sim.clock import Clock
from kubelearn.sim.draws import Draws

if TYPE_CHECKING:
    from kubelearn.runtime.decisions import Decisions
    from kubelearn.runtime.recorder import Recorder


@dataclass(slots=True)
class Context:
    """What a part may use: time, chance, the API, events and the record of decisions."""

    clock: Clock
    draws: Draws
    api: APIServer
    recorder: Recorder
    decisions: Decisions


class Part(Protocol):
    """A component of a world, known to the clock by its name."""

    name: str
    context: Context
    state: ClassVar[tuple[str, ...]]
    """Names of the attributes that hold mutable state."""


P = TypeVar("P")


def fork_part(part: P, context: Context) -> P:
    """A copy of a part for another world, with its own state."""
    twin = object.__new__(type(part))
    twin.__dict__.update(part.__dict__)
    twin.context = context  # type: ignore[attr-defined]
    for name in getattr(part, "state", ()):
        setattr(twin, name, _copied(getattr(part, name)))
    inner = getattr(part, "reconciler", None)
    if inner is not None:
        twin.reconciler = fork_part(inner, context)  # type: ignore[attr-defined]
    return twin


def wire(part: object, parts: Mapping[str, Any]) -> None:
    """Hand a part the other parts that it is connected to: `wires` = attribute → part name.

    As in the real system components know only the API; where real ones meet by an interface (a
    CNI plugin, a webhook, the next hop) the world hands the object in.
    """
    for one in (part, getattr(part, "reconciler", None)):
        for attribute, name in getattr(one, "wires", {}).items():
            setattr(one, attribute, parts[name])


def _copied(value: Any) -> Any:
    fork = getattr(value, "fork", None)
    if fork is not None:
        return fork()
    copy = getattr(value, "copy", None)
    return value if copy is None else copy()
