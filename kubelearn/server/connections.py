"""exec, attach and port-forward: what a client and a pod are to be connected by.

`respond` answers 101 with one of these; the shell of sockets makes the connection.

Source: `pkg/registry/core/pod/rest/subresources.go`, `pkg/registry/core/pod/strategy.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from kubelearn.api.errors import APIError, BadRequest, Forbidden
from kubelearn.server.authorization import attributes_of, check_attributes
from kubelearn.server.message import Request, Response
from kubelearn.server.parameters import flag
from kubelearn.server.routes import Target
from kubelearn.world import World
from kubelearn.world.execute import Place, find_place
from kubelearn.world.logs import Log, log_of


@dataclass(frozen=True, slots=True)
class Streams:
    """Which streams of a program the client wants."""

    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool


@dataclass(frozen=True, slots=True)
class Exec:
    """Run a program in a container."""

    place: Place
    argv: tuple[str, ...]
    streams: Streams


@dataclass(frozen=True, slots=True)
class Attach:
    """Listen to the program of a container."""

    log: Log
    streams: Streams


@dataclass(frozen=True, slots=True)
class PortForward:
    """Carry connections to ports of a pod; `ports` are those that the query names."""

    namespace: str
    name: str
    uid: str
    ports: tuple[int, ...] = ()


Connection: TypeAlias = Exec | Attach | PortForward


def _streams(request: Request) -> Streams:
    found = Streams(*(flag(request.query, name) for name in ("stdin", "stdout", "stderr", "tty")))
    if not (found.stdin or found.stdout or found.stderr):
        raise BadRequest("you must specify at least 1 of stdin, stdout, stderr")
    # A terminal has one stream for both.
    return replace(found, stderr=False) if found.tty else found


def _arguments(request: Request, name: str) -> tuple[str, ...]:
    """All values of a parameter."""
    if request.arguments:
        return tuple(value for key, value in request.arguments if key == name)
    return (request.query[name],) if name in request.query else ()


def _may_create(world: World, request: Request) -> None:
    """A WebSocket opens with GET; who only may read may not run anything all the same."""
    check_attributes(world.api, request, attributes_of(request)._replace(verb="create"))


def pod_exec(world: World, target: Target, request: Request) -> Response:
    """101 to run a program in a container."""
    _may_create(world, request)
    place = find_place(world, target.namespace, target.name, request.query.get("container", ""))
    argv = _arguments(request, "command")
    if not argv:
        raise BadRequest("you must specify at least 1 command for the container")
    return Response(101, "", connection=Exec(place, argv, _streams(request)))


def pod_attach(world: World, target: Target, request: Request) -> Response:
    """101 to listen to the program of a container, or to type into one that reads.

    A container with `stdin` runs its program anew for whoever attaches.
    """
    _may_create(world, request)
    place = find_place(world, target.namespace, target.name, request.query.get("container", ""))
    streams = _streams(request)
    if streams.stdin and place.container.get("stdin"):
        given = (*(place.container.get("command") or ()), *(place.container.get("args") or ()))
        return Response(101, "", connection=Exec(place, given or ("sh",), streams))
    name = place.container["name"]
    log = log_of(world, target.name, namespace=target.namespace, container=name)
    assert log is not None
    log.more(world)  # what was printed before is the log's
    return Response(101, "", connection=Attach(log, streams))


def pod_portforward(world: World, target: Target, request: Request) -> Response:
    """101 to carry connections to ports of a pod."""
    _may_create(world, request)
    pod = world.api.get("pods", target.namespace, target.name)
    if world.read_only:
        raise Forbidden("this is a cluster of the past, for reading only: nothing is sent to it")
    ports = tuple(port for text in _arguments(request, "ports") for port in text.split(","))
    if any(not (port.isascii() and port.isdigit() and 0 < int(port) < 65536) for port in ports):
        raise BadRequest(f"unable to parse {','.join(ports)} as ports: use numbers up to 65535")
    node = pod["spec"].get("nodeName")
    if not node:
        raise BadRequest(f"pod {target.name} does not have a host assigned")
    if not world.parts["kubelets"].alive(node):
        address = f"{pod['status'].get('hostIP', '')}:10250"
        raise APIError(f"error dialing backend: dial tcp {address}: connect: no route to host")
    uid = pod["metadata"]["uid"]
    forward = PortForward(target.namespace, target.name, uid, tuple(map(int, ports)))
    return Response(101, "", connection=forward)
