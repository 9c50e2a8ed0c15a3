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

KEPT = ("address", "port", "at", "via", "seen", "server", "pod", "program", "tracked", "target",
        "idle")  # fmt: skip
"""What a connection is made of, in the state of a call."""


def connection_of(state: Mapping[str, Any], now: int) -> Mapping[str, Any]:
    """The connection over which an answer comes now; empty where none is kept (a mesh's proxy)."""
    if state.get("legs") or state.get("captured"):
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
    idle = int(call.state.get("idle", 0))
    forgotten = 0 < idle <= requests.context.clock.now - call.state["quiet"]
    if forgotten and _server(call):
        place = requests.balancers_place(call)
        text = f"has forgotten the flow after {idle // SECOND} s without a packet: resets it"
        call.saw(requests.context.clock.now, "balancer", place, text)
        return Verdict(2 * requests.links.delay(places[0], place), error=RESET)
    if forgotten or _closed(requests, call):
        text = "the other end has closed the connection: opens a new one"
        call.saw(requests.context.clock.now, "wire", places[0], text)
        call.state = dict(call.state["fresh"])
        return Verdict(0, "resolver")
    call.saw(requests.context.clock.now, "wire", places[0], f"open connection to {places[-1]}")
    onward = "pod" if _server(call) else "load-balancer"
    return Verdict(sum(requests.links.delay(*stretch) for stretch in way), onward)


def _server(call: Call) -> list[str]:
    return [call.state["server"]] if "server" in call.state else []


def _closed(requests: Requests, call: Call) -> bool:
    """Whether the program has ended, or a balancer has reset the connection."""
    if not _server(call):
        return not requests.balancers.place_of(call.state["address"])
    target = call.state.get("target")
    if target and not requests.balancers.keeps(*target):
        return True
    return bool(requests.lost_program(call))
