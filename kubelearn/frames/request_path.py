"""The path of a request: every hop out and back, what it could see of it, and what it decided.

A hop on layer 4 sees the flow: the sender's address, the address and the port that were asked for.
One on layer 7 also sees method, host, path and headers. Read from the trace of a finished call.

Unlike the real one: what hops do on the way back is told from what they did on the way out, all at
the moment at which the answer arrives; the time that each of them takes is in the delays of links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from kubelearn.frames.source import Frame, Row
from kubelearn.network.verdict import NO_ANSWER, TIMED_OUT
from kubelearn.traffic.call import Call, Step, after_text

LAYERS: dict[str, str] = {
    "client": "client",
    "resolver": "name",
    "tls": "name",
    "wire": "L3",
    "kube-proxy": "L4",
    "balancer": "L4",
    "outbound": "L7",
    "edge": "L7",
    "upstream": "L7",
    "inbound": "L7",
    "pod": "L7",
    "gateway": "L7",
}
"""On which layer a hop works; a balancer says it itself."""
LAYER_WORDS = {
    "client": "the client",
    "name": "sees the name only",
    "L3": "sees the address only",
    "L4": "sees the flow only",
    "L7": "sees the request",
}
"""What a hop of a layer can see at most."""
HIDDEN = "method, host, path and headers"
SILENT = (TIMED_OUT, NO_ANSWER)
"""Ends without any packet that comes back."""
PASSING = ("kube-proxy", "balancer", "outbound", "inbound", "edge")
"""Hops through which the answer comes back."""


def request_path(world: Any, call: Call | None = None) -> Frame:  # noqa: ARG001
    """The hops of a finished call; without one a sentence that says how to get it."""
    if call is None:
        told = 'No request to show: show("path", cluster.request("http://web/"))'
        return {"kind": "path", "summary": told, "stations": [], "hops": [], "walk": []}
    hops = [*_out(call), *_back(call)]
    for number, hop in enumerate(hops, 1):
        hop["number"] = number
    stations = list({hop["station"]: _station(hop) for hop in reversed(hops)}.values())[::-1]
    return {
        "kind": "path",
        "summary": _summary(call, hops),
        "ok": call.ok,
        "arrived": not (call.status == 0 and call.error in SILENT),
        "stations": sorted(stations, key=lambda one: one["first"]),
        "hops": hops,
        "walk": [hop["station"] for hop in hops],
    }


def _station(hop: Row) -> Row:
    """Where a packet stops: a hop at its place."""
    return {
        "key": hop["station"],
        "hop": hop["hop"],
        "place": hop["place"],
        "layer": hop["layer"],
        "level": hop["level"],
        "first": hop["number"],
    }


# Out


def _out(call: Call) -> Iterator[Row]:
    """The client and all steps of the trace; what the wire did is told with the hop after it."""
    asks = f"asks {call.method} {call.url}"
    yield _row("client", call.client, call, call.sent, _given(_own_headers(call)), asks)
    carried = ""
    for step in call.trace[:-1]:
        if step.hop == "wire" and step is not call.trace[-2] and _is_smooth(step):
            carried = step.decision
            continue
        sees = _seen(call, step)
        yield _row(step.hop, step.place, call, step.time, sees, step.decision,
                   layer=_layer(step), level=step.level, carried=carried,
                   chains=step.detail.get("chains", ()))  # fmt: skip
        carried = ""


def _is_smooth(step: Step) -> bool:
    return step.decision.startswith(("to ", "stays on ", "open connection "))


def _layer(step: Step) -> str:
    number = step.detail.get("layer")
    return f"L{number}" if number else LAYERS.get(step.hop, "L7")


def _row(
    hop: str, place: str, call: Call, time: int, sees: list[list[str]], decided: str, *,
    layer: str = "", level: int = 0, carried: str = "", way: str = "out",
    chains: tuple[str, ...] = (),
) -> Row:  # fmt: skip
    layer = layer or LAYERS.get(hop, "L7")
    word, _, rest = place.partition("/")
    place = rest if word in ("pod", "node", "zone") and rest else place
    return {
        "number": 0,
        "station": f"{level} {hop} {place}",
        "hop": hop,
        "place": place,
        "layer": layer,
        "level": level,
        "way": way,
        "afterText": after_text(time - call.sent),
        "carried": carried,
        "sees": sees,
        "hidden": HIDDEN if layer == "L4" and way == "out" else "",
        "decided": decided,
        "chains": list(chains),
    }


def _seen(call: Call, step: Step) -> list[list[str]]:
    """What a hop could see, as (what, value)."""
    detail, found = step.detail, []
    if LAYERS.get(step.hop) == "name":
        return [["name", str(detail.get("name") or call.target.host)]]
    if "flow" in detail:
        source, address, port = detail["flow"]
        found += [["from", str(source)], ["to", f"{address}:{port}"]]
    request = detail.get("request")
    if request:
        found += [["method", request["method"]], ["host", request["host"]],
                  ["path", request["path"]], *_given(request["headers"])]  # fmt: skip
    if "source" in detail and step.level == 0:
        found += [["from", str(detail["source"])], ["method", call.method], ["host", _host(call)],
                  ["path", _path(call)], *_given(call.headers)]  # fmt: skip
    return found


def _own_headers(call: Call) -> Mapping[str, str]:
    """What the client itself wrote: a balancer on layer 7 adds to it."""
    read = [step.detail["request"] for step in call.trace if step.detail.get("request")]
    return read[0]["headers"] if read else call.headers


def _host(call: Call) -> str:
    given = {name.lower(): value for name, value in call.headers.items()}
    return str(given.get("host", call.target.host))


def _path(call: Call) -> str:
    query = urlsplit(call.url).query
    return f"{call.target.path}?{query}" if query else call.target.path


def _given(headers: Mapping[str, str]) -> list[list[str]]:
    shown = {name: value for name, value in headers.items() if name.lower() != "host"}
    return [["header", f"{name}: {value}"] for name, value in shown.items()]


# Back


def _back(call: Call) -> Iterator[Row]:
    """The answer passes the same hops in turn; a silent end has no way back."""
    last = call.trace[-1]
    if call.status:
        passed = [step for step in call.trace if step.hop in PASSING and step.level == 0]
        for step in _homewards(passed):
            said = _returns(step, call)
            yield _row(step.hop, step.place, call, last.time, [], said,
                       layer=_layer(step), way="back")  # fmt: skip
    yield _row("client", call.client, call, last.time, [], last.decision, way="back")


def _homewards(steps: Iterable[Step]) -> Iterator[Step]:
    """Each hop at its place once, the last that was reached first; its newest step tells of it.

    A proxy that has told in the trace that it passes an answer on still stands where it stood.
    """
    newest: dict[tuple[str, str], Step] = {}
    for step in steps:
        newest[step.hop, step.place] = step
    return reversed(newest.values())


def _returns(step: Step, call: Call) -> str:
    if step.hop == "kube-proxy":
        also = ", the client's address behind it," if step.detail.get("becomes") else ""
        asked = step.detail["flow"][1] if "flow" in step.detail else "the Service"
        return f"conntrack knows the flow: {asked} stands as the sender again{also} and on it goes"
    if _layer(step) == "L4":
        return "the same flow: passes the packets back"
    return f"passes on the answer {call.status}"


# Words


def _summary(call: Call, hops: list[Row]) -> str:
    outcome = str(call.status) if call.status else f"failed: {call.error}"
    took = after_text((call.finished or call.sent) - call.sent)
    between = [hop for hop in hops if hop["way"] == "out" and hop["hop"] not in ("client", "wire")]
    passed = " → ".join(dict.fromkeys(f"{hop['hop']} ({hop['layer']})" for hop in between))
    return f"{call.method} {call.url} from {call.client}: {outcome} after {took}; {passed}"
