"""A question to a client's resolver by itself, without a request behind it: what nslookup asks.

Unlike the real one: the lookup takes no time, and attempts that wait for an answer are counted as
no answer at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubelearn.network.clients import CLUSTER_DNS
from kubelearn.network.resolver import candidates
from kubelearn.network.resolving import is_address
from kubelearn.traffic.call import Call, Target

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

NO_ANSWER = "no answer"


class Resolved(NamedTuple):
    """What a name means to a client."""

    server: str
    """The nameserver that it asks; "" without one."""
    name: str = ""
    """The full name that was found, or the last one that was tried."""
    addresses: tuple[str, ...] = ()
    problem: str = ""
    """Empty when addresses were found: `NO_ANSWER`, or a code such as "NXDOMAIN"."""


def lookup(requests: Requests, client: str, namespace: str, name: str) -> Resolved:
    """What a client's resolver finds for a name; ValueError when there is no such client."""
    state = requests.clients.origin(client, namespace)
    conf = requests.clients.resolv_conf(state)
    server = conf.nameservers[0] if conf is not None and conf.nameservers else ""
    if conf is None or server != CLUSTER_DNS:
        return _outside(requests, server, name)
    if is_address(name):
        return Resolved(server, name, problem="NXDOMAIN")
    target = Target("http", name, 80, "/")
    call = Call(0, f"dns://{name}", "GET", client, requests.context.clock.now, target, state=state)
    call.found(query=0, attempt=0)
    if not requests.dns_server(call).node:
        return Resolved(server, name, problem=NO_ANSWER)
    full = name
    for full in candidates(name, conf):
        answer = requests.dns.answer(full)
        if answer.addresses:
            return Resolved(server, full, answer.addresses)
        outside = _public(requests, answer.alias or full)
        if outside:
            return Resolved(server, answer.alias or full, outside)
        if answer.exists:
            return Resolved(server, full, problem="No answer")
    return Resolved(server, full, problem="NXDOMAIN")


def _outside(requests: Requests, server: str, name: str) -> Resolved:
    found = _public(requests, name)
    return Resolved(server, name, found, "" if found else "NXDOMAIN")


def _public(requests: Requests, name: str) -> tuple[str, ...]:
    own = requests.address_of(name)
    if own:
        return (own,)
    public = requests.balancers.resolve(name)
    return public.addresses if public is not None else ()
