"""Runs a program for a client, or lets it listen to one, and tells how it ended.

Source: cri-streaming `pkg/streaming/remotecommand/{exec,attach}.go`, Kubernetes 1.36.

Unlike the real one: who attaches hears what a container prints from then on, and what is typed is
lost; only a container with `stdin` reads it, which runs its program anew for whoever attaches.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.server.connections import Attach, Exec
from kubelearn.server.http.streams.channels import ERROR, STDOUT, Channels
from kubelearn.server.http.streams.console import Console
from kubelearn.server.http.streams.pipe import Gone
from kubelearn.world.execute import perform, start

if TYPE_CHECKING:
    from kubelearn.server.http.server import Server

LOOK = 0.1
"""Seconds between two looks at what a container prints."""
SUCCESS: Object = {"metadata": {}, "status": "Success"}


def run(server: Server, asked: Exec, channels: Channels) -> None:
    """Run the program of an exec to its end; its Status goes over the error channel."""
    world = server.world
    console = Console(channels, asked.streams, world, server.pace)
    try:
        program = start(world, asked.place, asked.argv)
        code = perform(world, asked.place, program, console)
    except APIError as error:
        _finish(channels, error.status())
        return
    _finish(channels, exit_status(code))


def exit_status(code: int) -> Object:
    """The Status that tells an exit code."""
    if not code:
        return SUCCESS
    return {
        "metadata": {},
        "status": "Failure",
        "message": "command terminated with non-zero exit code: error executing command, exit code "
        f"{code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


def _finish(channels: Channels, status: Object) -> None:
    channels.send(ERROR, json.dumps(status, separators=(",", ":")).encode())
    channels.close()


def listen(server: Server, asked: Attach, channels: Channels) -> None:
    """Tell a client what a container prints until it ends or the client leaves."""
    world, log, open_ = server.world, asked.log, True
    with server.pace.waiting():
        while open_:
            with world.lock:
                open_ = not log.ended(world)
                lines = log.more(world)
            if lines and asked.streams.stdout:
                end = "\r\n" if asked.streams.tty else "\n"
                text = "".join(line.text + end for line in lines)
                channels.send(STDOUT, text.encode("utf-8", "replace"))
            if server.pace.closed:
                raise Gone("the server closes")
            if open_ and channels.ready(LOOK):
                channels.receive()  # the container has no stdin: nobody reads what is typed
    _finish(channels, SUCCESS)
