"""One request on its way through a gateway: security, route, filters out, and filters back.

A chain of filters is passed twice: out in its order, back in the opposite one. A filter that stands
around the rest (Retry, CircuitBreaker) may send the request out again, or elsewhere. What has to be
remembered while somebody else works is a `Memo`, which nobody changes.
Source: spring-cloud-gateway `handler/RoutePredicateHandlerMapping.java`,
`handler/FilteringWebHandler.java`, `filter/NettyRoutingFilter.java`,
`filter/factory/SpringCloudCircuitBreakerFilterFactory.java`,
`SpringCloudCircuitBreakerResilience4JFilterFactory.java` (handleErrorWithoutFallback), 5.0.

Unlike the real one: answers have one text as their body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from kubelearn.api.times import EPOCH
from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.spring.gateway.changes import changes
from kubelearn.spring.gateway.definitions import ILLEGAL, Route, Step, is_uri
from kubelearn.spring.gateway.exchange import Exchange, values
from kubelearn.spring.gateway.memo import Entry, Gateway, Memo
from kubelearn.spring.gateway.predicates import holds
from kubelearn.spring.gateway.request_filters import REQUEST_FILTERS, expand
from kubelearn.spring.gateway.response_filters import RESPONSE_FILTERS
from kubelearn.spring.gateway.result import (
    FAILURES,
    NOT_FOUND,
    NOT_PERMITTED,
    TOO_SLOW,
    Result,
    Thrown,
    error_page,
)
from kubelearn.spring.gateway.settings import breaker_name
from kubelearn.spring.gateway.weight import chosen
from kubelearn.spring.path_pattern import match
from kubelearn.traffic.relaying import Ask, Move, Reply


class Run:
    """A piece of the way of one request: from where it is to the next wait, or to its end."""

    def __init__(self, gateway: Gateway, exchange: Exchange, request: str) -> None:
        self.gateway, self.settings, self.now = gateway, gateway.settings, gateway.now
        self.arrived = exchange
        self.request = request
        self.texts: list[str] = []

    # The two ways in

    def begin(self) -> Move:
        """The request has come."""
        name, security = "", self.settings.security
        if security is not None:
            found = security.check(self.arrived, int(EPOCH.timestamp()) + self.now // SECOND)
            self.texts.append(f"security: {found.text}")
            name = found.name
            if found.status:
                headers = {"WWW-Authenticate": found.authenticate}
                return Move(tuple(self.texts), status=found.status, response=headers)
        memo = self.routed(self.arrived, None, name)
        if memo is None:
            return self.answered(Result(thrown=Thrown((NOT_FOUND,), "", 404)))
        return self.out(memo)

    def go_on(self, memo: Memo, reply: Reply) -> Move:
        """Whoever was asked has answered, or has not."""
        late = self.too_late(memo)
        if reply.failure and late is not None:
            return self.late(*late)
        if not reply.failure:
            self.texts.append(f"got {reply.status}")
            headers = tuple(reply.response.items())
            return self.back(memo, Result(reply.status, reply.body, headers))
        target = urlsplit(self.url(memo) or "")
        ms = self.connect_timeout(memo.route) // MILLISECOND
        seconds = self.response_timeout(memo.route) / SECOND
        thrown = FAILURES[reply.failure]
        said = thrown.message.format(host=target.hostname, place=target.netloc, ms=ms,
                                     seconds=seconds)  # fmt: skip
        thrown = thrown._replace(message=said)
        self.texts.append(thrown.text)
        return self.back(memo, Result(thrown=thrown))

    # Routes

    def routed(self, exchange: Exchange, outer: Memo | None, name: str) -> Memo | None:
        """The chain of the first route whose predicates hold."""
        weights = self.weights()
        refused = []
        for route in self.settings.routes:
            missing = next(
                (one for one in route.predicates if not self.holds(one, route, exchange, weights)),
                None,
            )
            if missing is None:
                said = ", ".join(one.text for one in route.predicates)
                self.texts.append(f"route {route.id} ({route.uri}): {said}")
                own = exchange.change(variables=captured(route.predicates, exchange))
                return Memo(route, 0, own, (), outer, name)
            refused.append(f"{route.id} (not {missing.text})")
        tried = "; ".join(refused) or "there are none"
        self.texts.append(f"no route takes {exchange.method} {exchange.path}: {tried}")
        return None

    def weights(self) -> Mapping[str, str]:
        """Group → the route that this request's number chooses."""
        groups: dict[str, list[tuple[str, int]]] = {}
        for route in self.settings.routes:
            for one in route.predicates:
                if one.name == "Weight":
                    pair = (route.id, int(one.args["weight"]))
                    groups.setdefault(str(one.args["group"]), []).append(pair)
        found = {}
        for group, routes in groups.items():
            place = chosen([weight for _, weight in routes], self.gateway.number(f"weight {group}"))
            found[group] = "" if place is None else routes[place][0]
        return found

    def holds(
        self, step: Step, route: Route, exchange: Exchange, weights: Mapping[str, str]
    ) -> bool:
        """Whether a predicate holds."""
        if step.name == "Weight":
            return weights[str(step.args["group"])] == route.id
        return holds(step.name, exchange, step.args)

    def illegal(self, what: str, error: Exception) -> Thrown:
        """What a filter throws that cannot do its work for this request."""
        self.texts.append(f"{what}: {error}")
        return Thrown((ILLEGAL,), str(error))

    # Out

    def out(self, memo: Memo) -> Move:
        """Through the filters that are left, then to the route's uri."""
        while memo.place < len(memo.route.filters):
            step = memo.route.filters[memo.place]
            stop = self.stops(memo, step)
            if stop is not None:
                if step.name == "CircuitBreaker":
                    move, stop = self.fallen(memo, memo.place, memo.exchange, stop)
                    if move is not None:
                        return move
                return self.back(memo, stop)
            if step.name in AROUND and not any(one.place == memo.place for one in memo.entries):
                entry = Entry(memo.place, memo.exchange, self.now)
                memo = memo._replace(entries=(*memo.entries, entry))
            if step.name in REQUEST_FILTERS:
                try:
                    changed = REQUEST_FILTERS[step.name](memo.exchange, step.args)
                except FILTER_ERRORS as error:
                    return self.back(memo, Result(thrown=self.illegal(step.text, error)))
                self.texts += changes(step, memo.exchange, changed)
                memo = memo._replace(exchange=changed)
                if changed.status is not None:
                    answer = Result(changed.status, "", changed.response, committed=True)
                    return self.back(memo, answer)
            memo = memo._replace(place=memo.place + 1)
        return self.sent(memo)

    def stops(self, memo: Memo, step: Step) -> Result | None:
        """What a filter answers instead of letting the request pass."""
        if step.name == "RequestRateLimiter":
            return self.limited(memo, step)
        if step.name != "CircuitBreaker":
            return None
        name = breaker_name(memo.route, step)
        allowed, state = self.gateway.permits(name)
        self.texts.append(f"circuit breaker {name}: {state}")
        if allowed:
            return None
        said = f"CircuitBreaker '{name}' is {state} and does not permit further calls"
        return Result(thrown=Thrown((NOT_PERMITTED,), said, 503))

    def limited(self, memo: Memo, step: Step) -> Result | None:
        """429 when a key has no tokens left."""
        limit = self.settings.limits[step.text]
        key = memo.exchange.remote or "" if limit.by_address else memo.name
        if not key:
            self.texts.append("rate limiter: nobody to count for")
            return Result(limit.empty_status, committed=True) if limit.deny_empty else None
        verdict = self.gateway.tokens(memo.route.id, key, limit)
        if verdict is None:
            self.texts.append("rate limiter: Redis does not answer, the request passes")
            return None
        self.texts.append(f"rate limiter: {key} has {verdict.left} of {limit.capacity} left"
                          + ("" if verdict.allowed else f": {limit.status}"))  # fmt: skip
        if verdict.allowed:
            return None
        headers = (
            ("X-RateLimit-Remaining", str(verdict.left)),
            ("X-RateLimit-Requested-Tokens", str(limit.requested)),
            ("X-RateLimit-Burst-Capacity", str(limit.capacity)),
            ("X-RateLimit-Replenish-Rate", str(limit.rate)),
        )
        return Result(limit.status, headers=headers, committed=True)

    def sent(self, memo: Memo) -> Move:
        """To where the route leads."""
        uri = memo.exchange.uri or memo.route.uri
        if memo.exchange.uri and not is_uri(uri):
            thrown = self.illegal(uri, ValueError("URI is not absolute"))
            return self.back(memo, Result(thrown=thrown))
        if uri.startswith("forward:"):
            return self.forwarded(memo, memo.exchange, uri.removeprefix("forward:"))
        if uri.startswith("no:"):
            return self.back(memo, Result(200))
        parts = urlsplit(uri.removeprefix("lb:") if uri.startswith("lb:http") else uri)
        if uri.startswith("lb:"):
            found = self.gateway.instance(parts.hostname or "")
            if found is None:
                said = f"Unable to find instance for {parts.hostname}"
                self.texts.append(f'503 SERVICE_UNAVAILABLE "{said}"')
                status = 404 if self.settings.use404 else 503
                return self.back(memo, Result(thrown=Thrown((NOT_FOUND,), said, status)))
            self.texts.append(f"load balancer: {parts.hostname} is {found[0]}:{found[1]}")
            uri = f"http://{found[0]}:{found[1]}"
        memo = memo._replace(exchange=memo.exchange.change(uri=uri))
        url = self.url(memo)
        limits = [self.response_timeout(memo.route), self.deadline(memo)]
        ask = Ask(url, memo.exchange.method, self.headers(memo.exchange),
                  min((one for one in limits if one), default=0),
                  self.connect_timeout(memo.route))  # fmt: skip
        self.texts.append(f"asks {url}")
        return Move(tuple(self.texts), memo, ask)

    def url(self, memo: Memo) -> str:
        """The whole address that is asked: the route's host, the request's path and query."""
        parts = urlsplit(memo.exchange.uri)
        query = f"?{memo.exchange.query}" if memo.exchange.query else ""
        return f"{parts.scheme}://{parts.netloc}{memo.exchange.path}{query}"

    def headers(self, exchange: Exchange) -> dict[str, str]:
        """The headers that go on; Host is that of the route unless a filter has kept it."""
        found: dict[str, str] = {}
        for name, value in exchange.headers:
            if name.lower() not in KEPT_BACK:
                found[name] = f"{found[name]}, {value}" if name in found else value
        return {**found, "Host": exchange.host} if exchange.keeps_host and exchange.host else found

    def connect_timeout(self, route: Route) -> int:
        """Of a route, else of all."""
        given = route.metadata.get("connect-timeout")
        return self.settings.connect_timeout if given is None else int(given) * MILLISECOND

    def response_timeout(self, route: Route) -> int:
        """Of a route, else of all; 0 = none."""
        given = route.metadata.get("response-timeout")
        if given is None:
            return self.settings.response_timeout
        return max(0, int(given)) * MILLISECOND

    # Time limits of circuit breakers

    def limits(self, memo: Memo) -> Iterator[tuple[Memo, Entry, int]]:
        """The circuit breakers around a request and when each stops waiting."""
        for chain in memo.chains():
            for entry in chain.entries:
                step = chain.route.filters[entry.place]
                if step.name == "CircuitBreaker":
                    name = breaker_name(chain.route, step)
                    patience = self.settings.breakers[name].timeoutDuration
                    if patience:
                        yield chain, entry, entry.began + patience

    def deadline(self, memo: Memo) -> int:
        """How many ns until the first of them stops waiting; 0 = none does."""
        found = [end for _, _, end in self.limits(memo)]
        return max(1, min(found) - self.now) if found else 0

    def too_late(self, memo: Memo) -> tuple[Memo, Entry] | None:
        """The innermost circuit breaker whose time is over."""
        found = ((chain, entry) for chain, entry, end in self.limits(memo) if self.now >= end)
        return next(found, None)

    def late(self, memo: Memo, entry: Entry) -> Move:
        """A circuit breaker has stopped waiting."""
        step = memo.route.filters[entry.place]
        name = breaker_name(memo.route, step)
        ms = self.settings.breakers[name].timeoutDuration // MILLISECOND
        said = f"Did not observe any item or terminal signal within {ms}ms in 'circuitBreaker'"
        thrown = Thrown((TOO_SLOW,), said, 504)
        self.texts.append(f"time limiter of {name}: {ms} ms are over")
        inside = memo._replace(place=entry.place + 1)
        return self.back(inside, Result(thrown=thrown))

    # Back

    def back(self, memo: Memo, result: Result) -> Move:
        """Through the filters that the request has passed, in the opposite order."""
        for place in reversed(range(memo.place)):
            step = memo.route.filters[place]
            entry = next((one for one in memo.entries if one.place == place), None)
            if step.name in RESPONSE_FILTERS and not result.committed and result.thrown is None:
                result = self.changed(step, memo.exchange, result)
            elif step.name == "Retry" and entry is not None:
                again = self.again(memo, entry, result)
                if again is not None:
                    return again
            elif step.name == "CircuitBreaker" and entry is not None:
                move, result = self.judged(memo, entry, result)
                if move is not None:
                    return move
            memo = memo._replace(entries=tuple(one for one in memo.entries if one.place < place))
        if memo.outer is None:
            return self.answered(result)
        # The inner chain has written the answer: the outer one changes its headers no more.
        return self.back(memo.outer, result._replace(committed=True))

    def changed(self, step: Step, exchange: Exchange, result: Result) -> Result:
        """What a filter makes of an answer."""
        before = exchange.change(status=result.status, response=result.headers)
        try:
            after = RESPONSE_FILTERS[step.name](before, step.args)
        except FILTER_ERRORS as error:
            return Result(thrown=self.illegal(step.text, error))
        self.texts += changes(step, before, after)
        return result._replace(status=after.status or result.status, headers=after.response)

    def again(self, memo: Memo, entry: Entry, result: Result) -> Move | None:
        """Another try, if Retry wants one."""
        step = memo.route.filters[entry.place]
        retry = self.settings.retries[step.text]
        thrown = result.thrown.classes if result.thrown is not None else ()
        if not retry.wants(memo.exchange.method, result.status, thrown, entry.attempt):
            return None
        pause = retry.pause(entry.attempt)
        self.texts.append(f"Retry: try {entry.attempt + 2} of {retry.retries + 1}"
                          + (f" after {pause // MILLISECOND} ms" if pause else ""))  # fmt: skip
        kept = tuple(one for one in memo.entries if one.place < entry.place)
        next_ = memo._replace(
            place=entry.place + 1,
            exchange=entry.exchange,
            entries=(*kept, entry._replace(attempt=entry.attempt + 1)),
        )
        move = self.out(next_)
        return move._replace(wait=move.wait + pause)

    def judged(self, memo: Memo, entry: Entry, result: Result) -> tuple[Move | None, Result]:
        """A circuit breaker counts how it went, and may turn an error into its fallback."""
        step = memo.route.filters[entry.place]
        name = breaker_name(memo.route, step)
        if result.thrown is None and result.status in step.args.get("statusCodes", ()):
            said = f"{result.status}"
            result = result._replace(thrown=Thrown(("CircuitBreakerStatusCodeException",), said))
        failed = result.thrown is not None
        said = self.gateway.count(name, self.now - entry.began, failed=failed)
        self.texts.append(f"circuit breaker {name}: {said}")
        return self.fallen(memo, entry.place, entry.exchange, result)

    def fallen(
        self, memo: Memo, place: int, exchange: Exchange, result: Result
    ) -> tuple[Move | None, Result]:
        """What comes instead of an error behind a circuit breaker.

        Without a fallback it stays an error, whatever status the answer had; resumeWithoutError
        lets such an answer pass after all, but no time limit and no open breaker.
        """
        step = memo.route.filters[place]
        if result.thrown is None:
            return None, result
        target = str(step.args.get("fallbackUri") or "")
        if target:
            kept = memo._replace(
                place=place, entries=tuple(one for one in memo.entries if one.place < place)
            )
            return self.forwarded(kept, exchange, target.removeprefix("forward:")), result
        resumes = str(step.args.get("resumeWithoutError", "")).lower() == "true"
        if resumes and result.thrown.classes[0] not in (TOO_SLOW, NOT_PERMITTED):
            return None, result._replace(status=result.status or 200, thrown=None)
        return None, Result(thrown=result.thrown)

    def forwarded(self, memo: Memo, exchange: Exchange, path: str) -> Move:
        """Handled once more, by the gateway itself: the routes decide again."""
        new = exchange.change(path=expand(path, exchange.variables), uri="", status=None)
        self.texts.append(f"forward:{new.path}")
        inner = self.routed(new, memo, memo.name)
        if inner is None:
            return self.back(memo, Result(thrown=Thrown((NOT_FOUND,), "", 404)))
        return self.out(inner)

    def answered(self, result: Result) -> Move:
        """The end: what the client gets."""
        if result.thrown is not None:
            status = result.thrown.status
            body = error_page(self.arrived.path, status, self.now, self.request)
            return Move(tuple(self.texts), status=status, body=body,
                        response={"Content-Type": "application/json"})  # fmt: skip
        response = {name: ", ".join(values(result.headers, name)) for name, _ in result.headers}
        return Move(tuple(self.texts), status=result.status, body=result.body, response=response)


KEPT_BACK = {
    "host", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "proxy-authorization",
    "proxy-authenticate", "x-application-context", "upgrade",
}  # fmt: skip
"""Headers that speak of one connection only (RemoveHopByHopHeadersFilter), and the host."""
FILTER_ERRORS = (ValueError, LookupError, re.error)
"""What the function of a filter raises for a request that does not suit it."""
AROUND = ("Retry", "CircuitBreaker")
"""The filters that stand around the rest of a chain."""


def captured(predicates: Iterable[Step], exchange: Exchange) -> dict[str, str]:
    """The variables that the patterns of a route take from the host and the path."""
    found: dict[str, str] = {}
    for step in predicates:
        if step.name not in ("Host", "Path"):
            continue
        dots = step.name == "Host"
        text = (exchange.host or "").replace(".", "/") if dots else exchange.path
        patterns = (one.replace(".", "/") if dots else one for one in step.args["patterns"])
        matched = (match(pattern, text) for pattern in patterns)
        found |= next((one for one in matched if one is not None), {})
    return found
