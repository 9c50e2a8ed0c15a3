"""Predicates: whether a route takes a request.

Source: spring-cloud-gateway `handler/predicate/*RoutePredicateFactory.java`, 5.0.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address, ip_network

from kubelearn.spring.gateway.exchange import Args, Exchange, values
from kubelearn.spring.gateway.forwarded import client_address
from kubelearn.spring.java_regex import compile_java
from kubelearn.spring.path_pattern import match


def _fits(regexp: str | None, found: str) -> bool:
    return compile_java(regexp).fullmatch(found) is not None if regexp else True


def _now(exchange: Exchange) -> datetime:
    return datetime.fromisoformat(exchange.now)


def moment_of(text: str) -> datetime:
    """A moment as Java writes it; ValueError for none."""
    # Java writes the zone's name after its offset: 2017-01-20T17:42:47.789-07:00[America/Denver].
    found = datetime.fromisoformat(text.partition("[")[0])
    if found.tzinfo is None:
        raise ValueError(f"Text '{text}' could not be parsed: it has no zone")
    return found


def after(exchange: Exchange, args: Args) -> bool:
    """Later than a moment."""
    return _now(exchange) > moment_of(args["datetime"])


def before(exchange: Exchange, args: Args) -> bool:
    """Earlier than a moment."""
    return _now(exchange) < moment_of(args["datetime"])


def between(exchange: Exchange, args: Args) -> bool:
    """Between two moments."""
    return moment_of(args["datetime1"]) < _now(exchange) < moment_of(args["datetime2"])


def cookie(exchange: Exchange, args: Args) -> bool:
    """A cookie of this name has a value that fits."""
    found = [value for name, value in exchange.cookies if name == args["name"]]
    return any(_fits(args.get("regexp"), value) for value in found)


def header(exchange: Exchange, args: Args) -> bool:
    """A header is there and one of its values, or of a list in one, fits."""
    found = values(exchange.headers, args["header"])
    if not args.get("regexp"):
        return bool(found)
    every = [part.strip() for value in found for part in (value, *value.split(","))]
    return any(_fits(args["regexp"], value) for value in every)


def host(exchange: Exchange, args: Args) -> bool:
    """The host fits one of the patterns, in which a dot separates."""
    name = (exchange.host or "").replace(".", "/")
    return any(match(each.replace(".", "/"), name) is not None for each in args["patterns"])


def method(exchange: Exchange, args: Args) -> bool:
    """One of these methods."""
    return exchange.method in args["methods"]


def path(exchange: Exchange, args: Args) -> bool:
    """The path fits one of the patterns."""
    return any(match(each, exchange.path) is not None for each in args["patterns"])


def query(exchange: Exchange, args: Args) -> bool:
    """A parameter is there; with a regular expression one of its values fits."""
    found = [value for name, value in exchange.parameters() if name == args["param"]]
    if not args.get("regexp"):
        return bool(found)
    return any(value != "" and _fits(args["regexp"], value) for value in found)


def remote_addr(exchange: Exchange, args: Args) -> bool:
    """The peer is in one of the networks."""
    return _within(exchange.remote, args["sources"])


def x_forwarded_remote_addr(exchange: Exchange, args: Args) -> bool:
    """The client that X-Forwarded-For tells is in one of the networks."""
    lines = values(exchange.headers, "X-Forwarded-For")
    found = client_address(lines, exchange.remote, args.get("maxTrustedIndex", 1))
    return _within(found, args["sources"])


def _within(address: str | None, networks: list[str]) -> bool:
    if not address:
        return False
    found = ip_address(address)
    return any(found in ip_network(network, strict=False) for network in networks)


def version(exchange: Exchange, args: Args) -> bool:
    """The API version is this one; with a "+" behind it, or any later one."""
    wanted = args["version"]
    if not exchange.version:
        return False
    asked, least = _version(exchange.version), _version(wanted.rstrip("+"))
    return asked >= least if wanted.endswith("+") else asked == least


def _version(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.lstrip("v").split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


PREDICATES: dict[str, Callable[[Exchange, Args], bool]] = {
    "After": after,
    "Before": before,
    "Between": between,
    "Cookie": cookie,
    "Header": header,
    "Host": host,
    "Method": method,
    "Path": path,
    "Query": query,
    "RemoteAddr": remote_addr,
    "Version": version,
    "XForwardedRemoteAddr": x_forwarded_remote_addr,
}
"""By Spring's names: (exchange, arguments) → whether it holds."""


def holds(name: str, exchange: Exchange, args: Args) -> bool:
    """Whether a predicate holds; one that fails counts as one that does not."""
    try:
        return PREDICATES[name](exchange, args)
    except (ValueError, KeyError) as error:
        if name not in PREDICATES:
            known = ", ".join(sorted(PREDICATES))
            raise ValueError(f"no predicate is named {name!r}: there are {known}") from error
        return False
