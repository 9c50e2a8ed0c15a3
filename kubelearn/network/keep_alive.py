"""Connections that a client keeps open: its next request goes the same way as the one before.

Names, kube-proxy and a balancer of layer 4 are asked for new connections only, so a client that
keeps its connection stays with its pod after scaling, rollout or failover. A balancer of layer 7
takes each request anew.

A quiet connection ends at the idle timeout of the balancer on its way: one of layer 7 closes it, so
the client opens another; one of layer 4 forgets the flow, and tells whoever still uses it by a
reset (Elastic Load Balancing user guides, "Connection idle timeout").

Unlike the real one: a server closes its connections when its program ends, and a client notices at
its next request; programs themselves close no idle connections; NetworkPolicies are not asked
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kubelearn.network.verdict import NO_ANSWER, RESET, Verdict
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

KEPT = ("dialled", "address", "port", "at", "via", "seen", "server", "pod", "program", "tracked",
        "target", "idle", "greeted")  # fmt: skip
"""What a connection is made of, in the state of a call."""


def connection_of(state: Mapping[str, Any], now: int) -> Mapping[str, Any]:
    """The connection over which an answer comes now.

    Empty where none is kept: by a mesh's proxy, or a server that has misread a header.
    """
    if state.get("legs") or state.get("captured") or state.get("proxy_header"):
        return {}
    owner = {"owner": state.get("uid"), "quiet": now}
    if state.get("gateway"):
        place = state["via"][0]
        return {**state["entry"], **owner, "idle": state["idle"], "at": place, "via": (place,)}
    return {**owner, **{name: state[name] for name in KEPT if name in state}}


def on(origin: Mapping[str, Any], connection: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a request over a connection, or without it when it was another client's."""
    if not connection or connection["owner"] != origin.get("uid"):
        return dict(origin)
    return {**connection, **origin, "fresh": origin}


def reuse(requests: Requests, call: Call) -> Verdict:
    """Over an open connection to its other end; if that has closed it, over a new one."""
    places = [call.state["node"], *call.state.get("via", ()), *_server(call)]
    way = list(pairwise(places))
    broken = not all(requests.links.passes(*stretch) for stretch in way)
    if broken or any(requests.is_dead(place) for place in places):
        call.saw(requests.context.clock.now, "wire", places[0], "the open connection is silent")
        return Verdict(requests.left(call), error=NO_ANSWER)
    quiet = _is_quiet(requests, call, call.state["quiet"])
    if quiet and _server(call):
        place = _forget(requests, call, "resets it")
        return Verdict(2 * requests.links.delay(places[0], place), error=RESET)
    if quiet or _closed(requests, call):
        text = "the other end has closed the connection: opens a new one"
        call.saw(requests.context.clock.now, "wire", places[0], text)
        call.state = dict(call.state["fresh"])
        return Verdict(0, "resolver")
    call.saw(requests.context.clock.now, "wire", places[0], f"open connection to {places[-1]}")
    onward = "pod" if _server(call) else "load-balancer"
    return Verdict(sum(requests.links.delay(*stretch) for stretch in way), onward)


def is_forgotten(requests: Requests, call: Call) -> bool:
    """Whether an answer comes so late that a balancer of layer 4 has forgotten its flow."""
    flows = call.state.get("target") and not call.state.get("gateway")
    arrived = call.state.get("arrived", requests.context.clock.now)
    if not flows or not _is_quiet(requests, call, arrived):
        return False
    _forget(requests, call, "resets the target, and the client hears nothing")
    return True


def _is_quiet(requests: Requests, call: Call, since: int) -> bool:
    """Whether nothing has passed the balancer for so long that it gives the connection up."""
    return 0 < int(call.state.get("idle", 0)) <= requests.context.clock.now - since


def _forget(requests: Requests, call: Call, follows: str) -> str:
    """Note that a balancer of layer 4 has forgotten a flow; returns where it stands."""
    place, idle = requests.balancers_place(call), call.state["idle"] // SECOND
    text = f"has forgotten the flow after {idle} s without a packet: {follows}"
    call.saw(requests.context.clock.now, "balancer", place, text)
    return place


def _server(call: Call) -> list[str]:
    return [call.state["server"]] if "server" in call.state else []


def _closed(requests: Requests, call: Call) -> bool:
    """Whether the program has ended, or a balancer has reset the connection."""
    if not _server(call):
        return not requests.balancers.place_of(call.state["address"])
    target = call.state.get("target")
    if target and requests.balancers.reset_at(*target) >= call.state["quiet"]:
        return True
    return bool(requests.lost_program(call))
