"""A request on its way through the filters, whatever an application.yaml says."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.sim.clock import SECOND
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import read
from kubelearn.spring.gateway.exchange import Exchange
from kubelearn.spring.gateway.rate_limiter import take
from kubelearn.spring.gateway.run import Run
from kubelearn.spring.gateway.settings import Settings, settings_of
from kubelearn.traffic.call import Target
from kubelearn.traffic.relaying import Move, Reply

TREE = yaml.safe_load("""
spring.cloud.gateway.server.webflux:
  default-filters: ["AddResponseHeader=X-B, 2"]
  routes:
  - id: orders
    uri: lb://orders
    predicates: ["Path=/api/{x}/**", "Weight=a, 3", "Query=q, .*", "RemoteAddr=10.0.0.0/8"]
    filters:
    - StripPrefix=1
    - RewritePath=/(?<y>.*), /$\\{y}
    - SetRequestHeader=X-A, {x}
    - {name: Retry, args: {retries: 2, backoff: {firstBackoff: 10ms}}}
    - {name: CircuitBreaker, args: {name: b, fallbackUri: "forward:/sorry", statusCodes: [500]}}
    - name: RequestRateLimiter
      args: {redis-rate-limiter.replenishRate: 1, key-resolver: "#{@remoteAddressKeyResolver}"}
    metadata: {response-timeout: 200}
  - {id: sorry, uri: "http://sorry:8080", predicates: [Path=/sorry], filters: ["SetStatus=203"]}
gateway.security:
  secret: thirty-two-bytes-or-more-of-secret
  rules: [{path: /**, access: permitAll}]
resilience4j.circuitbreaker.instances.b: {slidingWindowSize: 4}
""")
REPLIES = [Reply(200, body="x", response={"Location": "http://a/b"}), Reply(500),
           *(Reply(failure=one) for one in ("refused", "unreachable", "name", "reset", "connect",
                                            "timeout"))]  # fmt: skip
ODD: list[Any] = [None, 5, -1, True, "", [], {}, "x", "=", "Path=", "[", "a=b,c", "${", "${X}", 1.5,
                  {"a": 1}, ["x", {"name": None}], "/**/x/{", "http://[", "lb://x"]  # fmt: skip


class Idle:
    """A gateway that remembers nothing."""

    def __init__(self, settings: Settings, now: int = 0) -> None:
        self.settings, self.now = settings, now

    def number(self, purpose: str) -> float:
        """A draw."""
        return 0.5

    def instance(self, service: str):
        """Always the same."""
        return ("10.0.0.1", 80) if service != "x" else None

    def tokens(self, route: str, key: str, limit):
        """A fresh bucket."""
        return take(None, limit.rate, limit.capacity, 5, limit.requested)

    def permits(self, breaker: str):
        """Always."""
        return True, "CLOSED"

    def count(self, breaker: str, took: int, *, failed: bool) -> str:
        """Says what it was told."""
        return "error" if failed else "success"


def passed(found: Settings, exchange: Exchange, replies: list[Reply]) -> tuple[Move, list[Move]]:
    """The last move of a request and those before, with answers one after the other."""
    moves = [Run(Idle(found), exchange, "1").begin()]
    while moves[-1].ask is not None and len(moves) < 20:
        Target.of(moves[-1].ask.url)
        reply = replies[(len(moves) - 1) % len(replies)]
        moves.append(Run(Idle(found), exchange, "1").go_on(moves[-1].memo, reply))
    return moves[-1], moves[:-1]


def settled(tree: Any) -> Settings:
    """The settings that a tree makes."""
    return settings_of(read({"/app/config/application.yaml": yaml.safe_dump(tree)}, {}))


ASKED = Exchange(path="/api/orders/7", query="q=1", host="shop", remote="10.0.0.9")


def places(tree: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all parts of a tree."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(
        tree, list) else ()  # fmt: skip
    return [way, *(found for name, part in inner for found in places(part, (*way, name)))]


def with_part(tree: Any, way: tuple[Any, ...], part: Any) -> Any:
    """A copy of a tree with another part."""
    made = copy.deepcopy(tree)
    at = made
    for name in way[:-1]:
        at = at[name]
    at[way[-1]] = part
    return made


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(places(TREE)[1:]), st.sampled_from(ODD), st.sampled_from(REPLIES))
def test_it_starts_or_says_why(way, part, reply):
    """No file makes the model fail: a gateway that has started answers every request."""
    try:
        found = settled(with_part(TREE, way, part))
    except StartFailure:
        return
    last, _ = passed(found, ASKED, [reply])
    assert 100 <= last.status < 600


def test_the_way_out():
    """Each filter gets what the one before it has made."""
    last, (first,) = passed(settled(TREE), ASKED, REPLIES[:1])
    assert first.ask.url == "http://10.0.0.1:80/orders/7?q=1"
    assert first.ask.headers == {"X-A": "orders"}
    assert first.ask.timeout == 200_000_000
    assert (last.status, last.response["X-B"]) == (200, "2")


@pytest.mark.parametrize(
    ("reply", "tries", "status"),
    [(REPLIES[1], 1, 203), (Reply(failure="refused"), 1, 203), (Reply(404), 1, 404)],
)
def test_a_breaker_inside_of_retry(reply, tries, status):
    """An error behind the breaker becomes its fallback before Retry sees it."""
    last, moves = passed(settled(TREE), ASKED, [reply, Reply(200)])
    urls = [move.ask.url for move in moves]
    assert sum("10.0.0.1" in url for url in urls) == tries
    assert last.status == status


def test_retry_outside_of_nothing():
    """Without a breaker Retry sees the error, and waits between tries as it is told."""
    filters = ("spring.cloud.gateway.server.webflux", "routes", 0, "filters")
    tree = with_part(TREE, filters, [TREE[filters[0]]["routes"][0]["filters"][3]])
    _, moves = passed(settled(tree), ASKED, [Reply(503)])
    assert [move.wait for move in moves] == [0, 10_000_000, 20_000_000]


def with_breaker(*, resumes: bool) -> Settings:
    """A route with a circuit breaker that has no fallback."""
    args = {"name": "b", "statusCodes": [500], "resumeWithoutError": resumes}
    filters = ("spring.cloud.gateway.server.webflux", "routes", 0, "filters")
    return settled(with_part(TREE, filters, [{"name": "CircuitBreaker", "args": args}]))


@pytest.mark.parametrize(
    ("resumes", "reply", "status", "body"),
    [
        (False, Reply(500, body="own"), 500, '"error":"Internal Server Error"'),
        (True, Reply(500, body="own"), 500, "own"),
        (False, Reply(failure="refused"), 500, '"error":"Internal Server Error"'),
        (True, Reply(failure="refused"), 200, ""),
    ],
)
def test_a_breaker_without_a_fallback(resumes, reply, status, body):
    """An error stays one; resumeWithoutError lets pass what there is of an answer."""
    last, _ = passed(with_breaker(resumes=resumes), ASKED, [reply])
    assert (status, True) == (last.status, body in last.body)


class Open(Idle):
    """A gateway whose breakers are open."""

    def permits(self, breaker: str):
        """Never."""
        return False, "OPEN"


@pytest.mark.parametrize("resumes", [True, False])
def test_an_open_breaker_is_not_resumed(resumes):
    """503, with resumeWithoutError as without it."""
    assert Run(Open(with_breaker(resumes=resumes)), ASKED, "1").begin().status == 503


@pytest.mark.parametrize("resumes", [True, False])
def test_a_time_limit_is_not_resumed(resumes):
    """504, with resumeWithoutError as without it."""
    found = with_breaker(resumes=resumes)
    memo = Run(Idle(found), ASKED, "1").begin().memo
    after = Run(Idle(found, 2 * SECOND), ASKED, "1").go_on(memo, Reply(failure="timeout"))
    assert after.status == 504
