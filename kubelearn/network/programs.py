"""The programs of all pods at work: who has how much to do, and what CPU and memory they use.

Unlike the real one: a program that nobody asks uses no CPU, and its memory does not grow with its
load.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol

from kubelearn.api.app import AppBehaviour
from kubelearn.api.objects import Object, get_path
from kubelearn.api.quantity import milli
from kubelearn.runtime.part import Context
from kubelearn.traffic.crew import Crew
from kubelearn.traffic.station import Station, quota_of

Program = tuple[str, int]
"""A run of a pod's programs: its UID and its restarts."""
TIDY_EVERY = 256


class Behaviours(Protocol):
    """Who knows what the program of a container does."""

    def behaviour(self, pod: Object, index: int) -> AppBehaviour:
        """What the program of a container does."""


class Backlog(Protocol):
    """Requests that have been sent but not yet been given to their programs."""

    def advance(self, time: int) -> None:
        """Give programs all that reaches them up to a time."""


class Usage(NamedTuple):
    """What one container has used."""

    container: str
    cpu: int
    """Nanoseconds of CPU since it started."""
    memory: int
    """Bytes."""


class Programs:
    """One station for each program that was asked something."""

    name = "programs"
    state: ClassVar[tuple[str, ...]] = ("stations",)
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets", "backlog": "loads"}
    machines: Behaviours
    backlog: Backlog

    def __init__(self, context: Context) -> None:
        self.context = context
        self.stations: dict[Program, Station | Crew] = {}

    def give(self, pod: Object, index: int, work: int) -> int:
        """Give a container's program (counted from 0) work; returns when it is done."""
        now = self.context.clock.now
        self.backlog.advance(now)
        program = program_of(pod)
        station = self.station(program, pod, index).take(now, work)
        self.stations[program] = station
        return station.busy

    def station(self, program: Program, pod: Object, index: int) -> Station | Crew:
        """The station of a program, a new one if it has not been asked yet."""
        found = self.stations.get(program)
        if found is None:
            if len(self.stations) % TIDY_EVERY == TIDY_EVERY - 1:
                self._tidy()
            found = self._idle(pod, index)
        return found

    def _idle(self, pod: Object, index: int) -> Station | Crew:
        """A program that has nothing to do."""
        inits = len(pod["spec"].get("initContainers") or ())
        workers = self.machines.behaviour(pod, inits + index).workers
        if workers == 1:
            return Station(quota_of(cpu_limit(pod, index)))
        return Crew.of(quota_of(cpu_limit(pod, index), workers), workers)

    def _tidy(self) -> None:
        """Forget programs that are no more."""
        pods = self.context.api.list("pods")
        alive = {program_of(pod) for pod in pods}
        self.stations = {p: station for p, station in self.stations.items() if p in alive}

    def usage(self, pod: Object) -> tuple[Usage, ...]:
        """What the regular containers of a running pod have used up to now."""
        self.backlog.advance(self.context.clock.now)
        station = self.stations.get(program_of(pod))
        done = station.done(self.context.clock.now) if station is not None else 0
        inits = len(pod["spec"].get("initContainers") or ())
        served = self.serving(pod) if station is not None else 0
        return tuple(
            Usage(
                container["name"],
                done if index == served else 0,
                self.machines.behaviour(pod, inits + index).memory,
            )
            for index, container in enumerate(pod["spec"]["containers"])
        )

    def serving(self, pod: Object, port: int | None = None) -> int:
        """Which regular container's program listens on a port; the first when that is not known.

        Without a port: the first that is known to listen at all.
        """
        inits = len(pod["spec"].get("initContainers") or ())
        for index in range(len(pod["spec"]["containers"])):
            listens = self.machines.behaviour(pod, inits + index).listens
            if listens and (port is None or port in listens):
                return index
        return 0


def program_of(pod: Object) -> Program:
    """What tells one run of a pod's programs from the next: its UID and its restarts."""
    statuses = pod["status"].get("containerStatuses") or ()
    return pod["metadata"]["uid"], sum(each.get("restartCount", 0) for each in statuses)


def cpu_limit(pod: Object, index: int) -> int:
    """The CPU limit of a regular container in thousandths of a core; 0 = none."""
    container = pod["spec"]["containers"][index]
    text = get_path(container, "resources", "limits", "cpu")
    text = text or get_path(pod, "spec", "resources", "limits", "cpu")
    return milli(text) if text else 0
