"""kube-proxy on the way of a request: a Service's address → one endpoint.

It runs on the node where the packets are: the client's own for names and addresses of Services,
any node for a NodePort. Source: `pkg/proxy/iptables/proxier.go`, Kubernetes 1.36.

Unlike the real one: where a node replaces the sender's address it is always by its InternalIP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.network.conntrack import Tracked
from kubelearn.network.endpoints import Backend
from kubelearn.network.ipam import is_pod_address
from kubelearn.network.service_ports import CLUSTER_IP, NODE_PORT, Rule, Sender
from kubelearn.network.verdict import REFUSED, TIMED_OUT, Verdict
from kubelearn.sim.clock import MICROSECOND
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

PROXY_DELAY = 5 * MICROSECOND
WORDS = {CLUSTER_IP: "is Service", NODE_PORT: "is a NodePort of Service"}
"""How the kinds of addresses are told; for the others "belongs to Service"."""


def route(requests: Requests, call: Call) -> Verdict:
    """kube-proxy on the node where the call is: a Service address → one endpoint."""
    node, address = requests.place(call), call.state["address"]
    port = call.state.get("port", call.target.port)
    rule = requests.proxies.rule(node, address, port, "TCP", sender_at(requests, call, node))
    if rule is not None:
        return _to_backend(requests, call, rule, port)
    call.found(port=port)
    if not requests.proxies.knows(node, address):
        return Verdict(0, "wire")
    # No rule matches, and nobody on the wire has such an address.
    text = f"the Service at {address} has no port {port}: no rule, no answer"
    flow = requests.source(call), address, port
    call.saw(requests.context.clock.now, "kube-proxy", node, text, flow=flow)
    return Verdict(requests.left(call), error=TIMED_OUT)


def sender_at(requests: Requests, call: Call, node: str) -> Sender:
    """Who sends, as a node sees it."""
    address = requests.source(call)
    if address == requests.address_of(node):
        return Sender("node", address)
    inside = is_pod_address(address)
    return Sender("pod" if inside else "outside", address)


def _to_backend(requests: Requests, call: Call, rule: Rule, port: int) -> Verdict:
    now, node = requests.context.clock.now, requests.place(call)
    refusal = _refusal(rule)
    if refusal is not None:
        text, error = refusal
        flow = requests.source(call), call.state["address"], port
        call.saw(now, "kube-proxy", node, text, service=rule.service, flow=flow)
        return Verdict(PROXY_DELAY if error == REFUSED else requests.left(call), error=error)
    backend = _pick(requests, call, rule)
    place, name = f"{call.state['address']}:{port}", "/".join(rule.service)
    word = WORDS.get(rule.place, "belongs to Service")
    text = (
        f"{place} {word} {name}: 1 of {len(rule.backends)} endpoints, "
        f"{backend.address}:{backend.port}"
    )
    old, source = requests.source(call), _source(requests, call, rule, backend)
    if source:
        text += f"; the sender's address becomes {source}"
        call.found(seen=source)
    endpoints = tuple(one.address for one in rule.backends)
    chains = () if call.load else requests.proxies.chains(rule, backend)
    flow = old, call.state["address"], port
    call.saw(now, "kube-proxy", node, text, service=rule.service, endpoints=endpoints,
             chains=chains, flow=flow, becomes=source)  # fmt: skip
    call.found(address=backend.address, port=backend.port, tracked=Tracked(node, *flow, backend))
    return Verdict(PROXY_DELAY, "wire")


def _refusal(rule: Rule) -> tuple[str, str] | None:
    """(what the node says, how the call fails) when it gives the call to nobody."""
    name = "/".join(rule.service)
    if rule.forbidden:
        return f"loadBalancerSourceRanges of {name} leaves the sender out: DROP", TIMED_OUT
    if rule.backends:
        return None
    if rule.any_endpoints:
        wish = "internalTrafficPolicy" if rule.place == CLUSTER_IP else "externalTrafficPolicy"
        return f"no endpoint of {name} is on this node, as {wish} Local wants: DROP", TIMED_OUT
    return f"no endpoint is ready for {name}: REJECT", REFUSED


def _pick(requests: Requests, call: Call, rule: Rule) -> Backend:
    node, source = requests.place(call), requests.source(call)
    purpose = "kube-proxy" if not call.state.get("via") else f"kube-proxy {node}"

    def draw(count: int) -> int:
        return requests.draw(call, count, purpose)

    def active(backend: Backend) -> int:
        return requests.open_to(node, backend)

    return requests.proxies.pick(node, rule, call.state["address"], source, draw, active)


def _source(requests: Requests, call: Call, rule: Rule, backend: Backend) -> str:
    """The address that takes the place of the sender's; "" when it is kept."""
    old = requests.source(call)
    if not rule.masquerade and old != backend.address:
        return ""
    new = requests.address_of(requests.place(call))
    return "" if new == old else new
