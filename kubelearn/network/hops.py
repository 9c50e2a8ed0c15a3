"""The hops of a request: each enters a call and sends it on, answers it or lets it fail.

What a hop can see is explicit: the resolver sees a name, kube-proxy sees address and port (L4), the
pod sees method, path and headers (L7). The list in `HOPS` is the way of a request; from outside it
passes wire and kube-proxy twice, on the way to a node and from there to the pod.

Unlike the real one: a new connection for each call but those of users with keep_alive, TLS only at
proxies of the edge and load balancers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kubelearn.network.forwarding import PROXY_DELAY, route
from kubelearn.network.keep_alive import reuse
from kubelearn.network.load_balancers import balance
from kubelearn.network.proxied import edge, inbound, outbound, overdue, upstream
from kubelearn.network.relaying import relay, relayed
from kubelearn.network.resolving import resolve
from kubelearn.network.serving import answer, ask_others, serve
from kubelearn.network.verdict import Verdict
from kubelearn.network.wires import carry
from kubelearn.traffic.call import Call

__all__ = ["HOPS", "PROXY_DELAY"]

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

HOPS: dict[str, Callable[[Requests, Call], Verdict]] = {
    "connection": reuse,
    "resolver": resolve,
    "kube-proxy": route,
    "wire": carry,
    "load-balancer": balance,
    "outbound": outbound,
    "edge": edge,
    "upstream": upstream,
    "overdue": overdue,
    "inbound": inbound,
    "pod": serve,
    "relay": relay,
    "relayed": relayed,
    "calls": ask_others,
    "answer": answer,
}
"""The way of a request, in its order."""
