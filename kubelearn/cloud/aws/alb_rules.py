"""The rules of an ALB's listener: which one takes a request.

Rules are tried by their priority number; all conditions of a rule must hold, any value of a
condition suffices. Only in those of a query a backslash makes `*` and `?` plain characters.
Source: Elastic Load Balancing user guide, "Listener rules"; elbv2 API, QueryStringConditionConfig.

Unlike the real one: the query is compared as it was sent; whether the real one decodes it is not
documented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

Condition = Mapping[str, Any]
Rule = Mapping[str, Any]


class Request(NamedTuple):
    """What an ALB sees of a request."""

    host: str
    target: str
    """Path and query."""
    method: str
    headers: Mapping[str, str]
    source_ip: str
    """The peer's address; X-Forwarded-For is not looked at."""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        """Keys and values of the query."""
        pairs = self.target.partition("?")[2].split("&")
        return [(key, value) for key, _, value in (pair.partition("=") for pair in pairs if pair)]


@lru_cache(maxsize=1024)
def wildcard(pattern: str, *, case: bool = False, escapes: bool = False) -> re.Pattern[str]:
    r"""`*` is any number of characters, `?` is one; `case` says whether case counts.

    `escapes`: behind a backslash both are meant themselves.
    """
    kinds = {"*": ".*", "?": "."}
    pieces = re.findall(r"\\[*?]|.", pattern, re.DOTALL) if escapes else list(pattern)
    text = "".join(kinds.get(piece, re.escape(piece[-1])) for piece in pieces)
    return re.compile(text, re.DOTALL if case else re.DOTALL | re.IGNORECASE)


def _any(condition: Condition, text: str, *, case: bool) -> bool:
    for pattern in condition.get("regex") or ():
        if re.search(pattern, text, 0 if case else re.IGNORECASE):
            return True
    values = condition.get("values") or ()
    return any(wildcard(value, case=case).fullmatch(text) for value in values)


def _host(condition: Condition, request: Request) -> bool:
    return _any(condition, request.host, case=False)


def _path(condition: Condition, request: Request) -> bool:
    return _any(condition, request.path, case=True)


def _header(condition: Condition, request: Request) -> bool:
    wanted = condition["name"].lower()
    values = (value for name, value in request.headers.items() if name.lower() == wanted)
    return any(_any(condition, value, case=False) for value in values)


def _method(condition: Condition, request: Request) -> bool:
    return request.method in condition["values"]


def _query(condition: Condition, request: Request) -> bool:
    return any(
        wildcard(wanted["value"], escapes=True).fullmatch(value)
        and (not wanted.get("key") or wildcard(wanted["key"], escapes=True).fullmatch(key))
        for wanted in condition["values"]
        for key, value in request.query
    )


def _source(condition: Condition, request: Request) -> bool:
    peer = ip_address(request.source_ip)
    return any(peer in ip_network(value, strict=False) for value in condition["values"])


CONDITIONS: dict[str, Callable[[Condition, Request], bool]] = {
    "host-header": _host,
    "path-pattern": _path,
    "http-header": _header,
    "http-request-method": _method,
    "query-string": _query,
    "source-ip": _source,
}
"""By the API's field names: (condition, request) → whether it holds."""


def find_rule(rules: Sequence[Rule], request: Request) -> Rule | None:
    """The rule that takes a request; None for the listener's default action."""
    for rule in sorted(rules, key=lambda rule: int(rule["priority"])):
        conditions = rule.get("conditions") or ()
        if all(CONDITIONS[one["field"]](one, request) for one in conditions):
            return rule
    return None


PROTOCOL_VERSIONS: dict[tuple[str, str], bool] = {
    ("HTTP/1.1", "HTTP1"): True,
    ("HTTP/1.1", "HTTP2"): False,
    ("HTTP/1.1", "GRPC"): False,
    ("HTTP/2", "HTTP1"): True,
    ("HTTP/2", "HTTP2"): True,
    ("HTTP/2", "GRPC"): True,
    ("gRPC", "HTTP1"): False,
    ("gRPC", "HTTP2"): True,
    ("gRPC", "GRPC"): True,
}
"""(client's protocol, target group's protocol version) → whether they fit; if not, 464.

Source: user guide, "Target groups", Protocol version.
"""
