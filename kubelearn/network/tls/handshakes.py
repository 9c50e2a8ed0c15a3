"""The handshake at a proxy of the edge, before it sees any request.

Source: RFC 8446 (one round trip), RFC 6066 section 3 (server name indication).

Unlike the real one: only proxies at the edge speak TLS; other programs take https as it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.network.manners import nginx_page
from kubelearn.network.tls.client import NO_NAME, NOT_TLS, Trust
from kubelearn.network.verdict import Verdict
from kubelearn.network.wires import way_back
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests


def greet(requests: Requests, call: Call, pod: Object) -> Verdict | None:
    """How a connection ends before a request is read, or its handshake; None when it stands."""
    port, edges = call.state["port"], requests.edges
    if call.state.get("greeted") or not edges.entry(pod, port):
        return None
    secure = call.target.scheme == "https" and not ended_before(call)
    spoken = edges.scheme(pod, port)
    if spoken == "http":
        return _fails(requests, call, pod, NOT_TLS) if secure else None
    if not secure:
        return _plain(requests, call, pod)
    host = call.target.host
    chain = edges.certificate(pod, port, host)
    trust: Trust = call.state.get("trust") or Trust()
    text = trust.problem(chain, host, requests.context.clock.now) if chain else NO_NAME
    if text:
        return _fails(requests, call, pod, text)
    name = pod["metadata"]["name"]
    call.saw(requests.context.clock.now, "tls", name, f"certificate for {host} accepted")
    call.found(greeted=True)
    return Verdict(2 * _way(requests, call), "edge")


def ended_before(call: Call) -> bool:
    """Whether TLS has ended at a balancer on the way."""
    return bool(call.state.get("gateway"))


def _fails(requests: Requests, call: Call, pod: Object, text: str) -> Verdict:
    name = pod["metadata"]["name"]
    call.saw(requests.context.clock.now, "tls", name, text)
    return Verdict(_way(requests, call), error=text)


def _plain(requests: Requests, call: Call, pod: Object) -> Verdict:
    """Nginx answers plain HTTP on its TLS port with 400 (its own code 497)."""
    text = "the plain HTTP request was sent to HTTPS port: 400"
    call.saw(requests.context.clock.now, "tls", pod["metadata"]["name"], text)
    call.body = nginx_page(400)
    return Verdict(_way(requests, call), status=400)


def _way(requests: Requests, call: Call) -> int:
    return sum(requests.links.delay(*stretch) for stretch in way_back(call))
