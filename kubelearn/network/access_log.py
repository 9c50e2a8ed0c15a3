"""What programs note about the requests that they have answered: the lines of an access log.

Unlike the real one: the requests of a load, health checks and probes are not noted, and the last
thousand requests of a pod are kept.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.runtime.part import Context

KEPT = 1000
TIDY_EVERY = 256


class Access(NamedTuple):
    """A request that a container (counted from 0 among the regular ones) has answered at a time."""

    time: int
    container: int
    source: str
    method: str
    path: str
    status: int
    size: int
    agent: str = ""


class AccessLog:
    """The answered requests of all pods, by UID."""

    name = "access-log"
    state: ClassVar[tuple[str, ...]] = ("noted",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self.noted: dict[str, tuple[Access, ...]] = {}

    def note(self, pod: Object, access: Access) -> None:
        """A program has answered."""
        uid = pod["metadata"]["uid"]
        if uid not in self.noted and len(self.noted) % TIDY_EVERY == TIDY_EVERY - 1:
            alive = {each["metadata"]["uid"] for each in self.context.api.list("pods")}
            self.noted = {one: noted for one, noted in self.noted.items() if one in alive}
        self.noted[uid] = (*self.noted.get(uid, ())[-KEPT + 1 :], access)

    def of(self, pod: Object) -> tuple[Access, ...]:
        """What the programs of a pod have answered, oldest first."""
        return self.noted.get(pod["metadata"]["uid"], ())
