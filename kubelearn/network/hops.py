"""The hops of a request: each enters a call and sends it on, answers it or lets it fail.

What a hop can see is explicit: the resolver sees a name, kube-proxy sees address and port (L4), the
pod sees method, path and headers (L7). The list in `HOPS` is the way of a request.

Unlike the real one: a new connection for each call, no TLS, no queueing in the pod yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kubelearn.network.kube_proxy import Rule
from kubelearn.network.resolving import resolve
from kubelearn.network.serving import answer, ask_others, serve
from kubelearn.network.verdict import (
    NO_ROUTE,
    REFUSED,
    TIMED_OUT,
    UNREACHABLE_AFTER,
    Verdict,
)
from kubelearn.sim.clock import MICROSECOND
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

PROXY_DELAY = 5 * MICROSECOND


def route(requests: Requests, call: Call) -> Verdict:
    """kube-proxy on the client's node: a Service address → one endpoint, at random."""
    node, address, port = call.state["node"], call.state["address"], call.target.port
    rule = requests.proxies.rule(node, address, port)
    if rule is not None:
        return _to_backend(requests, call, rule)
    call.found(port=port)
    if not requests.proxies.knows(node, address):
        return Verdict(0, "wire")
    # No rule matches, and nobody on the wire has such an address.
    text = f"the Service at {address} has no port {port}: no rule, no answer"
    call.saw(requests.context.clock.now, "kube-proxy", node, text)
    return Verdict(requests.left(call), error=TIMED_OUT)


def _to_backend(requests: Requests, call: Call, rule: Rule) -> Verdict:
    now, node = requests.context.clock.now, call.state["node"]
    name = "/".join(rule.service)
    if not rule.backends and rule.any_endpoints:
        text = f"no endpoint of {name} is on this node, as internalTrafficPolicy Local wants: DROP"
        call.saw(now, "kube-proxy", node, text, service=rule.service)
        return Verdict(requests.left(call), error=TIMED_OUT)
    if not rule.backends:
        text = f"no endpoint is ready for {name}: REJECT"
        call.saw(now, "kube-proxy", node, text, service=rule.service)
        return Verdict(PROXY_DELAY, error=REFUSED)
    backend = rule.backends[requests.draw(call, len(rule.backends), "kube-proxy")]
    text = (
        f"{call.state['address']}:{call.target.port} is Service {name}: "
        f"1 of {len(rule.backends)} endpoints, {backend.address}:{backend.port}"
    )
    endpoints = tuple(one.address for one in rule.backends)
    call.saw(now, "kube-proxy", node, text, service=rule.service, endpoints=endpoints)
    call.found(address=backend.address, port=backend.port)
    return Verdict(PROXY_DELAY, "wire")


def carry(requests: Requests, call: Call) -> Verdict:
    """The wire from the client's node to the node of the address."""
    node, address = call.state["node"], call.state["address"]
    pod = requests.pod_at(address, call.state["port"])
    there = pod["spec"]["nodeName"] if pod is not None else requests.node_of(address)
    now = requests.context.clock.now
    if not there:
        call.saw(now, "wire", node, f"nobody answers for the address {address}")
        return Verdict(requests.left(call), error=TIMED_OUT)
    if not requests.links.passes(node, there) or not requests.machines.alive(there):
        call.saw(now, "wire", node, f"packets to {address} on {there} get no answer")
        return Verdict(requests.left(call), error=TIMED_OUT)
    if pod is None:
        return _nobody(requests, call, there)
    call.found(server=there, pod=(pod["metadata"]["namespace"], pod["metadata"]["name"]))
    call.saw(now, "wire", node, f"to {there}" if there != node else "stays on the node")
    return Verdict(requests.links.delay(node, there), "pod")


def _nobody(requests: Requests, call: Call, there: str) -> Verdict:
    """The address is one of a living node, but no pod has it."""
    address, now = call.state["address"], requests.context.clock.now
    if requests.is_node_address(there, address):
        text = f"nothing on {there} listens on port {call.state['port']}"
        call.saw(now, "wire", call.state["node"], text)
        return Verdict(2 * requests.links.delay(call.state["node"], there), error=REFUSED)
    call.saw(now, "wire", there, f"no pod on {there} has the address {address}")
    return Verdict(UNREACHABLE_AFTER, error=NO_ROUTE)


HOPS: dict[str, Callable[[Requests, Call], Verdict]] = {
    "resolver": resolve,
    "kube-proxy": route,
    "wire": carry,
    "pod": serve,
    "calls": ask_others,
    "answer": answer,
}
"""The way of a request, in its order."""
