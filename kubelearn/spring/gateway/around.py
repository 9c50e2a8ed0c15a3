"""The filters that stand around the rest of a chain: what Retry and RequestRateLimiter are told.

Source: spring-cloud-gateway `filter/factory/RetryGatewayFilterFactory.java`,
`RequestRateLimiterGatewayFilterFactory.java`, `filter/ratelimit/RedisRateLimiter.java`, 5.0.

Unlike the real one: jitter and a timeout of all tries are refused; keys come from the principal's
name or the peer's address, other resolvers would be code of an application.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import duration
from kubelearn.spring.gateway.arguments import listed, status_of
from kubelearn.spring.gateway.definitions import ILLEGAL, Step

SERIES = {
    "INFORMATIONAL": 1, "SUCCESSFUL": 2, "REDIRECTION": 3, "CLIENT_ERROR": 4, "SERVER_ERROR": 5,
}  # fmt: skip
IO, TIMEOUT = "java.io.IOException", "org.springframework.cloud.gateway.support.TimeoutException"
PRINCIPAL, ADDRESS = "principalNameKeyResolver", "remoteAddressKeyResolver"
LIMITER = "redis-rate-limiter."


class Retry(NamedTuple):
    """When and how often a request is tried again."""

    retries: int = 3
    statuses: frozenset[int] = frozenset()
    series: frozenset[int] = frozenset({5})
    methods: frozenset[str] = frozenset({"GET"})
    exceptions: frozenset[str] = frozenset({IO, TIMEOUT})
    first: int = 0
    """ns before the first retry; 0 = at once."""
    most: int = 0
    factor: int = 2

    def wants(self, method: str, status: int, thrown: tuple[str, ...], attempt: int) -> bool:
        """Whether a try that ended so (attempt counts from 0) is followed by another."""
        if attempt >= self.retries or method not in self.methods:
            return False
        if thrown:
            return not self.exceptions.isdisjoint(thrown)
        return status in self.statuses or status // 100 in self.series

    def pause(self, attempt: int) -> int:
        """How many ns are between a try and the next."""
        pause = self.first * int(self.factor**attempt)
        return min(pause, self.most) if self.most else pause


def retry(step: Step) -> Retry:
    """The settings of a Retry filter."""
    args, default = step.args, Retry()
    try:
        found = Retry(
            int(args.get("retries", default.retries)),
            frozenset(map(status_of, listed(args.get("statuses", ())))),
            frozenset(SERIES[one] for one in listed(args.get("series", ("SERVER_ERROR",)))),
            frozenset(listed(args.get("methods", ("GET",)))),
            frozenset(listed(args.get("exceptions", (IO, TIMEOUT)))),
            duration(args.get("backoff.firstBackoff", 0)),
            duration(args.get("backoff.maxBackoff", 0)),
            int(args.get("backoff.factor", default.factor)),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StartFailure.unbound("Retry", dict(args), str(error)) from error
    if found.retries <= 0:
        raise StartFailure.thrown(ILLEGAL, "retries must be greater than 0")
    if not (found.series or found.statuses or found.exceptions):
        raise StartFailure.thrown(ILLEGAL, "series, status and exceptions may not all be empty")
    if not found.methods:
        raise StartFailure.thrown(ILLEGAL, "methods may not be empty")
    return found


class RateLimit(NamedTuple):
    """How many requests each key may make."""

    rate: int
    """Tokens that come back each second."""
    capacity: int = 1
    requested: int = 1
    """Tokens of one request."""
    by_address: bool = False
    deny_empty: bool = True
    empty_status: int = 403
    status: int = 429


def rate_limit(step: Step) -> RateLimit:
    """The settings of a RequestRateLimiter."""
    args = step.args
    named = re.fullmatch(r"#\{@(\w+)\}", str(args.get("keyResolver", f"#{{@{PRINCIPAL}}}")))
    if named is None or named[1] not in (PRINCIPAL, ADDRESS):
        kind = "org.springframework.beans.factory.NoSuchBeanDefinitionException"
        name = named[1] if named else args["keyResolver"]
        raise StartFailure.thrown(kind, f"No bean named '{name}' available")
    if f"{LIMITER}replenishRate" not in args:
        kind = "org.springframework.beans.factory.BeanCreationException"
        raise StartFailure.thrown(kind, "redis-rate-limiter.replenishRate must not be null")
    try:
        return RateLimit(
            int(args[f"{LIMITER}replenishRate"]),
            int(args.get(f"{LIMITER}burstCapacity", 1)),
            int(args.get(f"{LIMITER}requestedTokens", 1)),
            named[1] == ADDRESS,
            str(args.get("denyEmptyKey", True)).lower() == "true",
            status_of(args.get("emptyKeyStatus", 403)),
            status_of(args.get("statusCode", 429)),
        )
    except (ValueError, TypeError) as error:
        raise StartFailure.unbound("RequestRateLimiter", dict(args), str(error)) from error
