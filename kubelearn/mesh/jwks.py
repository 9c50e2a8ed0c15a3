"""The keys of issuers: istiod fetches them from `jwksUri`, or where the issuer's discovery says.

A push waits for keys that nobody has asked for before; while they cannot be had its proxies get
keys of nobody, and istiod goes on trying. Keys that it has are fetched again every 20 minutes, and
are kept when that fails. The requests go from istiod's pod through the cluster's network.
Source: istio `pilot/pkg/model/jwks_resolver.go`, `pilot/pkg/features`
(PILOT_JWT_PUB_KEY_REFRESH_INTERVAL), 1.27.

Unlike the real one: the keys of all rules are fetched at the same time, and the 20 minutes begin
with the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol

from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Object
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration
from kubelearn.traffic.call import Call

DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT = "5s"
MINUTE = 60 * SECOND
REFRESH, REFRESH_ON_FAILURE, LONGEST_REFRESH = 20 * MINUTE, MINUTE, 60 * MINUTE
RETRY_AFTER = SECOND
KEPT = 7 * 24 * 60 * MINUTE
"""How long keys are kept that cannot be fetched again, or that no rule asks for."""
MAIN, AT_ONCE, REGULAR = "main", "at once", "regular"
"""For whom keys are fetched: a push that waits; after such a failure; by the clock."""
Source = tuple[str, str]
"""Issuer and `jwksUri`; "" where the issuer's discovery says it."""
Rule = Mapping[str, Any]


class Entry(NamedTuple):
    """What is known of an issuer's keys."""

    keys: str
    """JSON text; "" while they could not be fetched."""
    refreshed: int
    used: int
    timeout: int


class Fetch(NamedTuple):
    """A fetch under way."""

    source: Source
    flow: str
    until: int
    url: str
    """What is asked now."""


class Sender(Protocol):
    """Who sends requests; the network does."""

    def send(self, url: str, **options: Any) -> int:
        """Start a call; returns its number."""


class Waiting(Protocol):
    """Who works with the keys; istiod does."""

    def fetched(self) -> None:
        """All keys that a push has waited for are here, or cannot be had."""

    def changed(self) -> None:
        """Keys have changed: there is something to push."""


class Jwks:
    """All keys that istiod has fetched."""

    name = "jwks"
    state: ClassVar[tuple[str, ...]] = ("entries", "problems", "under_way", "failed")
    wires: ClassVar[dict[str, str]] = {"requests": "requests", "istiod": "istiod"}
    requests: Sender
    istiod: Waiting

    def __init__(self, context: Context) -> None:
        self.context = context
        self.entries: dict[Source, Entry] = {}
        self.problems: dict[Source, str] = {}
        """Why the last fetch has failed."""
        self.under_way: dict[int, Fetch] = {}
        """By the number of its call; below zero while it waits for its next try."""
        self.failed: set[str] = set()
        """Flows in which something has failed that is not over yet."""
        self.interval = REFRESH
        self.again = False
        """Whether the last regular fetch has failed."""
        self.ticking = False
        self.waits = 0
        """Fetches that wait for their next try have been so many."""

    def keys(self) -> dict[Source, str]:
        """The keys of all issuers that could be fetched."""
        return {source: one.keys for source, one in self.entries.items() if one.keys}

    def ready(self, rules: Iterable[Rule]) -> bool:
        """Whether a push can go: keys that are missing are fetched first."""
        now = self.context.clock.now
        for rule in rules:
            source = source_of(rule)
            known = self.entries.get(source)
            if known is not None:
                self.entries[source] = known._replace(used=now)
                continue
            timeout = parse_duration(rule.get("timeout") or TIMEOUT)
            self.entries[source] = Entry("", now, now, timeout)
            self._fetch(source, MAIN)
        if self.entries and not self.ticking:
            self.ticking = True
            self.context.clock.after(self.interval, self.refresh)
        return not self._busy(MAIN)

    def refresh(self) -> None:
        """Fetch all keys again, and forget those that are too old."""
        now = self.context.clock.now
        for source, one in sorted(self.entries.items()):
            if now - one.refreshed >= KEPT or now - one.used >= KEPT:
                del self.entries[source]
            else:
                self._fetch(source, REGULAR)
        if not self._busy(REGULAR):
            self._over(REGULAR)

    # One fetch

    def _fetch(self, source: Source, flow: str) -> None:
        issuer, uri = source
        until = self.context.clock.now + self.entries[source].timeout
        url = uri or issuer.removesuffix("/") + DISCOVERY
        self._ask(Fetch(source, flow, until, url))

    def _ask(self, fetch: Fetch) -> None:
        """Send one request; what cannot be sent has failed."""
        left = fetch.until - self.context.clock.now
        pod = self._istiod()
        try:
            number = self.requests.send(fetch.url, client=f"pod/{pod}", namespace=ISTIOD[0],
                                        timeout=max(left, 1), fetches=True)  # fmt: skip
        except (ValueError, NotFound) as error:
            self.context.clock.after(0, self.failed_to, self._wait(fetch), str(error))
        else:
            self.under_way[number] = fetch

    def _istiod(self) -> str:
        pods: list[Object] = self.context.api.list("pods", ISTIOD[0], f"app={ISTIOD[1]}")
        running = (one for one in pods if (one.get("status") or {}).get("phase") == "Running")
        return next((str(one["metadata"]["name"]) for one in running), ISTIOD[1])

    def answered(self, call: Call) -> None:
        """A request of istiod has ended."""
        fetch = self.under_way.get(call.number)
        if fetch is None:
            return
        if not 200 <= call.status < 300:
            self.failed_to(call.number, call.error or f"status {call.status}")
        elif fetch.url.endswith(DISCOVERY) and not fetch.source[1]:
            uri = _jwks_uri(call.body)
            if uri:
                del self.under_way[call.number]
                self._ask(fetch._replace(url=uri))
            else:
                self.failed_to(call.number, "the issuer's discovery names no jwks_uri")
        else:
            self._succeeds(call.number, call.body)

    def _wait(self, fetch: Fetch) -> int:
        """Remember a fetch while no request of it is under way; returns its number."""
        self.waits += 1
        self.under_way[-self.waits] = fetch
        return -self.waits

    def failed_to(self, number: int, problem: str) -> None:
        """A request has failed: there is another try, but not for a push that waits."""
        fetch, now = self.under_way.pop(number), self.context.clock.now
        self.problems[fetch.source] = f"{fetch.url}: {problem}"
        if fetch.flow != MAIN and now + RETRY_AFTER < fetch.until:
            self.context.clock.after(RETRY_AFTER, self.retry, self._wait(fetch))
            return
        known = self.entries.get(fetch.source)
        if fetch.flow != MAIN and known is not None and not known.keys:
            del self.entries[fetch.source]  # so that the next push asks again
        self.failed.add(fetch.flow)
        self._done(fetch.flow)

    def retry(self, number: int) -> None:
        """A fetch that has failed is tried again."""
        self._ask(self.under_way.pop(number))

    def _succeeds(self, number: int, keys: str) -> None:
        fetch, now = self.under_way.pop(number), self.context.clock.now
        known = self.entries.get(fetch.source)
        if known is not None:
            self.entries[fetch.source] = known._replace(keys=keys, refreshed=now)
            self.problems.pop(fetch.source, None)
            if fetch.flow != MAIN and keys != known.keys:
                self.istiod.changed()
        self._done(fetch.flow)

    # All of a flow

    def _busy(self, flow: str) -> bool:
        return any(one.flow == flow for one in self.under_way.values())

    def _done(self, flow: str) -> None:
        if not self._busy(flow):
            self._over(flow)

    def _over(self, flow: str) -> None:
        """The last fetch of a flow has ended."""
        failed = flow in self.failed
        self.failed.discard(flow)
        if flow == REGULAR:
            self._next_time(failed=failed)
        if flow == MAIN:
            if failed:
                for source in sorted(self.entries):
                    if not self.entries[source].keys:
                        self._fetch(source, AT_ONCE)
            self.istiod.fetched()

    def _next_time(self, *, failed: bool) -> None:
        """After a failure sooner, and then more and more seldom."""
        if not failed:
            self.interval = REFRESH
        elif self.again:
            self.interval = min(2 * self.interval, LONGEST_REFRESH)
        else:
            self.interval = REFRESH_ON_FAILURE
        self.again = failed
        self.context.clock.after(self.interval, self.refresh)


ISTIOD = ("istio-system", "istiod")


def source_of(rule: Rule) -> Source:
    """Where the keys of a rule come from."""
    return str(rule["issuer"]), str(rule.get("jwksUri") or "")


def fetched_rules(policies: Iterable[Object]) -> list[Rule]:
    """The rules of RequestAuthentications whose keys have to be fetched."""
    rules = (rule for one in policies for rule in (one.get("spec") or {}).get("jwtRules") or ())
    return [rule for rule in rules if rule.get("issuer") and not rule.get("jwks")]


def _jwks_uri(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    uri = found.get("jwks_uri") if isinstance(found, dict) else None
    return uri if isinstance(uri, str) else ""
