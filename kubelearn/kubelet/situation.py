"""A stage of the pod lifecycle: when → after → next. The table of all stages is `STAGES`.

A stage belongs to one state of a container (or of the pod itself). Of all stages of a state whose
`when` holds, the one that is due first happens; among equals the first of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kubelearn.api.app import AppBehaviour
from kubelearn.api.objects import Object
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.image_pulls import Attempt
from kubelearn.kubelet.rows import ContainerRow, PodRow
from kubelearn.kubelet.statuses import containers_of

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

POD = -1
"""The index of the pod itself among its containers."""


class Situation:
    """One container of one pod (or the pod itself) as a stage sees it, at `now` (ns)."""

    __slots__ = (
        "_app",
        "attempt",
        "container",
        "containers",
        "index",
        "kubelet",
        "now",
        "own",
        "pod",
        "row",
    )

    def __init__(
        self,
        kubelet: Kubelets,
        pod: Object,
        row: PodRow,
        index: int,
        now: int,
        containers: Sequence[Object] = (),
    ) -> None:
        containers = containers or containers_of(pod["spec"])
        self.kubelet = kubelet
        self.pod = pod
        self.row = row
        self.index = index
        self.now = now
        self.containers = containers
        self.own: ContainerRow = row.containers[index]
        """The container's row (of the pod itself: not to be used)."""
        self.container: Object = containers[index]
        """The container in the spec."""
        self._app: AppBehaviour | None = None
        self.attempt: Attempt | None = None
        """What is done about the image now, once somebody has asked."""

    @property
    def inits(self) -> int:
        """How many init containers the pod has."""
        return len(self.containers) - len(self.pod["spec"]["containers"])

    @property
    def is_init(self) -> bool:
        """Whether this is an init container (sidecars included)."""
        return self.index < self.inits

    @property
    def is_sidecar(self) -> bool:
        """Whether this is a sidecar."""
        return self.index < self.inits and self.container.get("restartPolicy") == "Always"

    @property
    def app(self) -> AppBehaviour:
        """What the container's program does."""
        if self._app is None:
            self._app = self.kubelet.behaviour(self.pod, self.index)
        return self._app

    @property
    def age(self) -> int:
        """Nanoseconds since the container's instance started."""
        return self.now - self.own.started_at

    def draw(self, purpose: str, low: int, high: int) -> int:
        """A time from `low` up to `high`, drawn for this container and this start of it."""
        name = self.container["name"] if self.index >= 0 else ""
        index = self.own.restarts if self.index >= 0 else self.row.sandbox
        share = self.kubelet.context.draws.once(purpose, f"{self.row.uid}/{name}", index)
        return low + int(share * (high - low))

    def relist(self, moment: int) -> int:
        """When the kubelet notices what happened at a moment: once a second it lists containers."""
        return self.kubelet.relist(self.row.node, moment)


class Outcome(NamedTuple):
    """What a stage leads to."""

    container: ContainerRow | None = None
    """The container's new row."""
    pod: PodRow | None = None
    """The pod's new row (stages of the pod itself)."""
    events: tuple[Event, ...] = ()
    image: str = ""
    """An image that the node has now."""
    coming: str = ""
    """An image that the node will have when its puller is done."""
    puller: int = 0
    """Until when the node's puller is busy."""
    release: bool = False
    """The pod's address is free again."""
    delete: bool = False
    """The object may go."""


def always(situation: Situation) -> bool:  # noqa: ARG001
    """The `when` of a stage that always comes."""
    return True


def at_once(situation: Situation) -> int | None:  # noqa: ARG001
    """The `after` of a stage that takes no time."""
    return 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of the lifecycle."""

    name: str
    state: str
    """The state that it leaves."""
    next: Callable[[Situation], Outcome]
    when: Callable[[Situation], bool] = always
    after: Callable[[Situation], int | None] = at_once
    """Nanoseconds after the state was entered; None = not foreseeable, or never."""
    posts: bool = True
    """Whether the kubelet writes the pod's status then (else with the next one that does)."""
    only: Callable[[Situation], bool] = always
    """Whether it can come at all: asked once for all pods that share spec and annotations."""
