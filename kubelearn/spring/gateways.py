"""The Spring Cloud Gateways of a cluster: what they remember, and what they do with requests.

Unlike the real one: Redis is asked in no time, and only whether a pod behind its Service runs; an
API version is not read from requests.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from kubelearn.api.objects import Object
from kubelearn.api.times import micro_timestamp
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.spring.apps import GATEWAY, App, SpringApps
from kubelearn.spring.gateway.around import RateLimit
from kubelearn.spring.gateway.exchange import Exchange
from kubelearn.spring.gateway.memo import Memo
from kubelearn.spring.gateway.rate_limiter import Bucket, Verdict, take
from kubelearn.spring.gateway.run import Run
from kubelearn.spring.gateway.settings import Settings
from kubelearn.spring.load_balancer import Instance, Kept, choose, from_service
from kubelearn.spring.resilience import Breaker, ask, rate, record
from kubelearn.traffic.call import Call
from kubelearn.traffic.relaying import Move, Reply

MANY = 256
"""From so many entries on it is looked for those that nobody needs any more."""
Program = tuple[str, str, int]
"""A run of an application: pod, container, begin."""


class Registry(Protocol):
    """What a client of Eureka knows."""

    def instances(self, app: App, service: str) -> tuple[Instance, ...]:
        """The instances of a service as an application has fetched them last."""


class SpringGateways:
    """All gateways."""

    name = "spring-gateways"
    state: ClassVar[tuple[str, ...]] = ("breakers", "buckets", "kept")
    wires: ClassVar[dict[str, str]] = {"apps": "spring-apps", "eureka": "eureka"}
    apps: SpringApps
    eureka: Registry

    def __init__(self, context: Context) -> None:
        self.context = context
        self.breakers: dict[tuple[Program, str], Breaker] = {}
        self.buckets: dict[tuple[str, str, str, str], Bucket] = {}
        """(namespace, Redis, route, key): gateways with one Redis share them."""
        self.kept: dict[tuple[Program, str], Kept] = {}

    # What the network asks

    def entry(self, pod: Object, port: int) -> str:
        """What a request to a pod's port meets: "relay", "refused", or "" = no gateway at all."""
        app = self.apps.running(pod, GATEWAY)
        if app is None:
            return ""
        return "relay" if port == app.port else "refused"

    def begin(self, call: Call, pod: Object, source: str) -> Move:
        """A request has come to a gateway."""
        return self._run(call, pod, source).begin()

    def go_on(self, call: Call, pod: Object, source: str, memo: Memo, reply: Reply) -> Move:
        """What the gateway had asked has been answered, or not."""
        return self._run(call, pod, source).go_on(memo, reply)

    def _forget(self) -> None:
        """Drop what programs remembered that run no more."""
        running = {(app.uid, app.container, app.begun) for app in self.apps.every()}
        for table in (self.breakers, self.kept):
            for place in [one for one in table if one[0] not in running]:
                del table[place]

    def _run(self, call: Call, pod: Object, source: str) -> Run:
        app = self.apps.running(pod, GATEWAY)
        assert app is not None
        if len(self.kept) + len(self.breakers) >= MANY:
            self._forget()
        number = self.context.draws.below(1 << 32, "gateway request", *call.subject)
        exchange = exchange_of(call, source, self.context.clock.now)
        return Run(Remembered(self, app, call), exchange, f"{number:08x}-1")


class Remembered:
    """What one gateway remembers, for one request."""

    def __init__(self, gateways: SpringGateways, app: App, call: Call) -> None:
        self.gateways, self.app, self.call = gateways, app, call
        self.now = gateways.context.clock.now
        assert app.settings is not None
        self.settings: Settings = app.settings
        self.program: Program = (app.uid, app.container, app.begun)

    def number(self, purpose: str) -> float:
        """A draw of this request in [0, 1)."""
        return self.gateways.context.draws.uniform(f"gateway {purpose}", *self.call.subject)

    def instance(self, service: str) -> Instance | None:
        """Host and port of the next instance of a service; None when there is none."""
        context, place = self.gateways.context, (self.program, service)

        def look() -> tuple[Instance, ...]:
            if self.app.zone:
                return self.gateways.eureka.instances(self.app, service)
            return from_service(context.api, self.app.key[0], service)

        def start(count: int) -> int:
            return context.draws.below(count, "load balancer", f"{self.app.uid} {service}")

        found, self.gateways.kept[place] = choose(
            self.gateways.kept.get(place), self.now, look, start, self.settings.keeps
        )
        return found

    def tokens(self, route: str, key: str, limit: RateLimit) -> Verdict | None:
        """Take tokens of a key; None when Redis does not answer."""
        namespace, redis = self.app.key[0], self.settings.redis
        if not from_service(self.gateways.context.api, namespace, redis.partition(".")[0]):
            return None
        place = (namespace, redis, route, key)
        verdict = take(self.gateways.buckets.get(place), limit.rate, limit.capacity,
                       self.now // SECOND, limit.requested)  # fmt: skip
        self.gateways.buckets[place] = verdict.bucket
        return verdict

    def permits(self, breaker: str) -> tuple[bool, str]:
        """Whether a circuit breaker lets a call through, and what state it is in."""
        place = (self.program, breaker)
        known = self.gateways.breakers.get(place, Breaker())
        allowed, known = ask(known, self.settings.breakers[breaker], self.now)
        self.gateways.breakers[place] = known
        return allowed, known.state

    def count(self, breaker: str, took: int, *, failed: bool) -> str:
        """Tell a circuit breaker how a call ended; what it says."""
        place = (self.program, breaker)
        known = self.gateways.breakers.get(place, Breaker())
        new = record(known, self.settings.breakers[breaker], self.now, took, failed=failed)
        self.gateways.breakers[place] = new
        word = "error" if failed else "success"
        if new.state != known.state:
            return f"{word}; {known.state} → {new.state}"
        return f"{word}; {new.state}, {rate(new)}"


def exchange_of(call: Call, source: str, now: int) -> Exchange:
    """A call as a gateway sees it."""
    path, _, query = call.target.path.partition("?")
    headers = tuple((str(name), str(value)) for name, value in call.headers.items())
    given = {name.lower(): value for name, value in headers}
    port = "" if call.target.port in (80, 443) else f":{call.target.port}"
    return Exchange(
        call.method, path, query or urlsplit(call.url).query,
        given.get("host", f"{call.target.host}{port}"), headers, _cookies(given.get("cookie", "")),
        source, now=micro_timestamp(now),
    )  # fmt: skip


def _cookies(text: str) -> tuple[tuple[str, str], ...]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(text)
    except CookieError:
        return ()
    return tuple((name, morsel.value) for name, morsel in sorted(jar.items()))
