"""The Spring applications of a cluster: what each has read at its start, and keeps until its end.

An image says by the last part of its name what it runs (`registry.example.com/shop/eureka-server`);
any other image outside the catalogue is a Spring application if something tells it where Eureka is.
Source: spring-boot 4.0 `SpringApplication.java`.

Unlike the real one: an application that cannot start ends 2.5 s after its container's start; its
code is what docs/spring.md shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Protocol

from kubelearn.api.app import AppBehaviour
from kubelearn.api.images import is_known, parse_image
from kubelearn.api.objects import Key, Object, get_path
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import Properties, read
from kubelearn.spring.gateway.settings import Settings, settings_of

FAILS_AFTER = 2500 * MILLISECOND
GATEWAY, SERVER, CLIENT = "spring-cloud-gateway", "eureka-server", "eureka-client"
ZONE = "eureka.client.service-url.default-zone"
HINTS = ("EUREKA_CLIENT_SERVICEURL_DEFAULTZONE", "EUREKA_CLIENT_SERVICE_URL_DEFAULT_ZONE")
"""Variables that make a program one with a Eureka client."""
NUMBERS = (
    "server.port", "eureka.server.response-cache-update-interval-ms",
    "eureka.server.eviction-interval-timer-in-ms",
    "eureka.instance.lease-renewal-interval-in-seconds",
    "eureka.instance.lease-expiration-duration-in-seconds",
    "eureka.client.registry-fetch-interval-seconds",
)  # fmt: skip
"""Properties that are numbers, whatever reads them."""
PORTS = {GATEWAY: 8080, SERVER: 8761, CLIENT: 8080}


class Machines(Protocol):
    """What the kubelets know of a container."""

    def behaviour(self, pod: Object, index: int) -> AppBehaviour:
        """What its program does."""

    def files_of(self, pod: Object, index: int) -> Mapping[str, str]:
        """Path → text of what is mounted."""

    def environment_of(self, pod: Object, index: int) -> Mapping[str, str]:
        """Its variables."""

    def crash(self, namespace: str, name: str, container: str = "") -> None:
        """Its program ends with exit code 1."""

    def silence(self, pod: Object, port: int | None = None) -> str:
        """Why a pod does not answer on a port."""


class Registrar(Protocol):
    """Who wants to know that a program with Eureka in it has started."""

    def started(self, app: App, listens: int) -> None:
        """A server or client has read its properties; it will listen at a time."""


class App(NamedTuple):
    """One run of a Spring application; nothing in it changes."""

    kind: str
    key: Key
    uid: str
    container: str
    begun: int
    properties: Properties | None = None
    settings: Settings | None = None
    """Of a gateway."""
    failure: tuple[str, ...] = ()
    """What its log says if it does not start."""

    @property
    def port(self) -> int:
        """Where it listens."""
        default = PORTS[self.kind]
        return default if self.properties is None else int(
            self.properties.text("server.port", str(default)))  # fmt: skip

    @property
    def zone(self) -> str:
        """Where Eureka is, for one that asks it."""
        return "" if self.properties is None else self.properties.text(ZONE)


class SpringApps:
    """Remembers what runs."""

    name = "spring-apps"
    state: ClassVar[tuple[str, ...]] = ("apps",)
    explains: ClassVar[tuple[str, ...]] = ("pods",)
    wires: ClassVar[dict[str, str]] = {"machines": "kubelets", "eureka": "eureka"}
    machines: Machines
    eureka: Registrar

    def __init__(self, context: Context) -> None:
        self.context = context
        self.apps: dict[tuple[str, str], tuple[App, ...]] = {}
        """(UID of the pod, container) → its last run and the one before, the last first."""

    # What kubelets tell

    def launched(self, pod: Object, index: int, time: int) -> None:
        """A container (init containers come first) has started at a time."""
        spec = pod["spec"]
        place = index - len(spec.get("initContainers") or ())
        kind = kind_of(spec["containers"][place]) if place >= 0 else ""
        if not kind:
            return
        container = spec["containers"][place]
        metadata = pod["metadata"]
        app = App(kind, (metadata["namespace"], metadata["name"]), metadata["uid"],
                  container["name"], time)  # fmt: skip
        now = self.context.clock.now
        try:
            app = self._read(app, pod, index)
        except StartFailure as failure:
            app = app._replace(failure=failure.lines)
            self.context.clock.at(max(time + FAILS_AFTER, now), self.fail, *app[1:5])
        self._forget()
        before = self.apps.get((app.uid, app.container), ())
        self.apps[app.uid, app.container] = (app, *before[:1])
        if not app.failure:
            listens = time + self.machines.behaviour(pod, index).start_time
            self.eureka.started(app, max(now, listens))

    def _forget(self) -> None:
        """Drop the applications of pods that are gone."""
        for place, runs in list(self.apps.items()):
            pod = self.context.api.find("pods", *runs[0].key)
            if pod is None or pod["metadata"]["uid"] != runs[0].uid:
                del self.apps[place]

    def _read(self, app: App, pod: Object, index: int) -> App:
        environment = self.machines.environment_of(pod, index)
        properties = read(self.machines.files_of(pod, index), environment)
        settings = settings_of(properties) if app.kind == GATEWAY else None
        for name in NUMBERS:
            given = properties.get(name)
            if given is not None and not re.fullmatch(r"[1-9]\d{0,8}", str(given)):
                raise StartFailure.unbound(name, given, "it is a whole number above 0")
        return app._replace(properties=properties, settings=settings)

    def fail(self, key: Key, uid: str, container: str, begun: int) -> None:
        """The program that could not start ends."""
        pod = self.context.api.find("pods", *key)
        if pod is None or pod["metadata"]["uid"] != uid:
            return
        if self.apps[uid, container][0].begun == begun and self.machines.silence(pod) != "dead":
            self.machines.crash(*key, container)

    # What others ask

    def every(self) -> list[App]:
        """The last run of each application."""
        return [runs[0] for runs in self.apps.values()]

    def running(self, pod: Object, kind: str = "") -> App | None:
        """The application in a pod, of a kind; None when there is none that has started well."""
        uid = pod["metadata"]["uid"]
        for container in pod["spec"]["containers"]:
            found = self.apps.get((uid, container["name"]))
            if found and not found[0].failure and kind in ("", found[0].kind):
                return found[0]
        return None

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What an application has read at its start, and whether it would read the same now."""
        found: list[Reason] = []
        first = len(obj["spec"].get("initContainers") or ())
        for index, container in enumerate(obj["spec"]["containers"], first):
            for app in self.apps.get((obj["metadata"]["uid"], container["name"]), ())[:1]:
                lines = [*app.failure] or [*self._told(app, obj, index)]
                found += [Reason("spring-boot", line, app.begun) for line in lines]
        return found

    def _told(self, app: App, pod: Object, index: int) -> Iterator[str]:
        if app.settings is not None:
            routes = ", ".join(f"{one.id} ({one.uri})" for one in app.settings.routes)
            yield f"has read its routes: {routes or 'there are none'}"
        try:
            now = self._read(app, pod, index)
        except StartFailure as failure:
            yield f"its files have changed; with these it would not start: {failure}"
            return
        assert app.properties is not None
        assert now.properties is not None
        if now.properties.tree != app.properties.tree:
            yield "its files have changed since: they count when it starts again"

    def said(self, pod: Object, container: str, begun: int) -> tuple[tuple[int, str], ...]:
        """Moment and text of the lines with which a run that began at a second has failed."""
        second = 1000 * MILLISECOND
        for app in self.apps.get((pod["metadata"]["uid"], container), ()):
            if app.begun // second * second == begun // second * second:
                return tuple((app.begun + FAILS_AFTER, line) for line in app.failure)
        return ()


def kind_of(container: Object) -> str:
    """What Spring application a container runs; "" for none."""
    found = _by_image(container["image"])
    if found != CLIENT or any(one.get("name") in HINTS for one in container.get("env") or ()):
        return found
    return ""


@lru_cache(maxsize=4096)
def _by_image(image: str) -> str:
    """What an image runs; CLIENT for what may be anything."""
    try:
        last = parse_image(image).repository.rpartition("/")[2]
    except ValueError:
        return ""
    if last in (GATEWAY, SERVER):
        return last
    return "" if is_known(image) else CLIENT


def host_of(app: App, pod: Object) -> str:
    """How an instance calls itself: by its address if it is told so, else by its name."""
    address = str(get_path(pod, "status", "podIP", default=""))
    assert app.properties is not None
    prefers: Any = app.properties.get("eureka.instance.prefer-ip-address")
    return address if str(prefers).lower() == "true" else str(pod["metadata"]["name"])
