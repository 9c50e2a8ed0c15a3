"""The hops of a request: each enters a call and sends it on, answers it or lets it fail.

What a hop can see is explicit: the resolver sees a name, kube-proxy sees address and port (L4), the
pod sees method, path and headers (L7). The list in `HOPS` is the way of a request.

Unlike the real one: a new connection for each call, no TLS, no queueing in the pod yet.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from kubelearn.api.app import AppBehaviour, Distribution
from kubelearn.api.objects import Object
from kubelearn.network.kube_proxy import Rule
from kubelearn.sim.clock import MICROSECOND, SECOND
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

DNS_QUERY = 400 * MICROSECOND
"""Handling of one query in CoreDNS and the resolver."""
DNS_TIMEOUT = 5 * SECOND
DNS_ATTEMPTS = 2
DNS_ADDRESS = ("10.96.0.10", 53)
PROXY_DELAY = 5 * MICROSECOND


class Verdict(NamedTuple):
    """What a hop did with a call: on to `onward` after `delay`, or an end."""

    delay: int
    onward: str = ""
    status: int = 0
    error: str = ""


def resolve(requests: Requests, call: Call) -> Verdict:
    """The client's resolver: the host of the URL → an address."""
    host, now = call.target.host, requests.context.clock.now
    if host.replace(".", "").isdigit():
        call.found(address=host)
        return Verdict(0, "kube-proxy")
    if call.state["origin"] != "pod":
        text = (
            f"the resolver of {call.client} knows no cluster names: ask from a pod, or by address"
        )
        call.saw(now, "resolver", call.client, text)
        return Verdict(0, error=f"no such host: {host}")
    server = requests.reachable_dns(call)
    if server is None:
        text = "no answer from 10.96.0.10: no CoreDNS pod can be reached"
        call.saw(now, "resolver", call.client, text)
        return Verdict(DNS_TIMEOUT * DNS_ATTEMPTS, error="DNS timed out")
    return _ask(requests, call, server)


def _ask(requests: Requests, call: Call, server: str) -> Verdict:
    """Try the names of the search list one by one, each a round trip to CoreDNS."""
    names = requests.dns.candidates(call.target.host, call.state["namespace"])
    trip = 2 * requests.links.delay(call.state["node"], server) + DNS_QUERY
    for count, name in enumerate(names, 1):
        answer = requests.dns.answer(name)
        if answer.exists:
            pick = requests.draw(call, len(answer.addresses), "dns")
            address = answer.addresses[pick]
            call.found(address=address)
            text = f"{name} is {address} (query {count} of the search list)"
            call.saw(requests.context.clock.now, "resolver", call.client, text, name=name)
            return Verdict(count * trip, "kube-proxy")
    text = f"NXDOMAIN for {', '.join(names)}"
    call.saw(requests.context.clock.now, "resolver", call.client, text)
    return Verdict(len(names) * trip, error=f"no such host: {call.target.host}")


def route(requests: Requests, call: Call) -> Verdict:
    """kube-proxy on the client's node: a Service address → one endpoint, at random."""
    node, address, port = call.state["node"], call.state["address"], call.target.port
    rule = requests.proxies.rule(node, address, port)
    now = requests.context.clock.now
    if rule is None:
        call.found(port=port)
        if requests.proxies.knows(node, address):
            text = f"the Service at {address} has no port {port}"
            call.saw(now, "kube-proxy", node, text)
            # No rule matches, and nobody on the wire has such an address.
            return Verdict(requests.left(call), error="connection timed out")
        return Verdict(0, "wire")
    if not rule.backends:
        text = f"no endpoint is ready for {'/'.join(rule.service)}: REJECT"
        call.saw(now, "kube-proxy", node, text, service=rule.service)
        return _refused(PROXY_DELAY)
    return _to_backend(requests, call, rule)


def _to_backend(requests: Requests, call: Call, rule: Rule) -> Verdict:
    backend = rule.backends[requests.draw(call, len(rule.backends), "kube-proxy")]
    name = "/".join(rule.service)
    text = (
        f"{call.state['address']}:{call.target.port} is Service {name}: "
        f"1 of {len(rule.backends)} endpoints, {backend.address}:{backend.port}"
    )
    call.saw(
        requests.context.clock.now,
        "kube-proxy",
        call.state["node"],
        text,
        service=rule.service,
        endpoints=[one.address for one in rule.backends],
    )
    call.found(address=backend.address, port=backend.port)
    return Verdict(PROXY_DELAY, "wire")


def carry(requests: Requests, call: Call) -> Verdict:
    """The wire from the client's node to the node of the address."""
    node, address = call.state["node"], call.state["address"]
    pod = requests.pod_at(address)
    now = requests.context.clock.now
    if pod is None:
        call.saw(now, "wire", node, f"nobody has the address {address}")
        return Verdict(3 * SECOND, error="no route to host")
    there = pod["spec"]["nodeName"]
    call.found(server=there, pod=(pod["metadata"]["namespace"], pod["metadata"]["name"]))
    if not requests.links.passes(node, there) or not requests.machines.alive(there):
        call.saw(now, "wire", node, f"packets to {address} on {there} get no answer")
        return Verdict(requests.left(call), error="connection timed out")
    call.saw(now, "wire", node, f"to {there}" if there != node else "stays on the node")
    return Verdict(requests.links.delay(node, there), "pod")


def serve(requests: Requests, call: Call) -> Verdict:
    """The pod: takes the connection, works for its service time, answers."""
    namespace, name = call.state["pod"]
    now = requests.context.clock.now
    pod = requests.context.api.find("pods", namespace, name)
    back = requests.links.delay(call.state["node"], call.state["server"])
    silence = "dead" if pod is None else requests.machines.silence(pod, call.state["port"])
    if pod is None or silence == "dead":
        call.saw(now, "pod", name, "nothing answers at this address any more")
        return Verdict(requests.left(call), error="connection timed out")
    if silence:
        call.saw(now, "pod", name, f"nothing listens on port {call.state['port']}")
        return _refused(back)
    return _work(requests, call, pod, back)


def _work(requests: Requests, call: Call, pod: Object, back: int) -> Verdict:
    app = requests.app_of(pod, call.state["port"])
    name, now = pod["metadata"]["name"], requests.context.clock.now
    time = draw_time(requests, call, app.service_time)
    status = _status(requests, call, app)
    done = now + time
    call.saw(now, "pod", name, f"{call.method} {call.target.path}: works {time / 1e6:.1f} ms")
    if status < 400 and app.calls:
        call.found(calls=app.calls, answer=status, back=back)
        return Verdict(time, "calls")
    call.saw(done, "pod", name, f"answers {status}")
    call.body = f"{name} answers {call.method} {call.target.path}\n"
    return Verdict(time + back, status=status)


def ask_others(requests: Requests, call: Call) -> Verdict:
    """What the program asks of other services before it answers."""
    status = requests.ask(call)
    if status is None:
        return Verdict(0, "waits")
    name, now = call.state["pod"][1], requests.context.clock.now
    call.saw(now, "pod", name, f"answers {status}")
    return Verdict(call.state["back"], status=status)


def _status(requests: Requests, call: Call, app: AppBehaviour) -> int:
    if app.paths is not None and call.target.path not in app.paths:
        return 404
    return 500 if app.fails and requests.uniform(call, "fails") < app.fails else 200


def draw_time(requests: Requests, call: Call, law: Distribution) -> int:
    """A service time in ns from its distribution."""
    if law.law == "fixed":
        return law.mean
    u = requests.uniform(call, "service-time")
    if law.law == "exponential":
        return round(-law.mean * math.log(1.0 - u))
    variance = math.log(1.0 + (law.deviation / law.mean) ** 2)
    normal = requests.normal(call, "service-time")
    return round(law.mean * math.exp(math.sqrt(variance) * normal - variance / 2))


def _refused(delay: int) -> Verdict:
    return Verdict(delay, error="connection refused")


HOPS: dict[str, Callable[[Requests, Call], Verdict]] = {
    "resolver": resolve,
    "kube-proxy": route,
    "wire": carry,
    "pod": serve,
    "calls": ask_others,
}
