"""Filters that change the request before it is sent on.

Source: spring-cloud-gateway `filter/factory/*GatewayFilterFactory.java`, 5.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from kubelearn.spring.gateway.exchange import Args, Exchange, encoded, values, with_values, without
from kubelearn.spring.java_regex import replace_all

PATH_CHARACTERS: Final = "/:@!$&'()*+,;="
"""What stands in a path as it is, besides letters, digits and -._~ (RFC 3986)."""


def expand(template: str, variables: Mapping[str, str]) -> str:
    """A template with its `{name}` filled in; ValueError for a name that nothing gives."""

    def fill(found: re.Match[str]) -> str:
        if found[1] not in variables:
            raise ValueError(f"Map has no value for '{found[1]}'")
        return variables[found[1]]

    return re.sub(r"\{([^{}]+)\}", fill, template)


def add_request_header(exchange: Exchange, args: Args) -> Exchange:
    """One more value of a header."""
    value = expand(args["value"], exchange.variables)
    return exchange.change(headers=(*exchange.headers, (args["name"], value)))


def add_request_headers_if_not_present(exchange: Exchange, args: Args) -> Exchange:
    """Headers that the request lacks."""
    missing = tuple(
        (name, expand(value, exchange.variables))
        for name, value in args["headers"]
        if not values(exchange.headers, name)
    )
    return exchange.change(headers=(*exchange.headers, *missing))


def map_request_header(exchange: Exchange, args: Args) -> Exchange:
    """The values of one header as values of another too."""
    found = tuple((args["to"], value) for value in values(exchange.headers, args["from"]))
    return exchange.change(headers=(*exchange.headers, *found))


def remove_request_header(exchange: Exchange, args: Args) -> Exchange:
    """A header less."""
    return exchange.change(headers=without(exchange.headers, args["name"]))


def set_request_header(exchange: Exchange, args: Args) -> Exchange:
    """One value instead of all."""
    value = expand(args["value"], exchange.variables)
    return exchange.change(headers=with_values(exchange.headers, args["name"], [value]))


def set_request_host_header(exchange: Exchange, args: Args) -> Exchange:
    """Another Host."""
    host = expand(args["host"], exchange.variables)
    return exchange.change(host=host, keeps_host=True)


def preserve_host_header(exchange: Exchange, args: Args) -> Exchange:  # noqa: ARG001
    """The Host of the client instead of the route's."""
    return exchange.change(keeps_host=True)


def request_header_size(exchange: Exchange, args: Args) -> Exchange:
    """431 when one header, its name and all its values, is too large."""
    names = dict.fromkeys(name.lower() for name, _ in exchange.headers)
    for name in names:
        size = len(name) + sum(len(value.encode()) for value in values(exchange.headers, name))
        if size > size_of(args.get("maxSize", 16_000)):
            return exchange.change(status=431)
    return exchange


def request_size(exchange: Exchange, args: Args) -> Exchange:
    """413 when the body is too large."""
    limit = size_of(args.get("maxSize", 5_000_000))
    return exchange.change(status=413) if exchange.size > limit else exchange


UNITS = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
"""Spring's DataSize."""


def size_of(given: int | str) -> int:
    """A size in bytes; ValueError for none."""
    found = re.fullmatch(r"(\d+)\s*([KMGT]?B)?", str(given))
    if found is None:
        raise ValueError(f"{given!r} is no size: write it as 46B, 16KB or 5MB")
    return int(found[1]) * UNITS[found[2] or "B"]


def request_header_to_request_uri(exchange: Exchange, args: Args) -> Exchange:
    """Where to send it stands in a header."""
    found = values(exchange.headers, args["name"])
    return exchange.change(uri=found[0]) if found else exchange


# Path


def prefix_path(exchange: Exchange, args: Args) -> Exchange:
    """Something in front of the path."""
    return exchange.change(path=_path_of(args["prefix"], exchange) + exchange.path)


def set_path(exchange: Exchange, args: Args) -> Exchange:
    """Another path."""
    return exchange.change(path=_path_of(args["template"], exchange))


def _path_of(template: str, exchange: Exchange) -> str:
    """A template filled in, then percent-encoded like Spring's `UriTemplate`."""
    return quote(expand(template, exchange.variables), safe=PATH_CHARACTERS)


def strip_prefix(exchange: Exchange, args: Args) -> Exchange:
    """The path without its first parts; never less than "/"."""
    parts = [part for part in exchange.path.split("/") if part][int(args["parts"]) :]
    slash = "/" if parts and exchange.path.endswith("/") else ""
    return exchange.change(path=f"/{'/'.join(parts)}{slash}")


def rewrite_path(exchange: Exchange, args: Args) -> Exchange:
    """The path as a regular expression rewrites it."""
    return exchange.change(path=replace_all(args["regexp"], args["replacement"], exchange.path))


# Query


def add_request_parameter(exchange: Exchange, args: Args) -> Exchange:
    """One more parameter."""
    added = encoded([(args["name"], expand(args["value"], exchange.variables))])
    return exchange.change(query=f"{exchange.query}&{added}" if exchange.query else added)


def remove_request_parameter(exchange: Exchange, args: Args) -> Exchange:
    """A parameter less, with all its values."""
    left = [pair for pair in exchange.parameters() if pair[0] != args["name"]]
    return exchange.change(query=encoded(left))


def rewrite_request_parameter(exchange: Exchange, args: Args) -> Exchange:
    """One value instead of all those of a parameter that is there."""
    parameters, name = exchange.parameters(), args["name"]
    if name not in dict(parameters):
        return exchange
    others = [pair for pair in parameters if pair[0] != name]
    return exchange.change(query=encoded([*others, (name, args["replacement"])]))


# Answers by themselves


def redirect_to(exchange: Exchange, args: Args) -> Exchange:
    """A redirect; the query goes along when it is asked for."""
    url = args["url"]
    if args.get("includeRequestParams") and exchange.query:
        target, hash_sign, fragment = url.partition("#")
        joint = "&" if "?" in target else "?"
        url = f"{target}{joint}{exchange.query}{hash_sign}{fragment}"
    response = with_values(exchange.response, "Location", [url])
    return exchange.change(status=int(args["status"]), response=response)


REQUEST_FILTERS: dict[str, Callable[[Exchange, Args], Exchange]] = {
    "AddRequestHeader": add_request_header,
    "AddRequestHeadersIfNotPresent": add_request_headers_if_not_present,
    "AddRequestParameter": add_request_parameter,
    "MapRequestHeader": map_request_header,
    "PrefixPath": prefix_path,
    "PreserveHostHeader": preserve_host_header,
    "RedirectTo": redirect_to,
    "RemoveRequestHeader": remove_request_header,
    "RemoveRequestParameter": remove_request_parameter,
    "RequestHeaderSize": request_header_size,
    "RequestHeaderToRequestUri": request_header_to_request_uri,
    "RequestSize": request_size,
    "RewritePath": rewrite_path,
    "RewriteRequestParameter": rewrite_request_parameter,
    "SetPath": set_path,
    "SetRequestHeader": set_request_header,
    "SetRequestHostHeader": set_request_host_header,
    "StripPrefix": strip_prefix,
}
"""By Spring's names: (exchange, arguments) → exchange."""
