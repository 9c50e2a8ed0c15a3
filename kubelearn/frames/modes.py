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
    place: str
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


CLIENT = Hop("client", "its pod", "", "sends plain HTTP")
SERVER = Hop("server", "its pod", "", "gets plain HTTP")
PLAIN, MTLS, HBONE = "plain text", "mTLS", "HBONE (mTLS), 15008"
LOCAL = "on the node"
ZTUNNELS = (
    Hop("ztunnel", "the client's node", "L4", "encrypts with the client pod's certificate"),
    Hop("ztunnel", "the server's node", "L4", "checks who calls"),
)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


MODES: tuple[Mode, ...] = (
    Mode("no mesh", (CLIENT, SERVER), (PLAIN,), lambda _: "no proxy", "kube-proxy chooses a pod"),
    Mode(
        "sidecars",
        (
            CLIENT,
            Hop("Envoy 15001", "the client's pod", "L7", "routes, retries, chooses a pod"),
            Hop("Envoy 15006", "the server's pod", "L7", "checks identity, token, path"),
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
            Hop("waypoint", "a pod of its own", "L7", "routes, retries, checks token and path"),
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
    told = ", ".join(f"{row['name']}: {_count(row['l7'], 'L7 proxy')}" for row in rows)
    summary = f"What one request passes. {told}".replace("proxys", "proxies")
    return {"kind": "modes", "modes": rows, "summary": summary}


def _is_own(pod: Object) -> bool:
    return pod["metadata"]["namespace"] not in OWN and not pod["spec"].get("hostNetwork")


def _row(mode: Mode, found: Counted) -> Row:
    return {
        "name": mode.name,
        "hops": [hop._asdict() for hop in mode.hops],
        "wires": list(mode.wires),
        "l7": sum(hop.layer == "L7" for hop in mode.hops),
        "proxies": mode.proxies(found),
        "can": mode.can,
    }
