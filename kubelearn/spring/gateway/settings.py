"""The settings of a gateway: what its application.yaml makes of it at its start.

Source: spring-cloud-gateway `config/GatewayProperties.java`, `config/HttpClientProperties.java`,
`route/RouteDefinitionRouteLocator.java`, `filter/WeightCalculatorWebFilter.java` (an application
with a wrong route does not start), 5.0.

Unlike the real one: of the other properties of Spring nothing is read; routes from a discovery
locator, WebSockets and gRPC are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kubelearn.sim.clock import SECOND
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import Properties, duration
from kubelearn.spring.eureka import LOAD_BALANCER_CACHE
from kubelearn.spring.gateway.around import RateLimit, Retry, rate_limit, retry
from kubelearn.spring.gateway.definitions import WEBFLUX, Route, Step, filters, route
from kubelearn.spring.resilience import BreakerSettings, breaker_settings
from kubelearn.spring.security import Security, security_of

OLD = "spring.cloud.gateway"
"""Where routes stood before 4.3; still read."""
CONNECT_TIMEOUT = 30 * SECOND


@dataclass(frozen=True)
class Settings:
    """A gateway, ready to take requests; times in ns."""

    routes: tuple[Route, ...]
    security: Security | None = None
    connect_timeout: int = CONNECT_TIMEOUT
    response_timeout: int = 0
    """0 = none."""
    use404: bool = False
    keeps: int = LOAD_BALANCER_CACHE * SECOND
    """How long its load balancer keeps the instances of a service."""
    redis: str = "localhost"
    retries: Mapping[str, Retry] = field(default_factory=dict)
    """By the text of the filter; so the two below."""
    limits: Mapping[str, RateLimit] = field(default_factory=dict)
    breakers: Mapping[str, BreakerSettings] = field(default_factory=dict)
    """By the name of a circuit breaker."""


def settings_of(properties: Properties) -> Settings:
    """The settings that properties make; StartFailure when the application does not start."""
    if str(properties.text(f"{WEBFLUX}.discovery.locator.enabled")).lower() == "true":
        raise StartFailure.thrown(
            "kubelearn", "the discovery locator is not modelled: write routes"
        )
    defaults = filters(f"{WEBFLUX}.default-filters", _gateway(properties, "default-filters"))
    given = _gateway(properties, "routes")
    enabled = [(number, one) for number, one in enumerate(given)
               if not (isinstance(one, Mapping) and one.get("enabled") is False)]  # fmt: skip
    routes = sorted((route(number, one, defaults) for number, one in enabled),
                    key=lambda one: one.order)  # fmt: skip
    client = f"{WEBFLUX}.httpclient"
    steps = [step for one in routes for step in one.filters]
    names = {breaker_name(one, step) for one in routes for step in one.filters
             if step.name == "CircuitBreaker"}  # fmt: skip
    return Settings(
        tuple(routes),
        security_of(properties),
        _ms(properties, f"{client}.connect-timeout", CONNECT_TIMEOUT),
        _ms(properties, f"{client}.response-timeout", 0),
        properties.text("spring.cloud.gateway.loadbalancer.use404").lower() == "true",
        _kept(properties),
        properties.text("spring.data.redis.host", "localhost"),
        {step.text: retry(step) for step in steps if step.name == "Retry"},
        {step.text: rate_limit(step) for step in steps if step.name == "RequestRateLimiter"},
        {name: breaker_settings(properties, name) for name in sorted(names)},
    )


def _kept(properties: Properties) -> int:
    """How long a load balancer keeps the instances of a service; a bare number is seconds."""
    name = "spring.cloud.loadbalancer.cache"
    if properties.text(f"{name}.enabled", "true").lower() == "false":
        return 0
    given = properties.text(f"{name}.ttl", str(LOAD_BALANCER_CACHE))
    return int(given) * SECOND if given.isdigit() else _ms(properties, f"{name}.ttl", 0)


def breaker_name(route: Route, step: Step) -> str:
    """The name of a route's circuit breaker: its own, or the route's."""
    return str(step.args.get("name") or route.id)


def _gateway(properties: Properties, name: str) -> list[Any]:
    """A list of the gateway, under its new prefix or the old one."""
    return properties.elements(f"{WEBFLUX}.{name}") or properties.elements(f"{OLD}.{name}")


def _ms(properties: Properties, name: str, default: int) -> int:
    """A duration; a bare number is milliseconds."""
    given = properties.get(name)
    if given is None:
        return default
    try:
        return duration(given)
    except ValueError as error:
        raise StartFailure.unbound(name, given, str(error)) from error
