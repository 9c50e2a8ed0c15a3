"""The log of a container: what its program has printed, worked out when somebody asks.

Nothing is written down for it. A script that the toy shell can follow is run again on the time of
its container; every other program prints a line when it starts, when it listens, for each request
that it has answered (Common Log Format), and when it ends with an error.

Source of the refusals: `pkg/kubelet/kubelet_pods.go` (validateContainerLogStatus),
`pkg/registry/core/pod/strategy.go` (LogLocation), Kubernetes 1.36; of the line of a request:
Apache httpd, `mod_log_config`.

Unlike the real one: what real programs would print is not known here, so all print the same kinds
of lines; a script's requests and lookups are not made again, its log ends there; the requests of a
load leave no lines, as which pod has answered which is not kept; the last instance but one and
those before it have left no log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from kubelearn.api.admission.istio_sidecar import PROXY
from kubelearn.api.errors import APIError, BadRequest
from kubelearn.api.objects import Object, get_path
from kubelearn.api.times import EPOCH, parse_timestamp
from kubelearn.kubelet.statuses import containers_of
from kubelearn.network.access_log import Access
from kubelearn.sim.clock import MICROSECOND, SECOND
from kubelearn.world.containers import chosen, status_of
from kubelearn.world.explain import as_it_was
from kubelearn.world.inside import expanded, inside
from kubelearn.world.shell.effects import Ask, Err, Lookup, Now, Out, Run, Sleep
from kubelearn.world.shell.interpreter import program_named
from kubelearn.world.shell.process import Process

if TYPE_CHECKING:
    from kubelearn.world.world import World

PULLS: Final = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}
SHELLS: Final = ("sh", "bash", "ash")
MOST_STEPS: Final = 200_000


class Line(NamedTuple):
    """A line of a log with its moment in ns; `text` has no end."""

    time: int
    text: str


class Instance(NamedTuple):
    """One run of a container's program; `end` is None while it runs."""

    begin: int
    end: int | None = None
    code: int = 0


def logs(
    world: World,
    name: str,
    *,
    namespace: str = "default",
    container: str = "",
    previous: bool = False,
) -> list[Line]:
    """What a container of a pod has printed up to now, oldest first; [] before it has a node.

    Raises NotFound for no such pod, BadRequest when there is no such container or no log yet.
    """
    world = as_it_was(world)
    log = log_of(world, name, namespace=namespace, container=container, previous=previous)
    return [] if log is None else log.more(world)


def log_of(
    world: World, name: str, *, namespace: str, container: str = "", previous: bool = False
) -> Log | None:
    """The log of a container of a pod, to be read on; None before it has a node.

    Raises as `logs` does, and an APIError when its node does not answer.
    """
    pod = world.api.get("pods", namespace, name)
    found = chosen(pod, container)
    node = pod["spec"].get("nodeName")
    if not node:
        return None
    instance = _instance(pod, found["name"], previous=previous)
    if not world.parts["kubelets"].alive(node):
        address = f"{get_path(pod, 'status', 'hostIP', default='')}:10250"
        path = f"containerLogs/{namespace}/{name}/{found['name']}"
        raise APIError(
            f'Get "https://{address}/{path}": dial tcp {address}: connect: no route to host'
        )
    return Log(world, pod, found, instance)


def _instance(pod: Object, name: str, *, previous: bool) -> Instance:
    """The run whose log is asked for."""
    status, what = status_of(pod, name), f'container "{name}" in pod "{pod["metadata"]["name"]}"'
    if not status:
        raise BadRequest(f"{what} is not available")
    state, ended = status.get("state") or {}, get_path(status, "lastState", "terminated")
    if previous:
        if not ended or not ended.get("startedAt"):
            raise BadRequest(f"previous terminated {what} not found")
        return _terminated(ended)
    if "running" in state:
        return Instance(parse_timestamp(state["running"]["startedAt"]))
    over = state.get("terminated") or ended
    if over:
        if not over.get("startedAt"):
            raise BadRequest(f"{what} is terminated")
        return _terminated(over)
    reason = get_path(state, "waiting", "reason", default="")
    if not reason:
        raise BadRequest(f"{what} is waiting to start - no logs yet")
    raise BadRequest(f"{what} is waiting to start: {PULLS.get(reason, reason)}")


def _terminated(state: Object) -> Instance:
    begin, end = parse_timestamp(state["startedAt"]), parse_timestamp(state["finishedAt"])
    return Instance(begin, end, state["exitCode"])


class Log:
    """The log of one instance; `more` goes on where the last call has stopped."""

    def __init__(self, world: World, pod: Object, container: Object, instance: Instance) -> None:
        self.pod, self.container, self.instance = pod, container, instance
        run = _script(world, pod, container)
        self._script = None if run is None else _Followed(run, instance.begin)
        self._last: Line | None = None

    def more(self, world: World) -> list[Line]:
        """The lines that have come since the last call, oldest first."""
        end = self.instance.end
        until = world.clock.now if end is None else end + SECOND
        if self._script is not None:
            return self._script.upto(until)
        every = _served(world, self.pod, self.container, self.instance)
        lines = [line for line in every if line.time <= until]
        if self._last in lines:
            lines = lines[len(lines) - lines[::-1].index(self._last) :]
        self._last = lines[-1] if lines else self._last
        return lines

    def ended(self, world: World) -> bool:
        """Whether nothing more can come: the container has ended, or its pod is gone."""
        metadata = self.pod["metadata"]
        pod = world.api.find("pods", metadata["namespace"], metadata["name"])
        if pod is None or pod["metadata"]["uid"] != metadata["uid"]:
            return True
        for previous in (False, True):
            with suppress(BadRequest):
                found = _instance(pod, self.container["name"], previous=previous)
                if found.begin == self.instance.begin:
                    self.instance = found
                    return found.end is not None
        return True


# Scripts


def _script(world: World, pod: Object, container: Object) -> Run | None:
    """The script of a container as a program of the toy shell; None for other programs."""
    given = [*(container.get("command") or ()), *(container.get("args") or ())]
    if not container.get("command") and given[:1] and not _names_program(given[0]):
        return None
    view = inside(world, pod, container)
    words = tuple(expanded(word, view.environment) for word in given)
    program = program_named(view.programs, words[0]) if words else None
    if program is None:
        return None
    return program(Process(words, view, dict(view.environment), {}))


def _names_program(word: str) -> bool:
    """Whether arguments of an image begin with a shell, which its entrypoint then runs."""
    return word.rpartition("/")[2] in SHELLS


class _Followed:
    """A script that is run again on a time of its own, as far as somebody has looked."""

    def __init__(self, run: Run, begin: int) -> None:
        self._run: Run | None = run
        self._now = begin
        self._text = ""
        self._steps = 0
        self._answer: int | None = None

    def upto(self, until: int) -> list[Line]:
        """The lines up to a moment that have not been told yet."""
        lines: list[Line] = []
        while self._run is not None and self._now <= until:
            self._advance(self._run, lines)
        return lines

    def _advance(self, run: Run, lines: list[Line]) -> None:
        self._steps += 1
        try:
            effect = run.send(self._answer)
        except StopIteration:
            self._stop(lines)
            return
        self._answer = self._now if isinstance(effect, Now) else None
        if isinstance(effect, (Out, Err)):
            *whole, self._text = (self._text + effect.text).split("\n")
            lines += [Line(self._now, line) for line in whole]
        elif isinstance(effect, Sleep):
            self._now += effect.time
        elif isinstance(effect, (Ask, Lookup)) or self._steps > MOST_STEPS:
            self._stop(lines)

    def _stop(self, lines: list[Line]) -> None:
        self._run = None
        if self._text:
            lines.append(Line(self._now, self._text))


# Other programs


def _served(world: World, pod: Object, container: Object, instance: Instance) -> Iterator[Line]:
    """The lines of a program that is not a script, oldest first."""
    index = [each["name"] for each in containers_of(pod["spec"])].index(container["name"])
    app = world.parts["kubelets"].behaviour(pod, index)
    yield Line(instance.begin, f"{_clock(instance.begin)} {container['image']}: starts")
    listens = instance.begin + app.start_time
    heard = app.exit is None and app.listens != ()
    if heard and (instance.end is None or listens <= instance.end):
        ports = ", ".join(map(str, app.listens)) if app.listens else "every port"
        yield Line(listens, f"{_clock(listens)} {container['image']}: listens on {ports}")
    if container["name"] == PROXY:
        for time, text in world.parts["telemetry"].log(pod):
            if time >= instance.begin and (instance.end is None or time <= instance.end):
                yield Line(time, text)
    place = index - len(pod["spec"].get("initContainers") or ())
    for access in world.parts["access-log"].of(pod):
        over = instance.end is not None and access.time > instance.end
        if access.container == place and access.time >= instance.begin and not over:
            yield Line(access.time, common_log(access))
    failed = world.parts["spring-apps"].said(pod, container["name"], instance.begin)
    yield from (Line(time, f"{_clock(time)} {text}") for time, text in failed)
    if instance.end is not None and instance.code:
        text = f"{_clock(instance.end)} {container['image']}: ends with code {instance.code}"
        yield Line(instance.end, text)


def _clock(time: int) -> str:
    return (EPOCH + timedelta(microseconds=time // MICROSECOND)).strftime("%Y-%m-%d %H:%M:%S")


def common_log(access: Access) -> str:
    """A request in the Common Log Format."""
    moment = EPOCH + timedelta(microseconds=access.time // MICROSECOND)
    when = moment.strftime("%d/%b/%Y:%H:%M:%S +0000")
    path = re.sub(r"[\x00-\x1f\x7f\"\\]", "?", access.path)
    request = f"{access.method} {path} HTTP/1.1".lstrip()
    return f'{access.source} - - [{when}] "{request}" {access.status} {access.size}'


# Which lines


def picked(
    lines: Sequence[Line], *, since: int | None = None, tail: int | None = None
) -> list[Line]:
    """The lines from a moment on, and of these the last `tail`."""
    kept = [line for line in lines if since is None or line.time >= since]
    return kept if tail is None else kept[len(kept) - min(tail, len(kept)) :]
