"""The load balancer on the way of a request, and how its failures look to the client.

Source: Elastic Load Balancing user guide, "Troubleshoot your Application Load Balancers".

Unlike the real one: a balancer takes 50 µs for a flow and 500 µs for a request; a target that works
for longer than the idle timeout answers all the same, if the client waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from kubelearn.network.tls.client import Trust
from kubelearn.network.tls.handshakes import greet_balancer
from kubelearn.network.verdict import NO_ANSWER, NO_ROUTE, REFUSED, RESET, TIMED_OUT, Verdict
from kubelearn.sim.clock import MICROSECOND, SECOND
from kubelearn.traffic.balancers import Flow, Forward, Public, Request
from kubelearn.traffic.call import Call
from kubelearn.traffic.cookies import SET_COOKIE, joined, sets

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

BALANCER_DELAY = {4: 50 * MICROSECOND, 7: 500 * MICROSECOND}
"""What a balancer takes by its layer."""
CONNECT_TIMEOUT = 10 * SECOND
"""How long an application load balancer tries to connect to its target."""


class Balancers(Protocol):
    """The load balancers outside the cluster; the cloud knows."""

    def place_of(self, address: str) -> str:
        """Where the balancer with an address stands; "" when none has it."""

    def resolve(self, name: str) -> Public | None:
        """What a name means in public DNS; None when nobody knows it."""

    def view(self) -> tuple[object, ...]:
        """All that decides where new flows go; equal for as long as nothing of it changes."""

    def layer(self, address: str) -> int:
        """4 or 7: what the balancer can see."""

    def keeps(self, balancer: str, target: str) -> bool:
        """Whether open connections to a target go on."""

    def idle_timeout(self, address: str, port: int) -> int:
        """Nanoseconds after which a quiet connection to it is given up; 0 = never."""

    def forward(
        self, flow: Flow, request: Request | None, draw: Callable[[int, str], int]
    ) -> Forward:
        """What the balancer does with a new connection (4) or request (7)."""

    def speaks(self, address: str, port: int) -> str:
        """What a listener speaks: HTTP, HTTPS, TCP or TLS; "" where there is none."""

    def certificate(self, address: str, port: int, name: str) -> str:
        """The PEM chain that a listener for HTTPS or TLS shows for a server name."""

    def turns_of(self, group: str) -> int:
        """How many turns the targets of a group have had."""

    def set_turns(self, group: str, turns: int) -> None:
        """So many turns have been taken; those of a load in bulk are told afterwards."""

    def scouted(self, prober: Requests, turn: Callable[[str, int], int]) -> Balancers:
        """The same for somebody who only looks: `turn(group, count)` says whose turn it is."""

    def answered(self, group: str, target: str, status: int) -> None:
        """The answer to a request that went to a target comes by its balancer of layer 7."""


class NoBalancers:
    """No cloud: no balancers and no public names."""

    def place_of(self, address: str) -> str:  # noqa: ARG002
        """Nowhere."""
        return ""

    def resolve(self, name: str) -> Public | None:  # noqa: ARG002
        """Nobody knows it."""
        return None

    def view(self) -> tuple[object, ...]:
        """Nothing."""
        return ()

    def layer(self, address: str) -> int:  # noqa: ARG002
        """A plain wire."""
        return 4

    def keeps(self, balancer: str, target: str) -> bool:  # noqa: ARG002
        """Nobody resets anything."""
        return True

    def idle_timeout(self, address: str, port: int) -> int:  # noqa: ARG002
        """There is none."""
        return 0

    def forward(
        self,
        flow: Flow,
        request: Request | None,  # noqa: ARG002
        draw: Callable[[int, str], int],  # noqa: ARG002
    ) -> Forward:
        """Nobody is there."""
        return Forward("", f"nobody balances {flow.address}", error=TIMED_OUT)

    def speaks(self, address: str, port: int) -> str:  # noqa: ARG002
        """Nothing."""
        return ""

    def certificate(self, address: str, port: int, name: str) -> str:  # noqa: ARG002
        """None."""
        return ""

    def turns_of(self, group: str) -> int:  # noqa: ARG002
        """None."""
        return 0

    def set_turns(self, group: str, turns: int) -> None:
        """Nobody takes turns."""

    def scouted(self, prober: Requests, turn: Callable[[str, int], int]) -> Balancers:  # noqa: ARG002
        """There is nothing to see."""
        return self

    def answered(self, group: str, target: str, status: int) -> None:
        """Nobody counts."""


def balance(requests: Requests, call: Call) -> Verdict:
    """The balancer: takes what it sees, and sends on."""
    greeted = greet_balancer(requests, call)
    if greeted is not None:
        return greeted
    place, address = requests.place(call), call.state["address"]
    layer = requests.balancers.layer(address)
    flow = Flow(requests.source(call), address, call.state["port"])
    seen = Request.of(call, call.target.scheme) if layer == 7 else None

    def draw(count: int, purpose: str) -> int:
        return requests.draw(call, count, purpose)

    forward = requests.balancers.forward(flow, seen, draw)
    request = {} if seen is None else seen._asdict()
    call.saw(requests.context.clock.now, "balancer", place, forward.says, layer=layer,
             flow=tuple(flow), request=request)  # fmt: skip
    if forward.status or forward.error:
        return _end(requests, call, forward)
    count = len(forward.destinations)
    index = forward.chosen if forward.chosen is not None else draw(count, "load-balancer")
    chosen = forward.destinations[index]
    idle = requests.balancers.idle_timeout(address, flow.port)
    call.found(address=chosen.address, port=chosen.port, target=(forward.balancer, chosen.name),
               idle=idle)  # fmt: skip
    if forward.source:
        call.found(seen=forward.source)
    if layer == 7:
        entry = {"address": address, "port": flow.port, "greeted": call.state.get("greeted")}
        now = requests.context.clock.now
        call.found(gateway=forward.balancer, since=now, entry=entry, group=forward.group,
                   cookies=forward.cookies, passed=None)  # fmt: skip
        _forwarded(call, flow)
        call.headers = {**call.headers, **forward.headers}
    if forward.secure is not None:
        # Behind it the balancer is the client, and takes any certificate of a target.
        call.found(secure=forward.secure, greeted=None, trust=Trust(insecure=True))
    return Verdict(BALANCER_DELAY[layer], "wire")


def _forwarded(call: Call, flow: Flow) -> None:
    """Tell the target in headers who has asked: append, as is the default."""
    before = {name.lower(): value for name, value in call.headers.items()}.get("x-forwarded-for")
    kept = {n: v for n, v in call.headers.items() if n.lower() != "x-forwarded-for"}
    chain = f"{before}, {flow.source}" if before else flow.source
    call.headers = {
        **kept, "X-Forwarded-For": chain, "X-Forwarded-Proto": call.target.scheme,
        "X-Forwarded-Port": str(flow.port),
    }  # fmt: skip


def _end(requests: Requests, call: Call, forward: Forward) -> Verdict:
    back = requests.links.delay(requests.place(call), call.state["node"])
    lines = [one.header for one in forward.cookies]
    response = {"location": forward.location, SET_COOKIE: "\n".join(lines)}
    if forward.location or lines:
        call.found(response={name: value for name, value in response.items() if value})
    if forward.status:
        call.body = forward.body
        return Verdict(back, status=forward.status)
    late = forward.error == TIMED_OUT
    return Verdict(requests.left(call) if late else back, error=forward.error)


GATEWAY_STATUS = {REFUSED: 502, RESET: 502, NO_ROUTE: 502, TIMED_OUT: 504, NO_ANSWER: 504}
"""What becomes of a failure behind a balancer of layer 7."""


def _patience(call: Call, error: str) -> int:
    """How long a balancer of layer 7 waits before it gives up; 0 where it hears of the failure."""
    return {TIMED_OUT: CONNECT_TIMEOUT, NO_ANSWER: int(call.state["idle"])}.get(error, 0)


def on_the_way_back(requests: Requests, call: Call, verdict: Verdict) -> Verdict:
    """An end behind a balancer of layer 7 as the client sees it; the balancer hears of it."""
    if not verdict.ends or not call.state.get("gateway"):
        return verdict
    if verdict.error:
        verdict = _in_place_of_failure(requests, call, verdict)
        call.found(cookies=())
    if verdict.status:
        passes(requests, call, verdict.delay, verdict.status)
    return verdict


def passes(requests: Requests, call: Call, delay: int, status: int) -> None:
    """The answer that reaches the client after a delay comes by the balancer before."""
    back = requests.links.delay(requests.balancers_place(call), call.state["node"])
    time = requests.context.clock.now + max(0, delay - back)
    own: Mapping[str, str] = call.state.get("response") or {}
    lines = [one.header for one in call.state["cookies"] if not one.with_ or sets(own, one.with_)]
    call.found(passed=time)
    if lines:
        call.found(response=joined({SET_COOKIE: "\n".join(lines)}, own))
    told = call.state["group"], call.state["target"][1], status
    requests.context.clock.at(time, requests.pass_by, *told)


def _in_place_of_failure(requests: Requests, call: Call, verdict: Verdict) -> Verdict:
    """What a balancer answers when its target gives no answer."""
    place = requests.balancers_place(call)
    back = requests.links.delay(place, call.state["node"])
    status, limit = GATEWAY_STATUS[verdict.error], _patience(call, verdict.error)
    delay = verdict.delay if not limit else call.state["since"] + limit - requests.context.clock.now
    if requests.context.clock.now + delay + back > call.deadline:
        return verdict
    text = f"the target gives {verdict.error!r}: answers {status}"
    call.saw(requests.context.clock.now, "balancer", place, text)
    return Verdict(max(delay, 0) + back, status=status)


def under_way(requests: Requests, balancer: str) -> dict[tuple[str, str], int]:
    """(group, target) → requests that a balancer of layer 7 waits for the answers to."""
    counts: dict[tuple[str, str], int] = {}
    for call in requests.calls.values():
        for state in (call.state, *(leg.before for leg in call.state.get("legs", ()))):
            if state.get("gateway") == balancer and _waits(requests, call, state):
                place = state["group"], state["target"][1]
                counts[place] = counts.get(place, 0) + 1
    return counts


def _waits(requests: Requests, call: Call, state: Mapping[str, Any]) -> bool:
    """Whether the answer to a call has not passed its balancer."""
    passed = state.get("passed")
    return call.finished is None and (passed is None or passed > requests.context.clock.now)
