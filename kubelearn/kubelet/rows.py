"""What the kubelets remember: one immutable row for each node, pod and container.

Times are ns. A pod in which nothing more will happen by itself keeps no row of its own: its
container rows are shared with all equal ones (`Kubelets.settled`).
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.kubelet.backoff import Backoff
from kubelearn.kubelet.image_pulls import Pulls
from kubelearn.kubelet.probes import Worker
from kubelearn.sim.makers import maker

# States of a pod.
ACCEPTED = "accepted"
"""Seen; volumes and sandbox are prepared."""
SANDBOXED = "sandboxed"
"""It has its network; containers come and go."""
TERMINATING = "terminating"
"""All its containers are being stopped for good."""
STOPPED = "stopped"
"""Nothing of it runs any more; only the object is left."""

# States of a container.
WAITING = "waiting"
"""Its turn has not come."""
IMAGE = "image"
"""Its turn: its image is looked for."""
PULLING = "pulling"
PULL_WAIT = "pull-wait"
"""There is no image; `reason` says why."""
CONFIG_WAIT = "config-wait"
"""Something that its definition refers to is missing."""
CREATING = "creating"
RUNNING = "running"
STOPPING = "stopping"
"""It was told to stop and will be gone at `due` with `code`."""
EXITED = "exited"
BACK_OFF = "back-off"
DONE = "done"
"""It has ended and is not started again."""

AFOOT = (WAITING, IMAGE, PULLING, CREATING)
"""States on the way to the first outcome of a start; containers behind wait for it."""


class Termination(NamedTuple):
    """How an instance of a container ended; `started` 0 and `finished` 0 when nobody saw it."""

    code: int
    reason: str
    message: str
    started: int
    finished: int


class ContainerRow(NamedTuple):
    """One container of a pod."""

    state: str = WAITING
    since: int = 0
    due: int = 0
    """When a step of known length ends (PULLING, CREATING, STOPPING)."""
    code: int = 0
    """The exit code with which STOPPING ends; how long the pull itself takes in PULLING."""
    image: str = ""
    """The image of the running instance."""
    started_at: int = 0
    started: bool = False
    ready: bool = False
    listening: bool = False
    restarts: int = 0
    reason: str = ""
    message: str = ""
    last: Termination | None = None
    before: Termination | None = None
    """The termination before the last."""
    backoff: Backoff = Backoff()
    pulls: Pulls = Pulls()
    workers: tuple[Worker | None, Worker | None, Worker | None] = (None, None, None)
    """Startup, readiness, liveness."""
    probed: tuple[int | None, int | None, int | None] = (None, None, None)
    """When each of them ran last for this instance."""

    def entering(self, state: str, now: int, due: int = 0, code: int = 0) -> ContainerRow:
        """The row when a container enters a state; like the others here faster than `_replace`."""
        return container_row((state, now, due, code, *self[4:]))

    def heard(self) -> ContainerRow:
        """The row when its program answers."""
        return container_row((*self[:8], True, *self[9:]))


class Settled(NamedTuple):
    """A pod in which nothing more happens by itself; equal ones are one object."""

    state: str
    sandbox: int
    containers: tuple[ContainerRow, ...]


class PodRow(NamedTuple):
    """One pod on its node."""

    uid: str
    node: str
    state: str
    since: int
    begun: int
    """When this kubelet began with it; the periods of its probes count from here."""
    containers: tuple[ContainerRow, ...]
    """Init containers first, in the order of the spec."""
    ip: str = ""
    wake: int | None = None
    """The next moment at which something happens by itself."""
    deadline: int = 0
    """When what still runs is killed (TERMINATING), or a sandbox is tried again (ACCEPTED)."""
    sandbox: int = 0
    """How many sandboxes it has had."""
    retries: int = 0
    phase: str = ""
    """The phase that it is given, whatever its containers say; "" = theirs."""
    reason: str = ""
    message: str = ""
    initialized: bool = False
    """A regular container has run in this sandbox."""

    def waking(self, wake: int | None) -> PodRow:
        """The row with another next moment."""
        return pod_row((*self[:7], wake, *self[8:]))

    def holding(self, containers: tuple[ContainerRow, ...]) -> PodRow:
        """The row with other containers."""
        return pod_row((*self[:5], containers, *self[6:]))


class NodeRow(NamedTuple):
    """One node's kubelet."""

    name: str
    number: int
    address: str
    alive: bool = True
    boots: int = 1
    stopped: int = 0
    """When the machine died."""
    posted: int = 0
    """When its status was written last."""
    ready_at: int = 0
    """When it reports Ready for the first time."""
    dirty: bool = False
    """Its list of images has changed since its status was written."""
    beat: int = 0
    """When its next heartbeat is due."""

    def beating(self, beat: int) -> NodeRow:
        """The row with another next heartbeat."""
        return node_row((*self[:-1], beat))


container_row, pod_row, node_row = maker(ContainerRow), maker(PodRow), maker(NodeRow)
"""Of all values of a row."""
