"""The wire on the way of a request: from where the packets are to whoever has the address.

Unlike the real one: the internet reaches every node by its InternalIP, as if no firewall stood
between, and nothing else in the cluster.
"""

from __future__ import annotations

import ipaddress
from itertools import pairwise
from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.network.forwarding import sender_at
from kubelearn.network.ipam import is_pod_address
from kubelearn.network.links import INTERNET
from kubelearn.network.verdict import (
    NO_ROUTE,
    REFUSED,
    TIMED_OUT,
    UNREACHABLE_AFTER,
    Verdict,
)
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

PRIVATE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""Ranges to which the internet knows no way (RFC 1918)."""


def carry(requests: Requests, call: Call) -> Verdict:
    """The wire from the place where the packets are to the address."""
    node, address = requests.place(call), call.state["address"]
    if node == call.state["node"] and _is_stopped(requests, call, "Egress"):
        return Verdict(requests.left(call), error=TIMED_OUT)
    _leave_range(requests, call)
    balancer = requests.balancers.place_of(address)
    if balancer:
        return _to_balancer(requests, call, balancer)
    pod = requests.pod_at(address, call.state["port"])
    there = pod["spec"]["nodeName"] if pod is not None else requests.node_of(address)
    if node == INTERNET and not requests.is_node_address(there, address):
        return _unknown_outside(requests, call)
    if not there:
        call.saw(_now(requests), "wire", node, f"nobody answers for the address {address}")
        return Verdict(requests.left(call), error=TIMED_OUT)
    if not requests.links.passes(node, there) or not requests.machines.alive(there):
        text = f"packets to {address} on {there} get no answer"
        call.saw(_now(requests), "wire", node, text)
        return Verdict(requests.left(call), error=TIMED_OUT)
    if node != there and requests.is_node_address(there, address):
        verdict = _into_node(requests, call, there)
        if verdict is not None:
            return verdict
    if pod is None:
        return _nobody(requests, call, there)
    return _to_pod(requests, call, pod)


def _now(requests: Requests) -> int:
    return requests.context.clock.now


def _leave_range(requests: Requests, call: Call) -> None:
    """Pods have addresses of the cluster only: beyond its range their node's takes their place."""
    place, address = requests.place(call), call.state["address"]
    own = requests.address_of(place)
    if call.state["origin"] != "pod" or call.state.get("seen") or address == own:
        return
    if not is_pod_address(address):
        call.found(seen=own)


def _is_stopped(requests: Requests, call: Call, direction: str) -> bool:
    """Whether a NetworkPolicy stops the call."""
    address, port = call.state["address"], call.state["port"]
    text = requests.policies.refusal(requests.source(call), address, port, direction)
    if text:
        call.saw(_now(requests), "wire", requests.place(call), text)
    return bool(text)


def _to_balancer(requests: Requests, call: Call, place: str) -> Verdict:
    node, address = requests.place(call), call.state["address"]
    if node == INTERNET and _is_private(address):
        return _unknown_outside(requests, call)
    call.saw(_now(requests), "wire", node, f"to the load balancer's address {address}")
    call.found(at=place, via=(*call.state.get("via", ()), place))
    return Verdict(requests.links.delay(node, place), "load-balancer")


def _is_private(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return any(found in one for one in PRIVATE)


def _unknown_outside(requests: Requests, call: Call) -> Verdict:
    text = f"the internet knows no way to {call.state['address']}, an address of a private network"
    call.saw(_now(requests), "wire", INTERNET, text)
    return Verdict(requests.left(call), error=TIMED_OUT)


def _into_node(requests: Requests, call: Call, there: str) -> Verdict | None:
    """The packets come to a node that may have rules for them; None when it has none."""
    node, address, port = requests.place(call), call.state["address"], call.state["port"]
    delay = requests.links.delay(node, there)
    healthy = requests.proxies.health(there, port)
    if healthy is not None:
        return _health(requests, call, there, healthy)
    sender = sender_at(requests, call, there)
    if requests.proxies.rule(there, address, port, "TCP", sender) is None:
        return None
    call.saw(_now(requests), "wire", node, f"to {there}")
    call.found(at=there, via=(*call.state.get("via", ()), there))
    return Verdict(delay, "kube-proxy")


def _health(requests: Requests, call: Call, there: str, healthy: bool) -> Verdict:
    """kube-proxy's own answer on a healthCheckNodePort."""
    word = "at least one endpoint" if healthy else "no endpoint"
    text = f"the health check of kube-proxy: {word} of the Service is on this node"
    call.saw(_now(requests), "kube-proxy", there, text)
    delay = 2 * requests.links.delay(requests.place(call), there)
    return Verdict(delay, status=200 if healthy else 503)


def _to_pod(requests: Requests, call: Call, pod: Object) -> Verdict:
    node, there = requests.place(call), pod["spec"]["nodeName"]
    if _is_stopped(requests, call, "Ingress"):
        return Verdict(requests.left(call), error=TIMED_OUT)
    call.found(server=there, pod=(pod["metadata"]["namespace"], pod["metadata"]["name"]))
    call.saw(_now(requests), "wire", node, f"to {there}" if there != node else "stays on the node")
    return Verdict(requests.links.delay(node, there), "pod")


def _nobody(requests: Requests, call: Call, there: str) -> Verdict:
    """The address is one of a living node, but no pod has it."""
    node, address = requests.place(call), call.state["address"]
    if requests.is_node_address(there, address):
        text = f"nothing on {there} listens on port {call.state['port']}"
        call.saw(_now(requests), "wire", node, text)
        return Verdict(2 * requests.links.delay(node, there), error=REFUSED)
    call.saw(_now(requests), "wire", there, f"no pod on {there} has the address {address}")
    return Verdict(UNREACHABLE_AFTER, error=NO_ROUTE)


def way_back(call: Call) -> list[tuple[str, str]]:
    """The stretches of an answer's way: through every place that has replaced addresses."""
    places = [call.state["server"], *reversed(call.state.get("via", ())), call.state["node"]]
    return list(pairwise(places))
