"""The first hop of a request: the client's resolver turns the host of the URL into an address.

Names outside the cluster are those of nodes, of its load balancers, and the host names that
Ingresses and Services have for them; a client keeps the answer for its time to live, 60 s. A
request may bring the address of a host and port along: then nobody is asked.

Source: glibc `resolv/res_send.c`, `resolv/res_query.c` for what a resolver does when nobody
answers: the same name again, then it gives up; curl 8.14 `lib/hostip.c` (Curl_loadhostpairs) for
addresses that a request brings along (`--resolve`).

Unlike the real one: a client takes one of the addresses of a name at random and tries no second
one when that does not answer; the alias records that external-dns would write are there at once.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelearn.network.resolver import ResolvConf, candidates
from kubelearn.network.verdict import NAME_FAILURE, NO_NAME, Verdict
from kubelearn.sim.clock import MICROSECOND, MILLISECOND, SECOND
from kubelearn.traffic.balancers import Public
from kubelearn.traffic.call import Call

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

DNS_QUERY = 400 * MICROSECOND
"""Handling of one query in CoreDNS and the resolver."""
PUBLIC_QUERY = 30 * MILLISECOND
"""A question to public DNS."""
ALIAS_TTL = 60 * SECOND
DNS_TIMEOUT = 5
"""Seconds until a resolver asks again."""
DNS_ATTEMPTS = 2


def resolve(requests: Requests, call: Call) -> Verdict:
    """The client's resolver: the host of the URL → an address; one query at a time."""
    if "names" in call.state:
        return _query(requests, call)
    host = call.target.host
    known = _brought_along(requests, call) or _numeric(requests, call.state, host)
    if known:
        _dials(call, known)
        return Verdict(0, "kube-proxy")
    conf = requests.clients.resolv_conf(call.state)
    if conf is None or requests.dns_address not in conf.nameservers[:1]:
        return _outside(requests, call)
    patience = patience_of(conf)
    call.found(
        names=tuple(candidates(host, conf)),
        query=0,
        attempt=0,
        dns_timeout=patience[0],
        dns_attempts=patience[1],
    )
    return _query(requests, call)


def _brought_along(requests: Requests, call: Call) -> str:
    """The address that the request itself has for its host and port; "" when it has none."""
    host, port = call.target.host, call.target.port
    given: Mapping[str, str] = call.state.get("resolve") or {}
    address = given.get(f"{host}:{port}") or given.get(f"*:{port}", "")
    if address:
        text = f"{host}:{port} is {address}: the request brings the address along"
        call.saw(requests.context.clock.now, "resolver", call.client, text)
    return address


def _numeric(requests: Requests, state: Mapping[str, Any], host: str) -> str:
    """The address that a host is or stands for in the client's hosts file; else ""."""
    return is_address(host) or requests.clients.hosts_file(state).get(host, "")


def brought_along(
    requests: Requests, origin: Mapping[str, Any], given: Mapping[str, str]
) -> dict[str, str]:
    """What a client of an origin is given as `resolve`: "host:port" → address.

    The host may be `*`; the address may be the name of a node. ValueError says what is neither.
    """
    if not isinstance(given, Mapping):
        raise ValueError(f'resolve={given!r}: write {{"shop.example.com:443": "10.0.0.5"}}')
    return dict(_pair(requests, origin, *pair) for pair in given.items())


def _pair(requests: Requests, origin: Mapping[str, Any], place: str, given: str) -> tuple[str, str]:
    host, _, port = str(place).rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f'resolve: {place!r} is no host and port: write "shop.example.com:443"')
    address = _numeric(requests, origin, str(given)) or requests.address_of(str(given))
    if not address:
        raise ValueError(
            f'resolve: {given!r} is neither an address nor a node: write "10.0.0.5" or '
            '"worker-1"; other names are not looked up'
        )
    return f"{host.lower()}:{int(port)}", address


def patience_of(conf: ResolvConf) -> tuple[int, int]:
    """How long a resolver waits for an answer, in ns, and how often it asks."""
    timeout = conf.number("timeout", DNS_TIMEOUT, 30) * SECOND
    return timeout, conf.number("attempts", DNS_ATTEMPTS, 5)


def is_address(host: str) -> str:
    """The host itself if it is an address; loopback is left to the hosts file."""
    try:
        return "" if ipaddress.ip_address(host).is_loopback else host
    except ValueError:
        return ""


def _outside(requests: Requests, call: Call) -> Verdict:
    found = _in_public(requests, call, call.target.host)
    if found is not None:
        return found
    text = f"the resolver of {call.client} knows no cluster names: ask from a pod, or by address"
    if call.state["origin"] == "pod":
        text = (
            f"the resolver of {call.client} does not ask the cluster's DNS (see its dnsPolicy and "
            "dnsConfig), and other servers are not modelled"
        )
    call.saw(requests.context.clock.now, "resolver", call.client, text)
    return Verdict(0, error=f"{NO_NAME}: {call.target.host}")


def _dials(call: Call, address: str) -> None:
    """A client connects to an address; of a call through gateways the first one is remembered."""
    call.found(address=address, dialled=call.state.get("dialled") or address)


def _in_public(requests: Requests, call: Call, name: str) -> Verdict | None:
    """An address of a name that public DNS knows; a client keeps the answer for its TTL."""
    now, place = requests.context.clock.now, (call.client, name)
    kept, until = requests.known_names.get(place, ((), 0))
    addresses = kept if now < until else ()
    if not addresses:
        public = public_name(requests, name)
        if public is None or not public.addresses:
            return None
        addresses = public.addresses
        requests.known_names[place] = (addresses, now + public.ttl)
        if addresses != kept:
            requests.learnt_names.append((now, *place, addresses))
        call.found(asked=True)
    address = addresses[requests.draw(call, len(addresses), "public-dns")]
    _dials(call, address)
    word = f"kept for {(until - now) / SECOND:.0f} s more" if kept and now < until else "public DNS"
    text = f"{name} is {address}, one of {len(addresses)} ({word})"
    call.saw(now, "resolver", call.client, text, name=name)
    return Verdict(0 if now < until else PUBLIC_QUERY, "kube-proxy")


def public_name(requests: Requests, name: str) -> Public | None:
    """What public DNS has for a name: a node, a balancer, or what an edge gives it."""
    found = _node(requests, name) or requests.balancers.resolve(name)
    if found is not None:
        return found
    addresses: list[str] = []
    for place in requests.edges.addresses(name):
        known = requests.balancers.resolve(place) if not is_address(place) else None
        addresses += known.addresses if known is not None else (place,)
    return Public(tuple(addresses), ALIAS_TTL) if addresses else None


def _node(requests: Requests, name: str) -> Public | None:
    """The address of a node by its name, which the network of the machines knows."""
    address = requests.address_of(name)
    return Public((address,), 0) if address else None


def _query(requests: Requests, call: Call) -> Verdict:
    """Ask CoreDNS for the next name of the search list, or for the same one again."""
    names, query = call.state["names"], call.state["query"]
    server = requests.dns_server(call)
    if not server.node:
        return _again(requests, call, server.said)
    trip = 2 * requests.links.delay(call.state["node"], server.node) + DNS_QUERY
    answer = requests.dns.answer(names[query])
    if answer.addresses:
        address = answer.addresses[requests.draw(call, len(answer.addresses), "dns")]
        _dials(call, address)
        text = f"{answer.name} is {address} (query {query + 1} of the search list)"
        call.saw(requests.context.clock.now, "resolver", call.client, text, name=answer.name)
        return Verdict(trip, "kube-proxy")
    outside = _in_public(requests, call, answer.alias or names[query])
    if outside is not None:
        return outside._replace(delay=outside.delay + trip)
    if query + 1 < len(names) and not answer.alias:
        call.found(query=query + 1, attempt=0)
        return Verdict(trip, "resolver")
    text = _nothing_found(names, answer.name, answer.alias)
    call.saw(requests.context.clock.now, "resolver", call.client, text)
    return Verdict(trip, error=f"{NO_NAME}: {call.target.host}")


def _nothing_found(names: tuple[str, ...], name: str, alias: str) -> str:
    if alias:
        return f"{name} stands for {alias}, which is outside the cluster: that is not modelled"
    return f"NXDOMAIN for {', '.join(names)}; names outside the cluster are not modelled"


def _again(requests: Requests, call: Call, said: str) -> Verdict:
    """Nobody answered: the next attempt, which may reach another CoreDNS pod, or the end."""
    wait = 0 if "refused" in said else call.state["dns_timeout"]
    attempt = call.state["attempt"] + 1
    text = f"attempt {attempt} to ask for {call.state['names'][call.state['query']]}: {said}"
    call.saw(requests.context.clock.now, "resolver", call.client, text)
    if attempt < call.state["dns_attempts"]:
        call.found(attempt=attempt)
        return Verdict(wait, "resolver")
    return Verdict(wait, error=NAME_FAILURE)
