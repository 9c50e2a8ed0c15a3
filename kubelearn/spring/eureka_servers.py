"""Eureka at work: servers with their registries, and clients that renew, fetch and leave.

A client registers when its program listens; from then on it renews its lease and fetches the
registry every 30 s. On SIGTERM it cancels its lease; a program that dies does not.
Source: Netflix eureka 2.0 `DiscoveryClient.java`, `EvictionTask` in
`AbstractInstanceRegistry.java`; spring-cloud-netflix 5.0 `EurekaAutoServiceRegistration.java`,
`EurekaClientConfigBean.java`, `EurekaInstanceConfigBean.java`.

Unlike the real one: what clients and server say to each other takes no time and no way through the
network; servers do not replicate (of several behind one name clients ask the first); a server does
not register with itself, so the recount every 15 minutes changes nothing; of preStop hooks only
`sleep` is waited for.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol
from urllib.parse import urlsplit

from kubelearn.api.objects import Object, get_path
from kubelearn.api.store import Record
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.spring.apps import SERVER, App, SpringApps, host_of
from kubelearn.spring.boot.properties import Properties
from kubelearn.spring.eureka import DURATION, EVICTION_INTERVAL, FETCH, RENEWAL, RESPONSE_CACHE
from kubelearn.spring.load_balancer import Instance, from_service
from kubelearn.spring.registry import Lease, Registry

WATCH_LATENCY = MILLISECOND
UP = MILLISECOND
"""From the moment at which a program listens until it has told Eureka."""
Run = tuple[str, str, int]
"""One run of a program: pod, container, begin."""


class Machines(Protocol):
    """Whether programs run; the kubelets know."""

    def silence(self, pod: Object, port: int | None = None) -> str:
        """Why a pod does not answer on a port."""


class Client(NamedTuple):
    """A program with a Eureka client in it."""

    app: App
    fetched: tuple[Lease, ...] = ()
    """The registry as it has got it last."""
    leaving: bool = False
    """It has been told to stop."""


class Server(NamedTuple):
    """A server."""

    app: App
    registry: Registry = Registry()
    text: str = ""
    """What its last eviction run said."""


class Eureka:
    """All servers and clients."""

    name = "eureka"
    state: ClassVar[tuple[str, ...]] = ("servers", "clients")
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets", "apps": "spring-apps"}
    explains: ClassVar[tuple[str, ...]] = ("pods",)
    machines: Machines
    apps: SpringApps

    def __init__(self, context: Context) -> None:
        self.context = context
        self.servers: dict[Run, Server] = {}
        self.clients: dict[Run, Client] = {}
        self.watching = False

    # Starting

    def started(self, app: App, listens: int) -> None:
        """A server or client has started; its program listens from a moment on."""
        clock, run = self.context.clock, run_of(app)
        if app.kind == SERVER:
            clock.at(listens + UP, self.open, app)
        elif app.zone:
            clock.at(listens + UP, self.join, app)
            if not self.watching:
                # Most clusters have no Eureka, and their pods need nobody who watches them for it.
                self.watching = True
                self.context.api.store.watch(self.name, ("pods",), self.deliver, WATCH_LATENCY)
        for table in (self.servers, self.clients):
            for old in [one for one in table if one[:2] == run[:2] and one != run]:
                del table[old]

    def open(self, app: App) -> None:
        """A server takes requests."""
        if not self._lives(app):
            return
        run, clock = run_of(app), self.context.clock
        self.servers[run] = Server(app)
        period = _period(app, "eureka.server.response-cache-update-interval-ms",
                         RESPONSE_CACHE * 1000, MILLISECOND)  # fmt: skip
        # The first refresh is at a multiple of the interval since 1970.
        clock.at((clock.now // period + 1) * period, self.refresh, run, period)
        clock.after(EVICTION_INTERVAL * SECOND, self.minute, run)
        every = _period(app, "eureka.server.eviction-interval-timer-in-ms",
                        EVICTION_INTERVAL * 1000, MILLISECOND)  # fmt: skip
        clock.after(every, self.evict, run, every)

    def join(self, app: App) -> None:
        """A client begins: it fetches the registry and registers."""
        run = run_of(app)
        self.clients[run] = Client(app)
        self.fetch(run)
        self.beat(run)

    # Clients

    def beat(self, run: Run) -> None:
        """A heartbeat, and the next one in 30 s."""
        client = self.clients.get(run)
        if client is None or client.leaving or not self._lives(client.app):
            return
        app = client.app
        server = self._server(app)
        if server is not None:
            now, name = self.context.clock.now, name_of(app)
            registry = server.registry.renew(name, now)
            if registry is None:
                registry = server.registry.register(name, self._lease(app, now))
            self.servers[run_of(server.app)] = server._replace(registry=registry)
        renewal = _period(app, "eureka.instance.lease-renewal-interval-in-seconds", RENEWAL, SECOND)
        self.context.clock.after(renewal, self.beat, run)

    def fetch(self, run: Run) -> None:
        """Get the registry, and again in 30 s."""
        client = self.clients.get(run)
        if client is None or not self._lives(client.app):
            self.clients.pop(run, None)
            return
        server = self._server(client.app)
        if server is not None:
            registry = server.registry.asked()
            self.servers[run_of(server.app)] = server._replace(registry=registry)
            self.clients[run] = client._replace(fetched=registry.served or ())
        period = _period(client.app, "eureka.client.registry-fetch-interval-seconds", FETCH, SECOND)
        self.context.clock.after(period, self.fetch, run)

    def _lease(self, app: App, now: int) -> Lease:
        pod = self.context.api.get("pods", *app.key)
        assert app.properties is not None
        seconds = "eureka.instance.lease-expiration-duration-in-seconds"
        duration = int(app.properties.text(seconds, str(DURATION)))
        return Lease(service_of(app), host_of(app, pod), app.port, now, None, duration)

    def deliver(self, records: list[Record]) -> None:
        """Pods were written: those that are told to stop cancel their leases."""
        for record in records:
            old, new = record.old or {}, record.new
            if new is None or not new["metadata"].get("deletionTimestamp"):
                continue
            if (old.get("metadata") or {}).get("deletionTimestamp"):
                continue
            uid = new["metadata"]["uid"]
            for run in [one for one in self.clients if one[0] == uid]:
                hook = _sleep(new, run[1])
                self.context.clock.after(hook, self.leave, run)

    def leave(self, run: Run) -> None:
        """SIGTERM: the client cancels its lease, if it still can."""
        client = self.clients.get(run)
        if client is None or not self._lives(client.app):
            return
        self.clients[run] = client._replace(leaving=True)
        server = self._server(client.app)
        if server is not None:
            registry = server.registry.cancel(name_of(client.app))
            self.servers[run_of(server.app)] = server._replace(registry=registry)

    # Servers

    def refresh(self, run: Run, period: int) -> None:
        """The read-only cache follows the registry; a server that is gone takes it along."""
        server = self.servers.get(run)
        if server is None or not self._lives(server.app):
            self.servers.pop(run, None)
            return
        self.servers[run] = server._replace(registry=server.registry.refresh())
        self.context.clock.after(period, self.refresh, run, period)

    def minute(self, run: Run) -> None:
        """A minute of counting renewals is over."""
        server = self.servers.get(run)
        if server is None or not self._lives(server.app):
            return
        self.servers[run] = server._replace(registry=server.registry.minute())
        self.context.clock.after(EVICTION_INTERVAL * SECOND, self.minute, run)

    def evict(self, run: Run, period: int) -> None:
        """Leases that are over are ended, unless the server protects itself."""
        server = self.servers.get(run)
        if server is None or not self._lives(server.app):
            return
        now = self.context.clock.now

        def below(count: int, index: int) -> int:
            return self.context.draws.below(count, "eureka eviction", f"{run[0]} {now}", index)

        found = server.registry.evict(now, below, preserves=preserves(server.app))
        self.servers[run] = server._replace(registry=found.registry, text=found.text)
        self.context.clock.after(period, self.evict, run, period)

    # Reading

    def instances(self, app: App, service: str) -> tuple[Instance, ...]:
        """The instances of a service as an application has fetched them last."""
        client = self.clients.get(run_of(app))
        leases = client.fetched if client is not None else ()
        return tuple(
            sorted((one.host, one.port) for one in leases if one.service == service.lower())
        )

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What a server has in its registry, or what a client has fetched."""
        uid, found = obj["metadata"]["uid"], []
        for run, server in self.servers.items():
            if run[0] == uid:
                found += [Reason("eureka-server", text) for text in self._told(server)]
        for run, client in self.clients.items():
            if run[0] == uid:
                listed = ", ".join(f"{one.service} {one.host}:{one.port}" for one in client.fetched)
                found.append(Reason("eureka-client", f"knows {listed or 'no instances'}"))
        return found

    def _told(self, server: Server) -> list[str]:
        registry, now = server.registry, self.context.clock.now
        word = "on" if preserves(server.app) else "off"
        counted = f"{registry.last_minute} renewals in the last minute"
        own = f"threshold {registry.threshold}, self-preservation {word}"
        lines = [f"{len(registry.leases)} leases; {counted}, {own}"]
        for name, lease in sorted(registry.leases.items()):
            left = (lease.end - now) / SECOND
            ends = f"ends in {left:.0f} s" if left >= 0 else f"has been over for {-left:.0f} s"
            lines.append(f"{name}: {ends}")
        return [*lines, server.text] if server.text else lines

    # Who runs

    def _lives(self, app: App) -> bool:
        """Whether this very run of a program still works."""
        pod = self.context.api.find("pods", *app.key)
        if pod is None or pod["metadata"]["uid"] != app.uid:
            return False
        now = self.apps.running(pod, app.kind)
        return now is not None and now.begun == app.begun and not self.machines.silence(pod)

    def _server(self, app: App) -> Server | None:
        """The server that a client reaches; None when none answers."""
        host = urlsplit(app.zone.split(",")[0]).hostname or ""
        service, _, rest = host.partition(".")
        namespace = rest.partition(".")[0] or app.key[0]
        for address, _ in from_service(self.context.api, namespace, service):
            for pod in self.context.api.store.select("pods", "address", address):
                found = self.apps.running(pod, SERVER)
                server = self.servers.get(run_of(found)) if found is not None else None
                if server is not None and self._lives(server.app):
                    return server
        return None


def run_of(app: App) -> Run:
    """What tells one run of a program from the others."""
    return app.uid, app.container, app.begun


def service_of(app: App) -> str:
    """The name under which an application registers."""
    assert app.properties is not None
    return app.properties.text("spring.application.name", "unknown").lower()


def name_of(app: App) -> str:
    """The id of an instance: host name, application and port."""
    return f"{app.key[1]}:{service_of(app)}:{app.port}"


def preserves(app: App) -> bool:
    """Whether a server protects itself."""
    assert app.properties is not None
    return app.properties.text("eureka.server.enable-self-preservation", "true").lower() == "true"


def _period(app: App, name: str, default: int, unit: int) -> int:
    properties: Properties | None = app.properties
    given = properties.text(name, str(default)) if properties is not None else str(default)
    return int(given) * unit


def _sleep(pod: Object, container: str) -> int:
    """How long a container's preStop hook sleeps."""
    for one in pod["spec"]["containers"]:
        if one["name"] == container:
            return (
                int(get_path(one, "lifecycle", "preStop", "sleep", "seconds", default=0)) * SECOND
            )
    return 0
