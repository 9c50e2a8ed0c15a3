"""Hops of a request through proxies: out of the client's, into the server's, through a gateway's.

What a proxy decides is the mesh's; here is when it happens, and what becomes of tries that fail.
Source: envoy `source/common/router/router.cc` (onUpstreamReset, onRequestComplete), 1.40.

Unlike the real one: a proxy takes 250 µs each way; connections between proxies are open already, so
their handshakes take no time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelearn.api.objects import Key, Object
from kubelearn.balancing.backoff import JitteredBackoff
from kubelearn.network.authorising import consult
from kubelearn.network.deciders import Mesh
from kubelearn.network.hanging_up import decider, hung_up, release, restore
from kubelearn.network.load_balancers import gives_up, on_the_way_back, passes
from kubelearn.network.manners import MANNERS
from kubelearn.network.mirroring import drop, mirror
from kubelearn.network.passages import (
    NEVER,
    Entered,
    Leg,
    entered,
    left_client,
    left_server,
)
from kubelearn.network.proxy_protocol import misread
from kubelearn.network.tls.handshakes import greet, is_secure
from kubelearn.network.tries import AGAIN, LIMIT, note, server_of
from kubelearn.network.verdict import NO_ANSWER, NO_ROUTE, REFUSED, RESET, TIMED_OUT, Verdict
from kubelearn.network.wires import way_back
from kubelearn.sim.clock import MICROSECOND, MILLISECOND
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.cookies import joined
from kubelearn.traffic.proxying import Routed

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests

PROXY_TIME = 250 * MICROSECOND
BACKOFF = JitteredBackoff(25 * MILLISECOND, 250 * MILLISECOND)
FAILED = {REFUSED: "connect", TIMED_OUT: "connect", NO_ROUTE: "connect", RESET: "reset"}
"""How a try failed, by the error."""
CAUSES = {"connect": "no connection", "reset": "was reset", "timeout": "took too long"}


# Hooks of `Requests.enter`


def hop_for(requests: Requests, call: Call, hop: str) -> str:
    """The hop that a call enters: what leaves a pod of the mesh goes to the pod's proxy first."""
    return "outbound" if hop == "kube-proxy" and captured(requests.mesh, call.state) else hop


def onward(requests: Requests, call: Call, hop: str, verdict: Verdict) -> Verdict:
    """The verdict; what the wire brings to a pod with a proxy arrives at the proxy."""
    if hop != "wire" or verdict.onward != "pod":
        return verdict
    return verdict._replace(onward=entrance(requests, call))


# Out


def captured(mesh: Mesh, state: Mapping[str, Any]) -> bool:
    """Whether a call that leaves its pod goes to the pod's proxy first."""
    if state["origin"] != "pod" or "captured" in state:
        return False
    return mesh.captures(state["namespace"], state["source"])


def entrance(requests: Requests, call: Call) -> str:
    """The hop at which a connection to a pod arrives."""
    pod = requests.context.api.find("pods", *call.state["pod"])
    if pod is None:
        return "pod"
    port = call.state["port"]
    found = requests.mesh.entry(pod, port) or requests.edges.entry(pod, port)
    return found or ("inbound" if call.state.get("legs") else "pod")


def outbound(requests: Requests, call: Call) -> Verdict:
    """The client's sidecar (15001): virtual host, route, cluster."""
    key = (call.state["namespace"], call.state["source"])
    routed = requests.mesh.route(call, key, call.state["address"])
    return _begin(requests, call, key, "mesh", "outbound", routed)


def edge(requests: Requests, call: Call) -> Verdict:
    """A gateway's proxy: as a sidecar's, for whoever comes from outside."""
    key = call.state["pod"]
    pod = requests.context.api.find("pods", *key)
    if pod is None or requests.machines.silence(pod):
        return Verdict(_way(requests, call), error=REFUSED)
    port = call.state["port"]
    owner = "edges" if requests.edges.entry(pod, port) else "mesh"
    passed = decider(requests, owner).passes(call, pod, port) if is_secure(call) else None
    expected = requests.edges.expects_header(pod, port)
    ended = misread(requests, call, pod, expected=expected)
    if ended is None and passed is None:
        ended = greet(requests, call, pod)
    if ended is not None:
        return ended
    source = requests.source(call)
    if expected:
        source = call.state["proxy_header"]
        text = f"the PROXY protocol header names {source}"
        call.saw(requests.context.clock.now, "edge", pod["metadata"]["name"], text)
        call.found(proxy_header="")
    if passed is not None:
        return _begin(requests, call, key, owner, "edge", passed)
    routed = decider(requests, owner).route_edge(call, pod, port, source)
    if routed.ask is not None:
        return consult(requests, call, "edge", pod, routed.text, routed.ask)
    return _begin(requests, call, key, owner, "edge", routed)


def _begin(
    requests: Requests, call: Call, key: Key, owner: str, hop: str, routed: Routed
) -> Verdict:
    now = requests.context.clock.now
    pod = requests.context.api.find("pods", *key)
    uid = pod["metadata"]["uid"] if pod is not None else ""
    name = "/".join(key)
    call.saw(now, hop, key[1], routed.text, flags=routed.flag, proxy=name, **routed.seen)
    if not routed.cluster and not routed.status and not routed.error:
        call.found(captured=True)
        return Verdict(PROXY_TIME, "kube-proxy")
    node = call.state["server" if hop == "edge" else "node"]
    leg = Leg(key, uid, hop, owner, node, call.state, call.target, call.headers, routed,
              now)  # fmt: skip
    call.found(captured=True, legs=(*call.state.get("legs", ()), leg))
    wait = entry_time(routed)
    if routed.error or routed.status:
        return Verdict(wait, status=routed.status, error=routed.error)
    mirror(requests, call, leg, wait)
    return Verdict(wait, "upstream")


def upstream(requests: Requests, call: Call) -> Verdict:
    """The proxy sends a try to a host of the cluster."""
    leg: Leg = call.state["legs"][-1]
    now, routed = requests.context.clock.now, leg.routed
    if leg.until == NEVER and routed.timeout:
        leg = leg._replace(until=now + routed.timeout)
    pod = requests.context.api.find("pods", *leg.proxy)
    if pod is None:
        return Verdict(0, error=RESET)
    leg = leg._replace(picked=None, waits=False, try_until=NEVER, asked=now, server=None)
    _put(call, leg)
    picked = decider(requests, leg.owner).pick(call, pod, routed, leg.tried)
    call.saw(now, leg.hop, leg.proxy[1], picked.text, flags=picked.flag, cluster=routed.cluster)
    if picked.waits:
        _put(call, leg._replace(waits=True))
        requests.context.clock.at(limit(call), requests.enter, call.number, "overdue")
        requests.loads.step_aside(leg.uid, routed.cluster)
        return Verdict(0, "waits")
    leg = leg._replace(picked=picked, waits=False)
    if picked.flag:
        _put(call, leg)
        return Verdict(0, status=routed.missing if picked.flag == "NC" else 503)
    ends = now + routed.try_timeout if routed.try_timeout else NEVER
    leg = leg._replace(try_until=min(ends, leg.until), server=server_of(requests, picked))
    _put(call, leg, **facts(pod, leg, min(leg.try_until, now + picked.connect_timeout)))
    call.target, call.headers = asks(leg)
    return Verdict(0, "kube-proxy" if picked.original else "wire")


def facts(pod: Object, leg: Leg, until: int) -> dict[str, Any]:
    """What is known of a try when it leaves its proxy; it has to be connected at `until`."""
    picked = leg.picked
    assert picked is not None
    return {"address": picked.address, "port": picked.port, "tls": picked.tls, "until": until,
            "authority": leg.routed.host, **_from_gateway(pod, leg)}  # fmt: skip


def asks(leg: Leg) -> tuple[Target, Mapping[str, str]]:
    """Target and headers with which a proxy sends a request on."""
    if not leg.routed.path:
        return leg.target, leg.headers
    return leg.target._replace(path=leg.routed.path), leg.routed.headers


def _from_gateway(pod: Object, leg: Leg) -> dict[str, Any]:
    """What a gateway sends on comes from the gateway: its node, its address, a way of its own."""
    if leg.hop != "edge":
        return {}
    own = {"node": leg.node, "seen": (pod.get("status") or {}).get("podIP"), "greeted": None}
    return {**dict.fromkeys(("at", "gateway", "since", "target", "tracked")), "via": (), **own}


def overdue(requests: Requests, call: Call) -> Verdict:
    """The time of a call that waits for a connection may be over."""
    legs = call.state.get("legs", ())
    if not legs or not legs[-1].waits or requests.context.clock.now < limit(call):
        return Verdict(0, "waits")
    leg: Leg = legs[-1]
    # At once: a connection that is free at this very moment goes to the next.
    waited = decider(requests, leg.owner).stops_waiting(leg.uid, leg.routed.cluster, call.number)
    return Verdict(0, error=NO_ANSWER) if waited else Verdict(0, "waits")


def _put(call: Call, leg: Leg, **more: Any) -> None:
    legs = (*call.state["legs"][:-1], leg)
    tries = {"try": call.state["try"]} if call.state.get("try") else {}
    call.state = {**leg.before, "captured": True, **tries, "legs": legs, **more}


def limit(call: Call) -> int:
    """The moment at which whoever waits for the call gives up: the client, or a proxy."""
    legs: tuple[Leg, ...] = call.state.get("legs", ())
    return min([call.deadline, int(call.state.get("until", NEVER)),
                *(min(leg.until, gives_up(leg.before)) for leg in legs)])  # fmt: skip


# In


def inbound(requests: Requests, call: Call) -> Verdict:
    """The server's side (15006): the connection stands; its proxy, if any, judges the request."""
    legs = call.state.get("legs", ())
    if legs:  # connected: from now on the time of the try counts
        call.found(until=legs[-1].try_until)
    now, port = requests.context.clock.now, call.state["port"]
    pod = requests.context.api.find("pods", *call.state["pod"])
    if pod is None or requests.mesh.entry(pod, port) != "inbound":
        return Verdict(0, "pod")
    ended = misread(requests, call, pod)
    if ended is not None:
        return ended
    client = legs[-1].proxy if legs else None
    if not legs and call.state["origin"] == "pod":
        client = (call.state["namespace"], call.state["source"])
    judged = requests.mesh.take(call, pod, port, call.state.get("tls", "none"), client)
    if judged.ask is not None:
        return consult(requests, call, "inbound", pod, judged.text, judged.ask)
    flag = judged.flag if judged.status else ""
    call.saw(now, "inbound", pod["metadata"]["name"], judged.text, flags=flag)
    back = _way(requests, call)
    if judged.accepted or judged.status:
        call.found(entered=entered(requests, call, judged, client))
    if judged.accepted:
        call.headers = call.headers if judged.headers is None else judged.headers
        return Verdict(PROXY_TIME, "pod")
    if judged.handshake:
        call.found(handshake=judged.handshake)
        return Verdict(back, error=REFUSED)
    if judged.status:
        call.found(flags=flag, response=judged.response)
        call.body = judged.body
        return Verdict(PROXY_TIME + back, status=judged.status)
    return Verdict(back, error=RESET)


def _way(requests: Requests, call: Call) -> int:
    return sum(requests.links.delay(*stretch) for stretch in way_back(call))


def guarded(requests: Requests, call: Call, status: int, error: str) -> tuple[int, str]:
    """What the server's proxy answers: what its program does, or for it when it does not."""
    inside: Entered | None = call.state.get("entered")
    if inside is None:
        return status, error
    call.found(entered=None)
    if not inside.judged.accepted or status or error not in (REFUSED, RESET):
        left_server(requests, call, inside, status, "", own=not inside.judged.accepted)
        return status, error
    manners = MANNERS["mesh"]
    status, flag = manners.failed(FAILED[error], error)
    now, name = requests.context.clock.now, inside.pod[1]
    call.saw(now, "inbound", name, f"its program: {error}; answers {status} ({flag})", flags=flag)
    call.found(flags=flag)
    call.body = manners.page(status, flag)
    left_server(requests, call, inside, status, flag, own=True)
    return status, ""


# Back


def back(requests: Requests, call: Call, status: int, error: str) -> bool:
    """An answer or a failure is back at the last proxy: it passes it on, or tries again."""
    legs = call.state.get("legs", ())
    if not legs:
        return False
    leg: Leg = legs[-1]
    now = requests.context.clock.now
    if leg.shadow:
        release(requests, call, leg, status)
        drop(requests, call)
        return True
    if not status and now >= call.deadline:
        hung_up(requests, call, leg)
        return back(requests, call, status, error)
    if not status and now >= gives_up(leg.before):
        hung_up(requests, call, leg)
        restore(call, leg)
        verdict = on_the_way_back(requests, call, Verdict(call.deadline - now, error=NO_ANSWER))
        requests.context.clock.after(
            verdict.delay, requests.leave, call.number, verdict.status, verdict.error
        )
        return True
    failure = "" if status else _failure(leg, now, error)
    if leg.picked is not None and leg.picked.flag:
        release(requests, call, leg, 0)
        note(requests, call, leg, status, leg.picked.flag)
        return _finish(requests, call, leg, status, leg.picked.flag, error, own=True)
    if leg.routed.status or leg.routed.error:
        flag = leg.routed.flag if leg.routed.status else ""
        own = (
            flag not in ("", "DI")
            or bool(leg.routed.body)
            or bool(status and not MANNERS[leg.owner].flags)
        )
        return _finish(requests, call, leg, status, flag, error, own=own)
    known, flag = MANNERS[leg.owner].failed(failure, error) if failure else (status, "")
    release(requests, call, leg, known)
    follows = _again(requests, call, leg, status, failure)
    note(requests, call, leg, known, flag, follows)
    if follows == AGAIN:
        return True
    if leg.attempt and leg.attempt >= leg.routed.retries and _worth(requests, leg, status, failure):
        flag = _exhausted(leg, flag)
    return _finish(requests, call, leg, known, flag, error, own=bool(failure))


def entry_time(routed: Routed) -> int:
    """Nanoseconds from a request's coming to a proxy until it is sent on, or answered."""
    return PROXY_TIME + routed.delay


def exit_time(requests: Requests, call: Call, leg: Leg) -> int:
    """Nanoseconds from an answer's coming to a proxy until whoever asked the proxy has it."""
    return PROXY_TIME + (_way(requests, call) if leg.hop == "edge" else 0)


def _exhausted(leg: Leg, flag: str) -> str:
    """The flag when no retry is left."""
    if not MANNERS[leg.owner].flags:
        return flag
    return f"URX,{flag}" if flag else "URX"


def _failure(leg: Leg, now: int, error: str) -> str:
    if error == NO_ANSWER or now >= min(leg.until, leg.try_until):
        return "timeout"
    return FAILED.get(error, "reset")


def _worth(requests: Requests, leg: Leg, status: int, failure: str) -> bool:
    return decider(requests, leg.owner).worth_another(leg.routed, status, failure)


def _again(requests: Requests, call: Call, leg: Leg, status: int, failure: str) -> str:
    """Try again after a pause, if the route says so and there is time; what follows."""
    now, routed = requests.context.clock.now, leg.routed
    if leg.attempt >= routed.retries or now >= leg.until or leg.waits:
        return ""
    if not _worth(requests, leg, status, failure):
        return ""
    if not decider(requests, leg.owner).may_retry(leg.uid, routed.cluster, 1):
        call.saw(now, leg.hop, leg.proxy[1], "no retry: the limit of retries is reached",
                 flags="UO")  # fmt: skip
        return LIMIT
    pause = _pause(requests, call, leg)
    cause = f"answered {status}" if status else CAUSES[failure]
    key = leg.picked.key if leg.picked is not None else ""
    text = f"try {leg.attempt + 1} at {key}: {cause}; again after {pause / MILLISECOND:.0f} ms"
    call.saw(now, leg.hop, leg.proxy[1], text, attempt=leg.attempt + 1)
    call.target, call.headers = leg.target, leg.headers
    next_ = leg._replace(attempt=leg.attempt + 1, tried=(*leg.tried, key), picked=None)
    number = call.state.get("try", 0) + 1
    _put(call, next_, **{"try": number})
    call.status, call.body = 0, ""
    if now + pause >= limit(call):
        requests.context.clock.at(limit(call), requests.leave, call.number, 0, NO_ANSWER)
    else:
        requests.context.clock.after(pause, requests.enter, call.number, "upstream")
    return AGAIN


def _pause(requests: Requests, call: Call, leg: Leg) -> int:
    if not MANNERS[leg.owner].backs_off:
        return 0
    number = requests.draw(call, 1 << 32, f"backoff {leg.uid}")
    return backoff_of(leg.routed).delay(leg.attempt, number)


def backoff_of(routed: Routed) -> JitteredBackoff:
    """The pauses between the tries of a route: its own first interval, at most ten of it."""
    return JitteredBackoff(routed.back_off, 10 * routed.back_off) if routed.back_off else BACKOFF


def _unread(error: str) -> str:
    """How a connection ends of which its proxy reads nothing: it cannot answer, only close it.

    What the client itself says of the server's TLS stays.
    """
    return RESET if not error or error in FAILED else error


def _finish(
    requests: Requests,
    call: Call,
    leg: Leg,
    status: int,
    flag: str,
    error: str = "",
    *,
    own: bool = False,
) -> bool:
    """The proxy gives the answer to whoever asked it."""
    now = requests.context.clock.now
    if own:
        status, error = (0, _unread(error)) if leg.routed.tcp else (status, "")
    flags = flag or call.state.get("flags", "")
    if leg.routed.flag == "DI" and "DI" not in flags:
        flags = f"DI,{flags}" if flags else "DI"
    said = f"{status or error} ({flags})" if flags else str(status or error)
    call.saw(now, leg.hop, leg.proxy[1], f"passes on {said}" if not own else f"answers {said}",
             flags=flags)  # fmt: skip
    if own and status:
        call.body = leg.routed.body or MANNERS[leg.owner].page(status, flag)
        if call.state.get("handshake"):
            call.body += f", transport failure reason: {call.state['handshake']}"
    left_client(requests, call, leg, status, flag, own=own)
    rest = call.state["legs"][:-1]
    before = leg.before if own else call.state
    call.target, call.headers = leg.target, leg.headers
    call.state = {
        **leg.before,
        "captured": True,
        "legs": rest,
        "flags": flags,
        "entered": None,
        "response": joined(before.get("response") or {}, leg.routed.response),
    }
    wait = exit_time(requests, call, leg)
    if call.state.get("gateway"):
        passes(requests, call, wait, status)
    requests.context.clock.after(wait, requests.leave, call.number, status, error)
    return True
