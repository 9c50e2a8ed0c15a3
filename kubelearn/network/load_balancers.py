"""The load balancer on the way of a request, and how its failures look to the client.

Source: Elastic Load Balancing user guides, "Troubleshoot your Application Load Balancers" (502 and
504), "Connection idle timeout"; aws-load-balancer-controller issue 1858 (clients of a network load
balancer whose target has gone).

Unlike the real one: a balancer takes 50 µs for a flow and 500 µs for a request; where TLS ends at a
balancer of layer 4, its client waits in vain when nobody answers behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from kubelearn.network.passages import NEVER
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

    def reset_at(self, balancer: str, target: str) -> int:
        """When the balancer has reset its flows to a target last (ns); -1: never."""

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

    def reset_at(self, balancer: str, target: str) -> int:  # noqa: ARG002
        """Never."""
        return -1

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
    seen = Request.of(call) if layer == 7 else None

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
    if forward.proxy_header:
        call.found(proxy_header=forward.proxy_header)
    if seen is not None:
        entry = {"address": address, "port": flow.port, "greeted": call.state.get("greeted")}
        now = requests.context.clock.now
        call.found(gateway=forward.balancer, since=now, entry=entry, group=forward.group,
                   cookies=forward.cookies, passed=None)  # fmt: skip
        _forwarded(call, flow, seen.scheme, forward.forwarded)
        kept = {name: value for name, value in call.headers.items()
                if name.lower() not in {each.lower() for each in forward.headers}}  # fmt: skip
        call.headers = {**kept, **forward.headers}
        if forward.path:
            call.target = call.target._replace(path=forward.path)
    if forward.secure is not None:
        # Behind it the balancer is the client, and takes any certificate of a target.
        call.found(secure=forward.secure, greeted=None, trust=Trust(insecure=True))
    return Verdict(BALANCER_DELAY[layer], "wire")


def _forwarded(call: Call, flow: Flow, scheme: str, mode: str) -> None:
    """Tell the target in headers who has asked."""
    own = {"X-Forwarded-Proto": scheme, "X-Forwarded-Port": str(flow.port)}
    before = {name.lower(): value for name, value in call.headers.items()}.get("x-forwarded-for")
    chain = {"append": f"{before}, {flow.source}" if before else flow.source, "preserve": before}
    if chain.get(mode):
        own["X-Forwarded-For"] = str(chain[mode])
    kept = {n: v for n, v in call.headers.items() if n.lower() != "x-forwarded-for"}
    call.headers = {**kept, **own}


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


BAD_HANDSHAKE = 502
"""The same for what ends in a handshake."""
CONNECTING = (REFUSED, NO_ROUTE, TIMED_OUT)
"""How connections fail that do not come about: no idle timeout is over then."""


def _patience(call: Call, error: str) -> int:
    """How long a balancer of layer 7 waits before it gives up; 0 where it hears of the failure."""
    return {TIMED_OUT: CONNECT_TIMEOUT, NO_ANSWER: int(call.state["idle"])}.get(error, 0)


FLOW_ENDS = {NO_ROUTE: TIMED_OUT}
"""What becomes of a failure behind a balancer of layer 4: it passes packets of TCP on, no ICMP."""
SESSION_ENDS = {REFUSED: RESET, NO_ROUTE: NO_ANSWER, TIMED_OUT: NO_ANSWER}
"""The same where TLS ends at the balancer: the client is connected already."""


def gives_up(state: Mapping[str, Any]) -> int:
    """The moment (ns) at which a balancer of layer 7 waits no longer for its target."""
    if not state.get("gateway") or not state["idle"]:
        return NEVER
    return int(state["since"]) + int(state["idle"])


def within_patience(requests: Requests, call: Call, verdict: Verdict) -> Verdict:
    """The verdict, or that a balancer of layer 7 hears nothing before its idle timeout is over."""
    if verdict.error in CONNECTING:
        return verdict
    late = requests.context.clock.now + verdict.delay
    if call.state.get("gateway") and verdict.ends:
        late -= requests.links.delay(requests.balancers_place(call), call.state["node"])
    if late <= gives_up(call.state):
        return verdict
    return Verdict(requests.left(call), error=NO_ANSWER)


def on_the_way_back(requests: Requests, call: Call, verdict: Verdict) -> Verdict:
    """An end behind a balancer as the client sees it; one of layer 7 hears of it."""
    if not verdict.ends or not call.state.get("target"):
        return verdict
    if not call.state.get("gateway"):
        return _end_of_flow(requests, call, verdict)
    if verdict.error:
        verdict = _in_place_of_failure(requests, call, verdict)
        call.found(cookies=())
    if verdict.status:
        passes(requests, call, verdict.delay, verdict.status)
    return verdict


def _end_of_flow(requests: Requests, call: Call, verdict: Verdict) -> Verdict:
    """An end behind a balancer of layer 4."""
    ends = FLOW_ENDS if call.state.get("secure") is None else SESSION_ENDS
    error = ends.get(verdict.error, verdict.error)
    if error == verdict.error:
        return verdict
    place = requests.balancers_place(call)
    text = f"the target gives {verdict.error!r}: the client hears {HEARD[error]}"
    call.saw(requests.context.clock.now, "balancer", place, text)
    return Verdict(verdict.delay if error == RESET else requests.left(call), error=error)


HEARD = {TIMED_OUT: "nothing", NO_ANSWER: "nothing", RESET: "a reset"}
"""What a client of a balancer of layer 4 notices of an end."""


def cut_off(requests: Requests, call: Call, says: str) -> Verdict:
    """A balancer ends what it has open to a target: a flow by a reset, a request by 502."""
    now, place = requests.context.clock.now, requests.balancers_place(call)
    back, status = requests.links.delay(place, call.state["node"]), GATEWAY_STATUS[RESET]
    call.hop = "load-balancer"
    if not call.state.get("gateway"):
        call.saw(now, "balancer", place, says)
        # An answer that the balancer has passed on before comes first.
        call.found(target=None)
        return Verdict(back, error=RESET)
    call.saw(now, "balancer", place, f"{says}: answers {status}")
    call.found(cut=True, cookies=())
    if now + back > call.deadline:
        return Verdict(call.deadline - now, error=NO_ANSWER)
    passes(requests, call, back, status)
    return Verdict(back, status=status)


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
    status, limit = GATEWAY_STATUS.get(verdict.error, BAD_HANDSHAKE), _patience(call, verdict.error)
    delay = verdict.delay if not limit else call.state["since"] + limit - requests.context.clock.now
    if requests.context.clock.now + delay + back > call.deadline:
        return verdict
    text = f"the target gives {verdict.error!r}: answers {status}"
    call.saw(requests.context.clock.now + max(delay, 0), "balancer", place, text)
    return Verdict(max(delay, 0) + back, status=status)


def under_way(requests: Requests, balancer: str) -> dict[tuple[str, str], int]:
    """(group, target) → requests that a balancer of layer 7 waits for the answers to."""
    now, counts = requests.context.clock.now, requests.loads.under_way(balancer)
    for place, answered in sent_on(requests, balancer):
        if answered is None or answered > now:
            counts[place] = counts.get(place, 0) + 1
    return counts


def sent_on(requests: Requests, balancer: str) -> Iterator[tuple[tuple[str, str], int | None]]:
    """((group, target), when its answer passes) of requests that a balancer has sent on.

    None where that is not known yet; a client that has gone away has ended it too.
    """
    for call in requests.calls.values():
        for state in (call.state, *(leg.before for leg in call.state.get("legs", ()))):
            if state.get("gateway") == balancer and state.get("target"):
                ends = (state.get("passed"), call.finished)
                known = [time for time in ends if time is not None]
                yield (state["group"], state["target"][1]), min(known, default=None)
