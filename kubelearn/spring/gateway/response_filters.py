"""Filters that change the answer on its way back.

Source: spring-cloud-gateway `filter/factory/*ResponseHeader*GatewayFilterFactory.java`, 5.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kubelearn.spring.gateway.exchange import Args, Exchange, values, with_values, without
from kubelearn.spring.gateway.request_filters import expand
from kubelearn.spring.java_regex import replace_all

PROTOCOLS = "https?|ftps?"
VERSIONED = re.compile(r"/v\d+/.*")


def add_response_header(exchange: Exchange, args: Args) -> Exchange:
    """One more value of a header."""
    value = expand(args["value"], exchange.variables)
    return exchange.change(response=(*exchange.response, (args["name"], value)))


def set_response_header(exchange: Exchange, args: Args) -> Exchange:
    """One value instead of all."""
    value = expand(args["value"], exchange.variables)
    return exchange.change(response=with_values(exchange.response, args["name"], [value]))


def remove_response_header(exchange: Exchange, args: Args) -> Exchange:
    """A header less."""
    return exchange.change(response=without(exchange.response, args["name"]))


STRATEGIES: dict[str, Callable[[list[str]], list[str]]] = {
    "RETAIN_FIRST": lambda found: found[:1],
    "RETAIN_LAST": lambda found: found[-1:],
    "RETAIN_UNIQUE": lambda found: list(dict.fromkeys(found)),
}
"""Which of several values of a header stay."""


def dedupe_response_header(exchange: Exchange, args: Args) -> Exchange:
    """One of several values of each named header (names are separated by blanks)."""
    response = exchange.response
    for name in args["name"].split():
        found = values(response, name)
        if len(found) > 1:
            kept = STRATEGIES[args.get("strategy", "RETAIN_FIRST")](found)
            response = with_values(response, name, kept)
    return exchange.change(response=response)


def rewrite_response_header(exchange: Exchange, args: Args) -> Exchange:
    """Each value of a header as a regular expression rewrites it."""
    found = values(exchange.response, args["name"])
    new = [replace_all(args["regexp"], args["replacement"], value) for value in found]
    return exchange.change(response=with_values(exchange.response, args["name"], new))


def rewrite_location_response_header(exchange: Exchange, args: Args) -> Exchange:
    """The client's host in Location, without a version that the request did not have."""
    name = args.get("locationHeaderName") or "Location"
    found, host = values(exchange.response, name), args.get("hostValue") or exchange.host
    if not found or host is None:
        return exchange
    strip = args.get("stripVersion") or "AS_IN_REQUEST"
    unversioned = VERSIONED.fullmatch(exchange.path) is None
    strips = strip == "ALWAYS_STRIP" or (strip == "AS_IN_REQUEST" and unversioned)
    version = r"(?:/v\d+)?" if strips else ""
    protocols = args.get("protocols") or PROTOCOLS
    pattern = rf"^((?:{protocols})://)[^:/]+(?::\d+)?{version}(?=/)"
    fixed = re.sub(pattern, lambda match: match[1] + host, found[0], count=1)
    return exchange.change(response=with_values(exchange.response, name, [fixed]))


def set_status(exchange: Exchange, args: Args) -> Exchange:
    """Another status."""
    return exchange.change(status=int(args["status"]))


SECURE = {
    "X-Xss-Protection": "1 ; mode=block",
    "Strict-Transport-Security": "max-age=631138519",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self' https:; font-src 'self' https: data:; img-src 'self' https: data:; "
        "object-src 'none'; script-src https:; style-src 'self' https: 'unsafe-inline'"
    ),
    "X-Download-Options": "noopen",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""The headers that SecureHeaders adds."""


def secure_headers(exchange: Exchange, args: Args) -> Exchange:  # noqa: ARG001
    """Headers that browsers take as orders to be careful; those that are there stay."""
    added = tuple((n, v) for n, v in SECURE.items() if not values(exchange.response, n))
    return exchange.change(response=(*exchange.response, *added))


RESPONSE_FILTERS: dict[str, Callable[[Exchange, Args], Exchange]] = {
    "AddResponseHeader": add_response_header,
    "DedupeResponseHeader": dedupe_response_header,
    "RemoveResponseHeader": remove_response_header,
    "RewriteLocationResponseHeader": rewrite_location_response_header,
    "RewriteResponseHeader": rewrite_response_header,
    "SecureHeaders": secure_headers,
    "SetResponseHeader": set_response_header,
    "SetStatus": set_status,
}
"""By Spring's names: (exchange, arguments) → exchange."""
