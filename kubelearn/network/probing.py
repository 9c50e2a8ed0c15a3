"""What a load balancer's health check meets: the same tables that a request meets, at one moment.

Checks of a target group with the PROXY protocol begin with its header too, so kube-proxy's own
answers fail there (ingress-nginx issue 10982); a check that only connects notices nothing.

Unlike the real one: a check costs the target no work, and packets of a check take no time; a
program that can take calls of gRPC has all methods but the one that AWS asks for by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.network.service_ports import Sender
from kubelearn.traffic.balancers import Ask, Probe

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

NO_ANSWER = Probe(ok=False, says="no answer", waits=True)
REFUSED = Probe(ok=False, says="connection refused")
CONNECTED = Probe(ok=True, says="200")
BAD_REQUEST = Probe(ok=True, says="400")
RESET = Probe(ok=False, says="connection reset by peer")
SERVED, UNIMPLEMENTED = Probe(ok=True, says="0"), Probe(ok=True, says="12")
"""OK and UNIMPLEMENTED, codes of gRPC."""
NO_METHOD = "/AWS.ALB/healthcheck"
"""What an application load balancer calls by default: a method that no server has."""


def probe(requests: Requests, place: str, address: str, port: int, ask: Ask) -> Probe:
    """How a check from a place would end now."""
    pod = requests.pod_at(address, port)
    there = pod["spec"]["nodeName"] if pod is not None else requests.node_of(address)
    if not there or not requests.machines.alive(there) or not requests.links.passes(place, there):
        return NO_ANSWER
    if requests.is_node_address(there, address):
        asked = _at_node(requests, there, address, port, ask)
        if asked is not None:
            return asked
    if pod is None:
        return REFUSED if requests.is_node_address(there, address) else NO_ANSWER
    return _at_pod(requests, pod, port, ask)


def _at_node(requests: Requests, node: str, address: str, port: int, ask: Ask) -> Probe | None:
    """What the node's kube-proxy does with it; None when it has no rule."""
    healthy = requests.proxies.health(node, port)
    if healthy is not None and ask.rpc:
        return RESET
    if healthy is not None and ask.path and ask.headed:
        return BAD_REQUEST
    if healthy is not None:
        return Probe(ok=True, says="200" if healthy else "503")
    rule = requests.proxies.rule(node, address, port, "TCP", Sender("outside"))
    if rule is None:
        return None
    if not rule.backends:
        return NO_ANSWER if rule.any_endpoints or rule.forbidden else REFUSED
    now, draws = requests.context.clock.now, requests.context.draws
    backend = rule.backends[draws.below(len(rule.backends), "probe", ask.subject, now)]
    pod = requests.pod_at(backend.address, backend.port)
    if pod is None or not requests.links.passes(node, backend.node):
        return NO_ANSWER
    return _at_pod(requests, pod, backend.port, ask)


def _at_pod(requests: Requests, pod: Object, port: int, ask: Ask) -> Probe:
    silence = requests.machines.silence(pod, port)
    if silence:
        return NO_ANSWER if silence == "dead" else REFUSED
    if ask.path and ask.headed != requests.edges.expects_header(pod, port):
        return BAD_REQUEST if ask.headed else RESET
    app = requests.app_of(pod, port)
    paths = app.paths
    if ask.path and app.tls and not ask.secure:
        return BAD_REQUEST
    if ask.rpc and paths is not None:
        return RESET  # it serves files, and speaks HTTP/1.1 only
    if ask.rpc:
        return UNIMPLEMENTED if ask.path == NO_METHOD else SERVED
    known = not ask.path or paths is None or ask.path in paths
    return CONNECTED if known else Probe(ok=True, says="404")
