"""The handshake at a proxy of the edge or a load balancer, before it sees any request.

Source: RFC 8446 (one round trip), RFC 6066 section 3 (server name indication).

Unlike the real one: programs without `kubelearn.dev/tls` take https as it comes; those with it show
the certificate that is in their volume's Secret now, on all their ports, and answer probes of the
kubelet by http and https alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kubelearn.api.objects import Object
from kubelearn.network.manners import nginx_page
from kubelearn.network.tls.client import NO_NAME, NO_PAIR, NOT_TLS, Trust
from kubelearn.network.tls.secrets import pair_of
from kubelearn.network.verdict import RESET, Verdict
from kubelearn.network.wires import way_back
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.passages import Leg
    from kubelearn.network.requests import Requests


def greet(requests: Requests, call: Call, pod: Object) -> Verdict | None:
    """How a connection ends before a request is read, or its handshake; None when it stands."""
    port, edges = call.state["port"], requests.edges
    if call.state.get("greeted") or not edges.entry(pod, port):
        return None
    name, secure = pod["metadata"]["name"], is_secure(call)
    back = sum(requests.links.delay(*stretch) for stretch in way_back(call))
    if edges.scheme(pod, port) == "http":
        return _fails(requests, call, name, back, NOT_TLS) if secure else None
    if not secure:
        call.body = nginx_page(400)
        return _plain(requests, call, name, back)
    chain = edges.certificate(pod, port, call.target.host)
    return _shake(requests, call, name, back, chain) or Verdict(2 * back, "edge")


def greet_balancer(requests: Requests, call: Call) -> Verdict | None:
    """The same at a load balancer, whose listener may also take a flow as it comes."""
    address, port = call.state["address"], call.state["port"]
    spoken = requests.balancers.speaks(address, port)
    if call.state.get("greeted") or spoken in ("", "TCP"):
        return None
    place, secure = requests.place(call), is_secure(call)
    back = requests.links.delay(place, call.state["node"])
    if spoken == "HTTP":
        return _fails(requests, call, place, back, NOT_TLS) if secure else None
    if not secure and spoken == "HTTPS":
        return _plain(requests, call, place, back)
    if not secure:
        return _fails(requests, call, place, back, RESET)
    chain = requests.balancers.certificate(address, port, call.target.host)
    return _shake(requests, call, place, back, chain) or Verdict(2 * back, "load-balancer")


def greet_program(requests: Requests, call: Call, pod: Object, volume: str) -> Verdict | None:
    """The same at a program that speaks TLS itself; its certificate is in a volume."""
    legs: tuple[Leg, ...] = call.state.get("legs", ())
    reader = legs[-1].picked if legs and not legs[-1].routed.tcp else None
    if call.state.get("greeted") or (reader is not None and reader.tls == "tls"):
        return None  # a proxy that speaks TLS takes any certificate
    name, back = pod["metadata"]["name"], _time_back(requests, call.state)
    if reader is not None or not is_secure(call):
        if call.target.scheme == "tcp":
            return _fails(requests, call, name, back, RESET)
        return _plain(requests, call, name, back)
    before = sum(_time_back(requests, leg.before) for leg in legs if leg.hop == "edge")
    chain = pair_of(_secret(requests, pod, volume))
    shaken = _shake(requests, call, name, back, chain, NO_PAIR)
    return shaken or Verdict(2 * (back + before), "pod")


def _time_back(requests: Requests, state: Mapping[str, Any]) -> int:
    """Nanoseconds from a program to whoever has opened the connection."""
    places = [state["server"], *reversed(state.get("via", ())), state["node"]]
    return sum(requests.links.delay(*stretch) for stretch in pairwise(places))


def _secret(requests: Requests, pod: Object, volume: str) -> Object | None:
    """The Secret that is a volume of a pod."""
    volumes = pod["spec"].get("volumes") or ()
    found = next((one.get("secret") for one in volumes if one["name"] == volume), None) or {}
    namespace = pod["metadata"]["namespace"]
    return requests.context.api.find("secrets", namespace, found.get("secretName") or "")


def is_secure(call: Call) -> bool:
    """Whether a client speaks TLS: the call's own, or the balancer that it has passed."""
    said: bool | None = call.state.get("secure")
    return call.target.is_secure if said is None else said


def _shake(
    requests: Requests, call: Call, name: str, back: int, chain: str | None, without: str = NO_NAME
) -> Verdict | None:
    """The client judges what a server shows; None when it is content."""
    host, now = call.target.host, requests.context.clock.now
    trust: Trust = call.state.get("trust") or Trust()
    text = trust.problem(chain, host, now) if chain else without
    if text:
        return _fails(requests, call, name, back, text)
    call.saw(now, "tls", name, f"certificate for {host} accepted")
    call.found(greeted=True)
    return None


def _fails(requests: Requests, call: Call, name: str, back: int, text: str) -> Verdict:
    call.saw(requests.context.clock.now, "tls", name, text)
    return Verdict(back, error=text)


def _plain(requests: Requests, call: Call, name: str, back: int) -> Verdict:
    """Both nginx and an application load balancer answer plain HTTP on a TLS port with 400."""
    text = "the plain HTTP request was sent to HTTPS port: 400"
    call.saw(requests.context.clock.now, "tls", name, text)
    return Verdict(back, status=400)
