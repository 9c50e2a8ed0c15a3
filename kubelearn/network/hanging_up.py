"""A proxy whose client hangs up, and what a load balancer has open through it.

Source: envoy `source/common/http/conn_manager_impl.cc` (downstream reset), 1.40; nginx 1.27
`src/http/ngx_http_upstream.c` (ngx_http_upstream_check_broken_connection).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.network.manners import MANNERS
from kubelearn.network.passages import Leg, left_client
from kubelearn.network.tries import note
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.deciders import Edges
    from kubelearn.network.requests import Requests


def decider(requests: Requests, owner: str) -> Edges:
    """Who decides for a proxy."""
    return requests.mesh if owner == "mesh" else requests.edges


def release(requests: Requests, call: Call, leg: Leg, status: int) -> None:
    """Tell the cluster that a try is over; its connection goes to whoever waits."""
    name = leg.routed.cluster
    if leg.attempt:
        decider(requests, leg.owner).may_retry(leg.uid, name, -1)
    if leg.waits:
        decider(requests, leg.owner).stops_waiting(leg.uid, name, call.number)
    if leg.picked is None or leg.picked.flag:
        return
    out, following = decider(requests, leg.owner).ended(leg.uid, name, leg.picked.key, status)
    now = requests.context.clock.now
    for host in out:
        text = f"outlier detection ejects {host} from {name}"
        call.saw(now, leg.hop, leg.proxy[1], text, ejected=host)
    if following is not None:
        connected(requests, following)


def connected(requests: Requests, number: int) -> None:
    """A call that has waited for a connection has got one."""
    call = requests.calls.get(number)
    if call is None:
        requests.loads.connected(number)
        return
    *before, last = call.state["legs"]
    # It waits no longer, even if its time is over at this very moment.
    call.found(legs=(*before, last._replace(waits=False)))
    requests.context.clock.after(0, requests.enter, number, "upstream")


def hung_up(requests: Requests, call: Call, leg: Leg) -> None:
    """Whoever has asked the last proxy waits no longer."""
    now, gave_up = requests.context.clock.now, MANNERS[leg.owner].gave_up
    release(requests, call, leg, 0)
    call.found(legs=call.state["legs"][:-1])
    call.saw(now, leg.hop, leg.proxy[1], f"the client gave up first ({gave_up})",
             flags=gave_up)  # fmt: skip
    note(requests, call, leg, 0, gave_up)
    left_client(requests, call, leg, 0, gave_up, own=True)


def restore(call: Call, leg: Leg) -> None:
    """The call as it came to a proxy."""
    call.target, call.headers = leg.target, leg.headers
    call.state = {**leg.before, "captured": True, "legs": call.state["legs"]}


def is_open(requests: Requests, call: Call, target: tuple[str, str]) -> bool:
    """Whether a balancer has something open to a target for a call.

    Not when a balancer of layer 7 has passed the answer on.
    """
    if call.finished is not None or call.state.get("cut"):
        return False
    passed, now = call.state.get("passed"), requests.context.clock.now
    here = call.state.get("target") == target and (passed is None or bool(passed > now))
    return here or any(leg.before.get("target") == target for leg in _legs(call))


def let_go(requests: Requests, call: Call, target: tuple[str, str]) -> None:
    """The balancer before a target hangs up: all proxies behind it have lost their client.

    What they still hear of the call does not come back (`cut`).
    """
    while any(leg.before.get("target") == target for leg in _legs(call)):
        leg = _legs(call)[-1]
        hung_up(requests, call, leg)
        restore(call, leg)
        call.found(cut=True)


def _legs(call: Call) -> tuple[Leg, ...]:
    legs: tuple[Leg, ...] = call.state.get("legs", ())
    return legs
