"""The tries of proxies: each request that a proxy has sent to a host, and what came of it.

What views over time are drawn from: who answered, which weights counted then, what was repeated.

Unlike the real one: Envoy writes one line for a request, not for a try, and only counts retries;
copies that go to a mirror are not noted, and the last hundred thousand tries are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.runtime.part import Context

if TYPE_CHECKING:
    from kubelearn.network.passages import Leg
    from kubelearn.network.requests import Requests
    from kubelearn.traffic.call import Call
    from kubelearn.traffic.proxying import Picked

PIECE, KEPT = 1000, 100_000
"""Tries that are kept together, and how many are kept."""
ZONE = "topology.kubernetes.io/zone"
AGAIN, LIMIT = "again", "limit"
"""What follows a failed try: another one, or none because too many are under way already."""


class Peer(NamedTuple):
    """A pod as it was when it asked or was asked."""

    name: str
    """With its namespace: "default/web-0"."""
    app: str
    """Its label `app`, or its own name."""
    version: str
    zone: str


class Try(NamedTuple):
    """A request of a proxy to a host."""

    root: int
    """The number of the call for which all this was done."""
    call: int
    depth: int
    """How many programs are between that call and this one."""
    asked: int
    over: int
    """When the answer came, or the proxy knew that none would come (ns)."""
    client: Peer
    """The pod of the proxy."""
    host: str
    """What its client asked for: "catalog", "shop.example.com"."""
    cluster: str
    server: Peer | None
    """None where no pod was asked."""
    number: int
    """0 for the first try of a request at this proxy."""
    status: int
    """Of the answer, or that the proxy gives instead; 0 when its client has gone."""
    flag: str
    """Why there was no answer: "UF", "UC", "UT", "UO", "UH", …; "" for an answer."""
    follows: str
    """`AGAIN`, `LIMIT` or ""."""
    shares: tuple[tuple[str, int], ...]
    """(cluster, weight) of all that the route could have chosen; empty for a single one."""
    allowed: int
    """How often the route repeats a request."""
    levels: tuple[int, ...]
    """Percent of the requests for each priority of the cluster's hosts; empty for one priority."""
    level: int
    """The priority that was chosen."""

    @property
    def ok(self) -> bool:
        """Whether an answer below 500 came."""
        return 0 < self.status < 500 and not self.flag


class Like(NamedTuple):
    """Many tries that differ from a few in who asked, and when; as columns of equal length."""

    kinds: tuple[Try, ...]
    kind: Sequence[int]
    call: Sequence[int]
    asked: Sequence[int]
    over: Sequence[int]

    def tries(self) -> Iterator[Try]:
        """All of them, one by one."""
        for kind, call, asked, over in zip(*self[1:], strict=True):
            yield self.kinds[kind]._replace(root=call, call=call, asked=asked, over=over)


@dataclass(frozen=True, slots=True)
class Piece:
    """Tries that are kept together, and how many they are."""

    count: int
    tries: tuple[Try, ...] | Like

    def __iter__(self) -> Iterator[Try]:
        yield from self.tries.tries() if isinstance(self.tries, Like) else self.tries


class Noted:
    """The newest tries in the order of their ends; forks share what is full."""

    def __init__(self) -> None:
        self.full: tuple[Piece, ...] = ()
        self.last: list[Try] = []

    def add(self, one: Try) -> None:
        """Note one more."""
        self.last.append(one)
        if len(self.last) == PIECE:
            self._close()

    def add_all(self, many: Like) -> None:
        """Note many, which have come to their ends after all others."""
        self._close()
        self._keep(Piece(len(many.kind), many))

    def _close(self) -> None:
        if self.last:
            self._keep(Piece(len(self.last), tuple(self.last)))
            self.last = []

    def _keep(self, piece: Piece) -> None:
        full, more = (*self.full, piece), sum(one.count for one in self.full) + piece.count
        while more - full[0].count >= KEPT:
            more -= full[0].count
            full = full[1:]
        self.full = full

    def __iter__(self) -> Iterator[Try]:
        count = sum(piece.count for piece in self.full) + len(self.last)
        pieces: Iterable[Iterable[Try]] = (*self.full, self.last)
        yield from islice((one for piece in pieces for one in piece), max(0, count - KEPT), None)

    def fork(self) -> Noted:
        """A copy."""
        twin = Noted()
        twin.full, twin.last = self.full, self.last.copy()
        return twin


class Tries:
    """What all proxies of a cluster have tried."""

    name = "tries"
    state: ClassVar[tuple[str, ...]] = ("noted",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self.noted = Noted()


def server_of(requests: Requests, picked: Picked) -> Peer | None:
    """The pod that a proxy is about to ask."""
    pod = requests.pod_at(picked.address, picked.port) if picked.address else None
    return None if pod is None else _peer(requests, pod, pod["spec"].get("nodeName") or "")


def note(
    requests: Requests, call: Call, leg: Leg, status: int, flag: str, follows: str = ""
) -> None:
    """A try is over, if there was one: a pause between two is none, nor is a copy."""
    if (leg.picked is None and not leg.waits) or _is_copy(requests.root(call)):
        return
    picked, root = leg.picked, requests.root(call)
    requests.tries.noted.add(
        Try(
            root.number,
            call.number,
            _depth(requests, call),
            leg.asked,
            requests.context.clock.now,
            asker_of(requests, leg),
            host_of(leg),
            leg.routed.cluster,
            leg.server,
            leg.attempt,
            status,
            flag,
            follows,
            leg.routed.shares,
            leg.routed.retries,
            () if picked is None else picked.levels,
            0 if picked is None else picked.level,
        )
    )


def host_of(leg: Leg) -> str:
    """What the client has asked for: as the header Host has it, if the client has written one."""
    said = (value for name, value in leg.headers.items() if name.lower() == "host")
    return next(said, leg.target.host).partition(":")[0]


def _is_copy(call: Call) -> bool:
    return any(leg.shadow for leg in call.state.get("legs", ()))


def _depth(requests: Requests, call: Call) -> int:
    depth = 0
    while call.parent is not None and call.parent in requests.calls:
        call, depth = requests.calls[call.parent], depth + 1
    return depth


def asker_of(requests: Requests, leg: Leg) -> Peer:
    """The pod of the proxy that asks."""
    pod = requests.context.api.find("pods", *leg.proxy)
    if pod is None:
        return Peer("/".join(leg.proxy), leg.proxy[1], "", _zone(requests, leg.node))
    return _peer(requests, pod, leg.node)


def _peer(requests: Requests, pod: Object, node: str) -> Peer:
    metadata = pod["metadata"]
    labels, name = metadata.get("labels") or {}, metadata["name"]
    app, version = labels.get("app") or name, labels.get("version") or ""
    return Peer(f"{metadata['namespace']}/{name}", app, version, _zone(requests, node))


def _zone(requests: Requests, node: str) -> str:
    found = requests.context.api.find("nodes", None, node)
    return "" if found is None else str(get_path(found, "metadata", "labels", ZONE, default=""))
