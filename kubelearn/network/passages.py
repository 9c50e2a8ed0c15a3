"""Passages: what becomes of a request in a proxy of the mesh, told to the mesh's telemetry.

Source: envoy `source/common/http/conn_manager_impl.cc` (ActiveStream::log), 1.40.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from kubelearn.api.objects import Key, Object
from kubelearn.network.tries import Peer
from kubelearn.network.wires import way_back
from kubelearn.traffic.call import PORTS, Call, Target
from kubelearn.traffic.proxying import Judged, Passage, Picked, Routed

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests


NEVER = 1 << 62
PROXIES = ("outbound", "edge")
"""The hops at which a proxy takes what a client sends."""
ASKING = "authorise"
"""The hop of a proxy's own questions to an authoriser: no telemetry tells of them."""
PER_TRY = "upstream_per_try_timeout"
"""What the log says when it was the time of one try that ran out (RESPONSE_CODE_DETAILS)."""


class Leg(NamedTuple):
    """A proxy that a request has passed on its way out, and what it needs to try again."""

    proxy: Key
    uid: str
    hop: str
    """"outbound" or "edge"."""
    owner: str
    """Whose proxy it is: "mesh" or "edges"."""
    node: str
    before: Mapping[str, Any]
    """What was found out before."""
    target: Target
    headers: Mapping[str, str]
    routed: Routed
    since: int
    """When the request came."""
    until: int = NEVER
    """When the time of all tries is over."""
    attempt: int = 0
    tried: tuple[str, ...] = ()
    picked: Picked | None = None
    waits: bool = False
    try_until: int = NEVER
    asked: int = 0
    """When the try under way was sent."""
    server: Peer | None = None
    """The pod that the try under way asks."""
    shadow: bool = False
    """Whether it carries a copy, of whose answer nobody hears."""


class Entered(NamedTuple):
    """A request that a server's proxy has let in."""

    pod: Key
    since: int
    judged: Judged
    tls: str
    client: Key | None
    source: str
    sni: str


def entered(requests: Requests, call: Call, judged: Judged, client: Key | None) -> Entered:
    """What has to be known of it when it is over."""
    legs = call.state.get("legs", ())
    sni = legs[-1].routed.cluster if legs else ""
    return Entered(
        call.state["pod"], requests.context.clock.now, judged, call.state.get("tls", "none"),
        client, requests.source(call), sni.replace("|", "_."),
    )  # fmt: skip


def left_server(
    requests: Requests, call: Call, one: Entered, status: int, flags: str, *, own: bool = False
) -> None:
    """A server's proxy is done: with the program's answer, or with one of its own."""
    passage = server_passage(requests, call, one, status, flags, own=own)
    if passage is not None:
        requests.mesh.over(passage)


def server_passage(
    requests: Requests, call: Call, one: Entered, status: int, flags: str, *, own: bool = False
) -> Passage | None:
    """What a server's proxy tells of a request; None when it cannot tell anything."""
    pod = _alive(requests, one.pod)
    if pod is None:
        return None
    port, now, judged = int(call.state["port"]), requests.context.clock.now, one.judged
    # The answer is at the client now; it has left the server's proxy before.
    back = sum(requests.links.delay(*stretch) for stretch in way_back(call))
    until = max(one.since, now - back) if status else now
    address = _address(pod)
    passage = _passage(requests, call, "inbound", one.pod, one.since, until)
    return passage._replace(
        path=_path(call, call.target.path),
        host=_authority(call.target, call.headers, call.state.get("authority", "")),
        headers=call.headers if judged.headers is None else judged.headers,
        status=status,
        flags=flags if status else "DC",
        own=own or not status,
        size=len(call.body.encode()) if status else 0,
        source=one.source,
        target=(address, port),
        tcp=judged.tcp,
        tls=one.tls,
        peer=one.client,
        cluster=f"inbound|{port}||",
        route="default",
        upstream="" if judged.details else f"{address}:{port}",
        took=None if own or not status else until - one.since,
        details=judged.details,
        sni=one.sni if one.tls == "mtls" else "",
        trace=judged.trace,
    )


def left_client(
    requests: Requests, call: Call, leg: Leg, status: int, flags: str, *, own: bool
) -> None:
    """A client's proxy or a gateway's is done; `own` = it has made the answer itself."""
    passage = client_passage(requests, call, leg, status, flags, own=own)
    if passage is not None:
        requests.mesh.over(passage)


def client_passage(
    requests: Requests, call: Call, leg: Leg, status: int, flags: str, *, own: bool
) -> Passage | None:
    """What the proxy on the client's side tells of a request; None when it tells nothing."""
    told = leg.owner == "mesh" and leg.hop != ASKING
    pod = _alive(requests, leg.proxy) if told else None
    if pod is None:
        return None
    now, routed = requests.context.clock.now, leg.routed
    own = own or bool(routed.status)
    flags = flags_of(routed, flags)
    picked = leg.picked if leg.picked is not None and leg.picked.address else None
    peer = None if picked is None else requests.pod_at(picked.address, picked.port)
    target = (str(leg.before["address"]), leg.target.port)
    if leg.hop == "edge":
        target = (_address(pod), int(leg.before["port"]))
    passage = _passage(requests, call, leg.hop, leg.proxy, leg.since, now)
    return passage._replace(
        path=_path(call, leg.target.path),
        host=_authority(leg.target, leg.headers),
        headers=routed.headers if routed.cluster else leg.headers,
        status=status,
        flags=flags,
        own=own,
        size=len(call.body.encode()) if status else 0,
        source=str(leg.before.get("seen") or requests.clients.address(leg.before)),
        target=target,
        tcp=routed.tcp,
        tls="none" if picked is None else picked.tls,
        peer=None if peer is None else _key(peer),
        cluster=routed.cluster,
        route=routed.route,
        upstream="" if picked is None else picked.key,
        took=None if own else now - leg.asked,
        details=PER_TRY if "UT" in flags and leg.try_until < leg.until else routed.details,
        handshake=str(call.state.get("handshake", "")),
        trace=routed.trace,
    )


def flags_of(routed: Routed, flags: str) -> str:
    """The flags of a request at the proxy on the client's side, an injected delay among them."""
    if routed.flag != "DI" or "DI" in flags:
        return flags
    return f"DI,{flags}" if flags else "DI"


def _passage(
    requests: Requests, call: Call, hop: str, proxy: Key, since: int, until: int
) -> Passage:  # fmt: skip
    """Where and when, and for which request; the rest is filled in."""
    root = requests.root(call).number
    return Passage(hop, proxy, since, until, call.number, root, call.subject, call.method)


def _alive(requests: Requests, key: Key) -> Object | None:
    """The pod of a proxy that can still tell something."""
    pod = requests.context.api.find("pods", *key)
    return None if pod is None or requests.machines.silence(pod) == "dead" else pod


def _key(pod: Object) -> Key:
    return pod["metadata"]["namespace"], pod["metadata"]["name"]


def _address(pod: Object) -> str:
    return str((pod.get("status") or {}).get("podIP") or "")


def _authority(target: Target, headers: Mapping[str, str], host: str = "") -> str:
    """The header Host as a client writes it: with the port, unless it is the scheme's own."""
    said = next((value for name, value in headers.items() if name.lower() == "host"), "")
    if said or host not in ("", target.host):
        return said or host
    return target.host if target.port == PORTS[target.scheme] else f"{target.host}:{target.port}"


def _path(call: Call, path: str) -> str:
    query = urlsplit(call.url).query
    return f"{path}?{query}" if query else path
