"""The connections of a port-forward: over SPDY streams, or over channels of a WebSocket.

Source: client-go `tools/portforward/portforward.go`, kubelet
`pkg/kubelet/server/portforward/{httpstream,websocket}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from kubelearn.server.connections import PortForward
from kubelearn.server.http.streams.forwarding import Wire
from kubelearn.server.http.streams.spdy import Event, Session
from kubelearn.server.http.streams.websocket import WebSocket

if TYPE_CHECKING:
    from kubelearn.server.http.server import Server


class SpdyForwarder:
    """Each connection is a data stream and an error stream with the same `requestID`."""

    def __init__(self, server: Server, asked: PortForward, session: Session) -> None:
        self._server, self._asked, self._session = server, asked, session
        self._errors: dict[str, int] = {}
        self._wires: dict[int, tuple[Wire, str]] = {}

    def serve(self) -> None:
        """Carry connections until the client goes."""
        while True:
            event = self._session.receive()
            if event.headers is not None:
                self._opened(event, event.headers)
            elif event.stream in self._wires:
                self._carry(event)

    def _opened(self, event: Event, headers: dict[str, str]) -> None:
        number = headers.get("requestid", "")
        if headers.get("streamtype") == "error":
            self._errors[number] = event.stream
            return
        port = headers.get("port", "")
        if not port.isdigit() or not 0 < int(port) < 65536:
            self._end(event.stream, number, f'unable to parse "{port}" as a port')
            return
        wire = Wire(self._server, self._asked, int(port))
        refusal = wire.refusal()
        if refusal:
            self._end(event.stream, number, refusal)
        else:
            self._wires[event.stream] = (wire, number)

    def _carry(self, event: Event) -> None:
        wire, number = self._wires[event.stream]
        answer = wire.feed(event.data)
        if answer:
            self._session.send(event.stream, answer)
        if wire.done or event.ended:
            del self._wires[event.stream]
            self._end(event.stream, number, wire.problem)

    def _end(self, stream: int, number: str, problem: str) -> None:
        self._session.send(stream, b"", end=True)
        errors = self._errors.pop(number, None)
        if errors is not None:
            self._session.send(errors, problem.encode(), end=True)


def serve_channels(server: Server, asked: PortForward, socket: WebSocket) -> None:
    """Two channels for each port of the query: data and error; both begin with the port."""
    wires = [Wire(server, asked, port) for port in asked.ports]
    for place, wire in enumerate(wires):
        for channel in (2 * place, 2 * place + 1):
            socket.send(bytes((channel,)) + struct.pack("<H", wire.port))
    for place, wire in enumerate(wires):
        refusal = wire.refusal()
        if refusal:
            socket.send(bytes((2 * place + 1,)) + refusal.encode())
            wire.done = True
    while not all(wire.done for wire in wires):
        message = socket.receive()
        place = message[0] // 2 if message else len(wires)
        if message and message[0] % 2 == 0 and place < len(wires) and not wires[place].done:
            answer = wires[place].feed(message[1:])
            if answer:
                socket.send(message[:1] + answer)
            if wires[place].problem:
                socket.send(bytes((2 * place + 1,)) + wires[place].problem.encode())
    socket.close()
