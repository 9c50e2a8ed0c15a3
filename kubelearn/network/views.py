"""A world as a scout sees it: what it reads is noted, and nothing of it changes.

Each view stands for a part. What it defines is what a request asks of the part on its way; the rest
is the part's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kubelearn.api.objects import Key, Object
from kubelearn.network.plan import ETERNITY
from kubelearn.network.verdict import TIMED_OUT
from kubelearn.traffic.cookies import cookies

if TYPE_CHECKING:
    from kubelearn.network.endpoints import Backend
    from kubelearn.network.service_ports import Rule, Sender
    from kubelearn.traffic.balancers import Flow, Forward, Request


ASKS = "the client has to ask for the name first"


class Uncertain(Exception):
    """What becomes of a request here depends on more than tables and draws."""


class Reads:
    """What a scout has read so far."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, Key], Object | None] = {}
        self.addresses: dict[str, tuple[Object, ...]] = {}
        self.counts: dict[str, int] = {}
        self.rows: dict[Key, Any] = {}
        self.alive: dict[str, bool] = {}
        self.tables: dict[str, Any] = {}
        self.names: dict[tuple[str, str], Any] = {}
        self.until = ETERNITY


class View:
    """A part as a scout sees it: what it overrides is noted, the rest is the part's own."""

    def __init__(self, real: Any, reads: Reads) -> None:
        self.real, self.reads = real, reads

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class StoreView(View):
    """The store: which pods have an address."""

    def select(self, resource: str, index: str, value: str) -> list[Object]:
        """As the store does it."""
        found: list[Object] = self.real.select(resource, index, value)
        self.reads.addresses[value] = tuple(found)
        return found


class APIView(View):
    """The API: objects that are looked for, found or not."""

    def __init__(self, real: Any, reads: Reads) -> None:
        super().__init__(real, reads)
        self.store = StoreView(real.store, reads)

    def find(self, resource: str, namespace: str | None, name: str) -> Object | None:
        """As the API does it."""
        found: Object | None = self.real.find(resource, namespace, name)
        self.reads.objects[resource, (namespace or "", name)] = found
        return found

    def get(self, resource: str, namespace: str | None, name: str) -> Object:
        """As the API does it."""
        self.find(resource, namespace, name)
        found: Object = self.real.get(resource, namespace, name)
        return found

    def list(self, resource: str) -> list[Object]:
        """As the API does it."""
        found: list[Object] = self.real.list(resource)
        self.reads.counts[resource] = len(found)
        return found


class MachinesView(View):
    """The kubelets: which machines run, and which programs answer."""

    def alive(self, node: str) -> bool:
        """As the kubelets say."""
        found: bool = self.real.alive(node)
        self.reads.alive[node] = found
        return found

    def silence(self, pod: Object, port: int | None = None) -> str:
        """As the kubelets say."""
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        self.reads.rows[key] = self.real.rows.get(key) or self.real.settled.get(key)
        self.alive(pod["spec"].get("nodeName", ""))
        found: str = self.real.silence(pod, port)
        return found


class ProxiesView(View):
    """The rules of nodes; picks only where they are drawn."""

    def rule(
        self, node: str, address: str, port: int, protocol: str = "TCP", *sender: Sender
    ) -> Rule | None:
        """As kube-proxy does it."""
        self.knows(node, address)
        api = self.real.context.api
        self.reads.objects["nodes", ("", node)] = api.find("nodes", None, node)
        found: Rule | None = self.real.rule(node, address, port, protocol, *sender)
        if found is not None:
            namespace, name = found.service
            self.reads.objects["services", found.service] = api.find("services", namespace, name)
        return found

    def knows(self, node: str, address: str) -> bool:
        """As kube-proxy does it."""
        self.reads.tables[node] = self.real.tables.get(node)
        known: bool = self.real.knows(node, address)
        return known

    def health(self, node: str, port: int) -> bool | None:
        """As kube-proxy does it."""
        self.reads.tables[node] = self.real.tables.get(node)
        found: bool | None = self.real.health(node, port)
        return found

    def pick(
        self,
        node: str,
        rule: Rule,
        target: str,
        source: str,
        draw: Callable[[int], int],
        active: Callable[[Backend], int],
    ) -> Backend:
        """As kube-proxy does it, if it remembers nothing."""
        if self.real.remembers(rule):
            raise Uncertain("kube-proxy goes by the connections before: affinity, or ipvs")
        found: Backend = self.real.pick(node, rule, target, source, draw, active)
        return found


class DnsView(View):
    """CoreDNS, for names of Services that have one address of their own."""

    def answer(self, name: str) -> Any:
        """As CoreDNS does it."""
        found = self.real.answer(name)
        self.reads.counts["services"] = len(self.real.context.api.store.items("services"))
        if len(found.addresses) > 1 or found.alias or not self._is_stable(found.addresses):
            raise Uncertain("its name means pods, or something outside")
        return found

    def _is_stable(self, addresses: tuple[str, ...]) -> bool:
        """Whether no address is one of a pod, which changes without its Service."""
        return not any(
            self.real.context.api.store.select("pods", "address", one) for one in addresses
        )


class BalancersView(View):
    """Balancers that have been set up: they choose by the draw of a flow, or by turns."""

    def forward(
        self, flow: Flow, request: Request | None, draw: Callable[[int, str], int]
    ) -> Forward:
        """As the balancer does it, if it is not bound by what a client brings back.

        What a target makes of a header before the first byte is not the matter of a scout. A
        cookie that a balancer gives binds nobody here: the requests of a load do not bring it back.
        """
        found: Forward = self.real.forward(flow, request, draw)
        if found.error == TIMED_OUT:
            # It may be on its way up, which ends without an event.
            raise Uncertain("its balancer does not take connections yet")
        if found.proxy_header:
            raise Uncertain("its balancer adds a header of its own")
        if found.cookies and request is not None and cookies(request.headers):
            raise Uncertain("its balancer goes by cookies, which count no more after a time")
        if found.path:
            raise Uncertain("its balancer rewrites paths")
        return found

    def certificate(self, address: str, port: int, name: str) -> str:  # noqa: ARG002
        """It may expire, which is no event."""
        raise Uncertain("the certificate of its balancer may expire")

    def resolve(self, name: str) -> None:
        """Nobody knows the name; a question that has an answer makes the client remember it."""
        if self.real.resolve(name) is not None:
            raise Uncertain(ASKS)


class KnownNames(dict[tuple[str, str], tuple[tuple[str, ...], int]]):
    """The public names that clients know, to be read only."""

    def __init__(self, real: Mapping[tuple[str, str], Any], reads: Reads, now: int) -> None:
        super().__init__(real)
        self.reads, self.now = reads, now

    def get(self, place: tuple[str, str], default: Any = None) -> Any:
        """What a client knows; for how long is noted."""
        found = super().get(place)
        self.reads.names[place] = found
        if found is not None and found[1] > self.now:
            self.reads.until = min(self.reads.until, found[1])
        return default if found is None else found

    def __setitem__(self, place: tuple[str, str], known: Any) -> None:
        raise Uncertain(ASKS)


class StillClock:
    """A clock on which nothing happens: it keeps what is put on it."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.put: list[tuple[int, str, tuple[Any, ...]]] = []

    def after(self, delay: int, method: Callable[..., object], *args: Any) -> None:
        """Keep it."""
        self.put.append((delay, method.__name__, args))

    def at(self, time: int, method: Callable[..., object], *args: Any) -> None:
        """Keep it."""
        self.after(time - self.now, method, *args)
