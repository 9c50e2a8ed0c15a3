"""Runs a program in a container: what `kubectl exec` shows, with the modelled network around it.

Source: cri-streaming `pkg/streaming/remotecommand/exec.go`, containerd
`internal/cri/server/container_execsync.go`, `pkg/kubelet/kubelet.go` (GetExec), Kubernetes 1.36.

Unlike the real one: the programs are those of the toy shell (`kubelearn.world.shell`); one that has
done 100,000 steps without a pause is stopped; what a request or a lookup takes passes at once, also
when the cluster's time stands still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from kubelearn.api.errors import APIError, BadRequest, Forbidden, InternalError, NotFound
from kubelearn.api.objects import Object
from kubelearn.network.lookup import lookup
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call
from kubelearn.world.containers import chosen, status_of
from kubelearn.world.inside import inside
from kubelearn.world.shell.effects import (
    Ask,
    Effect,
    Err,
    Interrupt,
    Lookup,
    Now,
    Out,
    Read,
    Run,
    Sleep,
)
from kubelearn.world.shell.interpreter import INTERRUPTED, program_named
from kubelearn.world.shell.process import Process

if TYPE_CHECKING:
    from kubelearn.world.world import World

MOST_STEPS: Final = 100_000
KILLED: Final = 137


class ContainerNotFound(APIError):
    """The kubelet knows no running container of this name: plain text on the wire."""

    code = 500


class ContainerGone(Exception):
    """The container has ended while a program ran in it."""


class Terminal(Protocol):
    """What a program prints to and reads from, and how it waits."""

    def out(self, text: str) -> None:
        """Take what it prints."""

    def err(self, text: str) -> None:
        """Take its complaints."""

    def read(self, prompt: str) -> str | None:
        """The next line of its input, None at the end; a person sees the prompt."""

    def sleep(self, time: int) -> None:
        """Come back when so many nanoseconds have passed."""


class Execution(NamedTuple):
    """What a program printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


class Place(NamedTuple):
    """A container in which programs run."""

    pod: Object
    container: Object

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return str(self.pod["metadata"]["namespace"])

    @property
    def client(self) -> str:
        """Who sends requests from here."""
        return f"pod/{self.pod['metadata']['name']}"


def execute(
    world: World,
    name: str,
    argv: Sequence[str],
    *,
    namespace: str = "default",
    container: str = "",
    stdin: str = "",
) -> Execution:
    """Run a program in a container of a pod, and let time pass as it needs.

    Raises NotFound or BadRequest for no such pod or container, and InternalError, as the container
    runtime says it, for no such program.
    """
    place = find_place(world, namespace, name, container)
    process = start(world, place, argv)
    screen = _Screen(world, stdin)
    code = perform(world, place, process, screen)
    return Execution("".join(screen.stdout), "".join(screen.stderr), code)


class _Screen:
    """Keeps what is printed; waiting lets the world's time pass."""

    def __init__(self, world: World, stdin: str) -> None:
        self.world = world
        self.stdout: list[str] = []
        self.stderr: list[str] = []
        self._lines = stdin.splitlines(keepends=True)[::-1]

    def out(self, text: str) -> None:
        self.stdout.append(text)

    def err(self, text: str) -> None:
        self.stderr.append(text)

    def read(self, prompt: str) -> str | None:  # noqa: ARG002 - nobody looks
        return self._lines.pop() if self._lines else None

    def sleep(self, time: int) -> None:
        self.world.run(time / SECOND)


def find_place(world: World, namespace: str, name: str, container: str) -> Place:
    """The container of a pod in which a program can run.

    Raises NotFound for no such pod, BadRequest for a container that it does not have or before it
    has a node, ContainerNotFound when the container does not run, Forbidden in the past.
    """
    pod = world.api.get("pods", namespace, name)
    if world.read_only:
        raise Forbidden("this is a cluster of the past, for reading only: no program runs in it")
    found = chosen(pod, container)
    if not pod["spec"].get("nodeName"):
        raise BadRequest(f"pod {name} does not have a host assigned")
    status = status_of(pod, found["name"])
    running = "running" in (status.get("state") or {})
    if not running or not world.parts["kubelets"].alive(pod["spec"]["nodeName"]):
        raise ContainerNotFound(f'container not found ("{found["name"]}")')
    return Place(pod, found)


def start(world: World, place: Place, argv: Sequence[str]) -> Run:
    """The program that words name, ready to run; InternalError when the image has none such."""
    if not argv:
        raise BadRequest("you must specify at least 1 command for the container")
    with world.lock:
        view = inside(world, place.pod, place.container)
    program = program_named(view.programs, argv[0])
    if program is None:
        raise _no_program(world, place, argv[0])
    variables = dict(view.environment)
    return program(Process(tuple(argv), view, variables, {}))


def _no_program(world: World, place: Place, name: str) -> InternalError:
    subject = f"{place.pod['metadata']['uid']}/{place.container['name']}"
    draws, now = world.draws, world.clock.now // SECOND
    parts = (draws.uuid(f"exec-{half}", subject, now).replace("-", "") for half in (1, 2))
    why = f'exec: "{name}": executable file not found in $PATH'
    if "/" in name:
        why = f'exec: "{name}": stat {name}: no such file or directory'
    return InternalError(
        "Internal error occurred: error executing command in container: failed to exec in "
        f'container: failed to start exec "{"".join(parts)}": OCI runtime exec failed: exec '
        f"failed: unable to start container process: {why}"
    )


def perform(world: World, place: Place, run: Run, terminal: Terminal) -> int:
    """Run a program to its end; returns its exit code, 137 when it was stopped or its pod died."""
    try:
        return _performed(world, place, run, terminal)
    except StopIteration as end:
        return int(end.value)
    except Interrupt:
        return INTERRUPTED
    except ContainerGone:
        return KILLED
    finally:
        run.close()


def _performed(world: World, place: Place, run: Run, terminal: Terminal) -> int:
    answer: Any = None
    steps = 0
    while steps <= MOST_STEPS:
        effect = run.send(answer)
        try:
            answer = _done(world, place, effect, terminal)
        except Interrupt as interrupt:
            effect, answer = run.throw(interrupt), None
            answer = _done(world, place, effect, terminal)
        steps = 0 if _pauses(effect, answer) else steps + 1
    terminal.err(f"kubelearn: stopped after {MOST_STEPS} steps without a pause\n")
    return KILLED


def _pauses(effect: Effect, answer: Any) -> bool:
    """Whether a program has waited: for time, or for somebody who typed a line."""
    return (isinstance(effect, Sleep) and effect.time > 0) or (
        isinstance(effect, Read) and answer is not None
    )


def _done(world: World, place: Place, effect: Effect, terminal: Terminal) -> Any:
    """Do what a program asks for; returns the answer."""
    match effect:
        case Out(text):
            terminal.out(text)
        case Err(text):
            terminal.err(text)
        case Read(prompt):
            return terminal.read(prompt)
        case Sleep(time):
            terminal.sleep(time)
        case Now():
            return world.clock.now
        case Ask():
            return ask(world, place, effect)
        case Lookup(name):
            with world.lock, _living():
                return lookup(world.parts["requests"], place.client, place.namespace, name)
    return None


@contextmanager
def _living() -> Iterator[None]:
    """Nothing can be sent from a pod that has died meanwhile."""
    try:
        yield
    except (ValueError, NotFound):
        raise ContainerGone from None


def ask(world: World, place: Place, effect: Ask) -> Call:
    """Send a request from a container; time passes until it is answered."""
    with _living():
        return world.ask(
            effect.url,
            client=place.client,
            method=effect.method,
            headers=effect.headers,
            namespace=place.namespace,
            timeout=effect.timeout,
            **effect.options,
        )
