"""The arguments of predicates and filters: their names, and how each is read.

Source: spring-cloud-gateway `shortcutFieldOrder` and `Config` of each factory, 5.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_network
from typing import Any, NamedTuple

from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.gateway.predicates import moment_of
from kubelearn.spring.gateway.request_filters import size_of
from kubelearn.spring.java_regex import compile_java
from kubelearn.spring.path_pattern import parse


class Shape(NamedTuple):
    """The arguments of a predicate or filter."""

    order: tuple[str, ...] = ()
    """As the short form lists them; those with a "?" may be missing."""
    gathers: bool = False
    """Whether the short form is one list."""
    more: tuple[str, ...] = ()
    """Those that only the long form has."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*(name.rstrip("?") for name in self.order), *self.more)


PREDICATE_SHAPES = {
    "After": Shape(("datetime",)),
    "Before": Shape(("datetime",)),
    "Between": Shape(("datetime1", "datetime2")),
    "Cookie": Shape(("name", "regexp?")),
    "Header": Shape(("header", "regexp?")),
    "Host": Shape(("patterns",), gathers=True),
    "Method": Shape(("methods",), gathers=True),
    "Path": Shape(("patterns",), gathers=True, more=("matchTrailingSlash",)),
    "Query": Shape(("param", "regexp?")),
    "RemoteAddr": Shape(("sources",), gathers=True),
    "Version": Shape(("version",)),
    "Weight": Shape(("group", "weight")),
    "XForwardedRemoteAddr": Shape(("sources",), gathers=True, more=("maxTrustedIndex",)),
}
"""By Spring's names."""

FILTER_SHAPES = {
    "AddRequestHeader": Shape(("name", "value")),
    "AddRequestHeadersIfNotPresent": Shape(("keyValues",), gathers=True),
    "AddRequestParameter": Shape(("name", "value")),
    "AddResponseHeader": Shape(("name", "value")),
    "CircuitBreaker": Shape(("name?",), more=("fallbackUri", "statusCodes", "resumeWithoutError")),
    "DedupeResponseHeader": Shape(("name", "strategy?")),
    "MapRequestHeader": Shape(("fromHeader", "toHeader")),
    "PrefixPath": Shape(("prefix",)),
    "PreserveHostHeader": Shape(),
    "RedirectTo": Shape(("status", "url", "includeRequestParams?")),
    "RemoveRequestHeader": Shape(("name",)),
    "RemoveRequestParameter": Shape(("name",)),
    "RemoveResponseHeader": Shape(("name",)),
    "RequestHeaderSize": Shape(("maxSize?",)),
    "RequestHeaderToRequestUri": Shape(("name",)),
    "RequestRateLimiter": Shape((), more=(
        "redis-rate-limiter.replenishRate", "redis-rate-limiter.burstCapacity",
        "redis-rate-limiter.requestedTokens", "keyResolver", "denyEmptyKey", "emptyKeyStatus",
        "statusCode")),
    "RequestSize": Shape(("maxSize?",)),
    "Retry": Shape(("retries?", "statuses?", "methods?", "backoff.firstBackoff?",
                    "backoff.maxBackoff?", "backoff.factor?", "backoff.basedOnPreviousValue?"),
                   more=("series", "exceptions")),
    "RewriteLocationResponseHeader": Shape(
        ("stripVersion?", "locationHeaderName?", "hostValue?", "protocolsRegex?")),
    "RewritePath": Shape(("regexp", "replacement")),
    "RewriteRequestParameter": Shape(("name", "replacement")),
    "RewriteResponseHeader": Shape(("name", "regexp", "replacement")),
    "SecureHeaders": Shape(),
    "SetPath": Shape(("template",)),
    "SetRequestHeader": Shape(("name", "value")),
    "SetRequestHostHeader": Shape(("host",)),
    "SetResponseHeader": Shape(("name", "value")),
    "SetStatus": Shape(("status",)),
    "StripPrefix": Shape(("parts?",)),
}  # fmt: skip
"""By Spring's names."""

ABSENT = {
    "CacheRequestBody", "FallbackHeaders", "JsonToGrpc",
    "LocalResponseCache", "ModifyRequestBody", "ModifyResponseBody",
    "RemoveJsonAttributesResponseBody", "SaveSession", "TokenRelay", "CloudFoundryRouteService",
    "ReadBody",
}  # fmt: skip
"""What Spring has and this model has not."""
RENAMED = {
    "keyValues": "headers",
    "fromHeader": "from",
    "toHeader": "to",
    "protocolsRegex": "protocols",
}
"""Where the functions call an argument by a shorter name."""


# Reading


def read(place: str, name: str, given: Any) -> Any:
    """The value of an argument; StartFailure when it is none."""
    reader = READERS.get(name)
    if reader is None:
        return given if isinstance(given, (list, tuple)) else str(given)
    try:
        return reader(given)
    except (ValueError, re.error) as error:
        raise StartFailure.unbound(place, given, str(error)) from error


def _flag(given: Any) -> bool:
    return str(given).lower() == "true"


def _expression(given: Any) -> str:
    compile_java(str(given))
    return str(given)


def _patterns(given: Any) -> tuple[str, ...]:
    for one in given:
        parse(one.replace(".", "/"))  # in a host a dot separates
        parse(one)
    return tuple(given)


def _pairs(given: Any) -> tuple[tuple[str, str], ...]:
    pairs = [one.partition(":") for one in listed(given)]
    if not all(colon for _, colon, _ in pairs):
        raise ValueError("write each as name:value")
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _networks(given: Any) -> tuple[str, ...]:
    for one in given:
        ip_network(one, strict=False)
    return tuple(given)


def _statuses(given: Any) -> tuple[int, ...]:
    return tuple(map(status_of, listed(given)))


def _moment(given: Any) -> str:
    moment_of(str(given))
    return str(given)


def _size(given: Any) -> str:
    size_of(given)
    return str(given)


def listed(given: Any) -> list[str]:
    """Elements of a list, or of a text with commas."""
    if isinstance(given, (list, tuple)):
        return [str(one) for one in given]
    return [one.strip() for one in str(given).split(",") if one.strip()]


def status_of(given: Any) -> int:
    """A status by its number or Spring's name of it, such as BAD_GATEWAY; ValueError for none."""
    text = str(given)
    if text.isdigit():
        return int(text)
    if text in HTTPStatus.__members__:
        return int(HTTPStatus[text])
    raise ValueError(f"{given!r} is no status: write 503 or SERVICE_UNAVAILABLE")


READERS: dict[str, Callable[[Any], Any]] = {
    "datetime": _moment,
    "datetime1": _moment,
    "datetime2": _moment,
    "includeRequestParams": _flag,
    "keyValues": _pairs,
    "maxSize": _size,
    "maxTrustedIndex": int,
    "parts": int,
    "patterns": _patterns,
    "regexp": _expression,
    "sources": _networks,
    "status": status_of,
    "statusCodes": _statuses,
    "weight": int,
}
"""How arguments are read; the others are texts and lists."""
