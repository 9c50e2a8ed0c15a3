"""A program that passes requests on: it asks others for the request that it was sent, then answers.

What it decides is its own; here is when it happens. Each request that it makes goes all the way of
a request: name, kube-proxy or its pod's sidecar, wire, pod.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kubelearn.api.objects import Object
from kubelearn.network.serving import answer
from kubelearn.network.verdict import (
    NAME_FAILURE,
    NO_ANSWER,
    NO_NAME,
    NO_ROUTE,
    REFUSED,
    RESET,
    TIMED_OUT,
    Verdict,
)
from kubelearn.traffic.call import Call
from kubelearn.traffic.relaying import Ask, Move, Reply

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

FAILURES = {REFUSED: "refused", NO_ROUTE: "unreachable", RESET: "reset", TIMED_OUT: "slow",
            NO_ANSWER: "slow", NAME_FAILURE: "name", NO_NAME: "name"}  # fmt: skip
"""What an error means to the program that asked; "slow": one of its patiences was over."""


class Relays(Protocol):
    """What the programs that pass requests on decide."""

    def entry(self, pod: Object, port: int) -> str:
        """What a request to a pod's port meets: "relay", "refused", or "" = another program."""

    def begin(self, call: Call, pod: Object, source: str) -> Move:
        """A request has come."""

    def go_on(self, call: Call, pod: Object, source: str, memo: Any, reply: Reply) -> Move:
        """What the program had asked has been answered, or not."""


def relay(requests: Requests, call: Call) -> Verdict:
    """The program decides what it does next for a request."""
    pod = requests.context.api.find("pods", *call.state["pod"])
    if pod is None or requests.lost_program(call):
        return answer(requests, call)
    source, state = requests.source(call), call.state
    if "reply" in state:
        move = requests.relays.go_on(call, pod, source, state["memo"], state["reply"])
    else:
        move = requests.relays.begin(call, pod, source)
    now, name = requests.context.clock.now, pod["metadata"]["name"]
    for text in move.texts:
        call.saw(now, "gateway", name, text, pod=call.state["pod"], path=call.target.path)
    call.found(memo=move.memo, asks=move.ask)
    if move.ask is not None:
        return Verdict(move.wait, "relayed")
    call.found(answer=move.status, said=move.body, response=move.response)
    return Verdict(move.wait, "answer")


def relayed(requests: Requests, call: Call) -> Verdict:
    """The program sends the request that it has decided on."""
    if requests.lost_program(call):
        return answer(requests, call)
    ask: Ask = call.state["asks"]
    left = requests.left(call)
    namespace, name = call.state["pod"]
    requests.send(
        ask.url,
        client=f"pod/{name}",
        method=ask.method,
        headers=ask.headers,
        namespace=namespace,
        timeout=min(ask.timeout, left) if ask.timeout else left,
        parent=call.number,
        connect_timeout=ask.connect_timeout,
    )
    return Verdict(0, "waits")


def replied(parent: Call, child: Call) -> None:
    """Tell a program how the request that it has made has ended."""
    failure = "" if child.status else FAILURES.get(child.error.partition(":")[0], "reset")
    if failure == "slow":
        took = (child.finished or child.sent) - child.sent
        failure = "timeout" if took >= child.timeout else "connect"
    response = child.state.get("response", {})
    parent.found(reply=Reply(child.status, failure, child.body, response))
