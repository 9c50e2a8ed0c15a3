"""Who decides for the proxies in the way of a request: the words in which the network asks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

from kubelearn.api.objects import Key, Object
from kubelearn.runtime.part import Context
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import Judged, Passage, Picked, Routed

Lots = Callable[[str, Sequence[int], str], int]
"""(purpose, weights, UID of the proxy) → the place that a scout takes."""
Doubt = Callable[[str], NoReturn]


class Edges(Protocol):
    """What the proxies at the edge of a cluster decide."""

    def entry(self, pod: Object, port: int) -> str:
        """Where a connection to a pod ends first: "edge", "inbound", or ""."""

    def passes(self, call: Call, pod: Object, port: int) -> Routed | None:
        """Where a connection over TLS goes that a gateway does not open; None = it opens it."""

    def route_edge(self, call: Call, pod: Object, port: int, source: str) -> Routed:
        """What a gateway does with a request from outside."""

    def pick(self, call: Call, pod: Object, routed: Routed, tried: tuple[str, ...]) -> Picked:
        """The host for the next try, or why there is none."""

    def ended(self, uid: str, name: str, host: str, status: int) -> tuple[list[str], int | None]:
        """A try ended; who is ejected by it, and the call that gets its connection."""

    def stops_waiting(self, uid: str, name: str, number: int) -> bool:
        """A call does not wait for a connection any longer; whether it has done so."""

    def may_retry(self, uid: str, name: str, change: int) -> bool:
        """Begin (+1) or end (-1) a retry; False when the limit of retries is reached."""

    def worth_another(self, routed: Routed, status: int, failure: str) -> bool:
        """Whether a try that ended so is repeated."""


class Mesh(Edges, Protocol):
    """What proxies beside programs decide, too; the mesh knows."""

    def captures(self, namespace: str, name: str) -> bool:
        """Whether what a pod sends goes to its proxy."""

    def route(self, call: Call, key: Key, address: str) -> Routed:
        """What a sidecar does with what its pod sends."""

    def take(self, call: Call, pod: Object, port: int, tls: str, client: Key | None) -> Judged:
        """What a server's proxy does with a request."""

    def over(self, passage: Passage) -> None:
        """A proxy is done with a request."""

    def labels(self, passage: Passage) -> Any:
        """How a proxy counts requests like this one; None when it does not."""

    def count(
        self, labels: Any, status: int, flags: str, ends: Sequence[int], took: Sequence[int]
    ) -> None:
        """A proxy is done with many requests: when, and after how many ns."""

    def cluster(self, pod: Object, name: str) -> Any:
        """A cluster as the proxy of a pod knows it."""

    def upstream(self, uid: str, found: Any, now: int) -> Any:
        """The state of a cluster in a proxy, which is used from a moment on."""

    def chance(self, subject: tuple[str, int], uid: str) -> Any:
        """The draws of the proxy of a pod for a try."""

    def view(self) -> tuple[object, ...]:
        """What decides about requests; equal for as long as nothing of it changes."""

    def scouted(self, context: Context, machines: Any, lots: Lots, doubt: Doubt) -> Mesh:
        """The same for somebody who only looks: `lots` are taken, and `doubt` is raised."""
