"""Ways to put a mesh into a cluster, side by side: which proxies a request passes, and how many.

Source: istio.io `docs/ambient/architecture/data-plane`, Istio 1.27.

Unlike the real one: only sidecars can be installed here; the hops of ambient mode are told, and
requests do not pass them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.frames.connections import OWN
from kubelearn.frames.source import Frame, Row, Source


class Hop(NamedTuple):
    """A station of a request."""

    name: str
    pod: str
    """"" for what serves its whole node."""
    node: str
    layer: str
    """"L4": it sees connections; "L7": requests, with path and headers; "" for programs."""
    does: str


class Counted(NamedTuple):
    """What a cluster has of what proxies are made for."""

    pods: int
    nodes: int
    namespaces: int


class Mode(NamedTuple):
    """A way, its hops, and what lies between them."""

    name: str
    hops: tuple[Hop, ...]
    wires: tuple[str, ...]
    proxies: Callable[[Counted], str]
    can: str


CLIENTS, SERVERS = ("client's pod", "client's node"), ("server's pod", "server's node")
CLIENT = Hop("client", *CLIENTS, "", "sends plain HTTP")
SERVER = Hop("server", *SERVERS, "", "gets plain HTTP")
PLAIN, MTLS, HBONE = "plain text", "mTLS", "HBONE (mTLS), 15008"
LOCAL = "on the node"
ZTUNNELS = (
    Hop("ztunnel", "", CLIENTS[1], "L4", "encrypts with the client pod's certificate"),
    Hop("ztunnel", "", SERVERS[1], "L4", "checks who calls"),
)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


MODES: tuple[Mode, ...] = (
    Mode("no mesh", (CLIENT, SERVER), (PLAIN,), lambda _: "no proxy", "kube-proxy chooses a pod"),
    Mode(
        "sidecars",
        (
            CLIENT,
            Hop("Envoy 15001", *CLIENTS, "L7", "routes, retries, chooses a pod"),
            Hop("Envoy 15006", *SERVERS, "L7", "checks identity, token, path"),
            SERVER,
        ),
        ("in the pod", MTLS, "in the pod"),
        lambda found: f"{_count(found.pods, 'sidecar')}: one in each pod",
        "everything, at both ends",
    ),
    Mode(
        "ambient",
        (CLIENT, *ZTUNNELS, SERVER),
        (LOCAL, HBONE, LOCAL),
        lambda found: f"{_count(found.nodes, 'ztunnel')}: one on each node",
        "mTLS, who may connect to which port, TCP metrics",
    ),
    Mode(
        "ambient with a waypoint",
        (
            CLIENT,
            ZTUNNELS[0],
            Hop(
                "waypoint",
                "a pod of its own",
                "any node",
                "L7",
                "routes, retries, checks token and path",
            ),
            ZTUNNELS[1],
            SERVER,
        ),
        (LOCAL, HBONE, HBONE, LOCAL),
        lambda found: (
            f"{_count(found.nodes, 'ztunnel')} and {_count(found.namespaces, 'waypoint')}: "
            "one for each namespace"
        ),
        "everything, once on the way",
    ),
)
"""In the order shown to learners."""


def modes(world: Source) -> Frame:
    """The ways, with the numbers of proxies that this cluster would need."""
    pods = [pod for pod in world.api.list("pods") if _is_own(pod)]
    places = {pod["metadata"]["namespace"] for pod in pods}
    found = Counted(len(pods), len(world.api.list("nodes")), len(places))
    rows = [_row(mode, found) for mode in MODES]
    told = "; ".join(f"{row['name']}: {row['passes']}" for row in rows)
    summary = f"What one request passes: {told}"
    return {"kind": "modes", "modes": rows, "summary": summary}


def _is_own(pod: Object) -> bool:
    return pod["metadata"]["namespace"] not in OWN and not pod["spec"].get("hostNetwork")


def _row(mode: Mode, found: Counted) -> Row:
    return {
        "name": mode.name,
        "hops": [{**hop._asdict(), "place": hop.pod or hop.node} for hop in mode.hops],
        "pods": _stretches([hop.pod for hop in mode.hops]),
        "nodes": _stretches([hop.node for hop in mode.hops]),
        "wires": list(mode.wires),
        "l7": sum(hop.layer == "L7" for hop in mode.hops),
        "passes": _passes(mode.hops),
        "proxies": mode.proxies(found),
        "can": mode.can,
    }


def _stretches(names: list[str]) -> list[Row]:
    """Stations next to each other in one pod, or on one node; places are counted from 0."""
    found: list[Row] = []
    for place, name in enumerate(names):
        if found and found[-1]["name"] == name:
            found[-1]["last"] = place
        else:
            found.append({"name": name, "first": place, "last": place})
    return [each for each in found if each["name"]]


def _passes(hops: tuple[Hop, ...]) -> str:
    counts = {layer: sum(hop.layer == layer for hop in hops) for layer in ("L4", "L7")}
    told = [f"{count} {layer} {'proxy' if count == 1 else 'proxies'}"
            for layer, count in counts.items() if count]  # fmt: skip
    return " and ".join(told) or "no proxy"
