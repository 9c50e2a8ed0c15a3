"""Filters of a rule or a backend: headers changed, addresses rewritten, redirects.

Source: kubernetes-sigs/gateway-api v1.5 `apis/v1/httproute_types.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.network.gateway.model import Location, Request

PORTS = {"http": 80, "https": 443}


def modified(headers: Mapping[str, str], modifier: Mapping[str, Any]) -> dict[str, str]:
    """Headers after set, add (which appends behind a comma) and remove; names in any case."""
    found = dict(headers)
    for one in modifier.get("set") or ():
        found = {**_without(found, one["name"]), one["name"]: one["value"]}
    for one in modifier.get("add") or ():
        old = {name.lower(): value for name, value in found.items()}.get(one["name"].lower())
        value = one["value"] if old is None else f"{old},{one['value']}"
        found = {**_without(found, one["name"]), one["name"]: value}
    for name in modifier.get("remove") or ():
        found = _without(found, name)
    return found


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key.lower() != name.lower()}


def new_path(change: Object | None, path: str, prefix: str) -> str:
    """A path after ReplaceFullPath or ReplacePrefixMatch; exactly one slash between the parts."""
    if not change:
        return path
    if change["type"] == "ReplaceFullPath":
        return str(change["replaceFullPath"])
    rest = path[len(prefix.rstrip("/")) :].removeprefix("/")
    begin = str(change["replacePrefixMatch"]).rstrip("/")
    return f"{begin}/{rest}" if rest else begin or "/"


def redirect(given: Object, request: Request, prefix: str, listener: int) -> tuple[int, Location]:
    """Status and place of a RequestRedirect; ports that the scheme has anyway are left out."""
    scheme = given.get("scheme") or request.scheme
    if given.get("port"):
        port = given["port"]
    else:
        port = PORTS[scheme] if given.get("scheme") else listener
    said = "" if port == PORTS[scheme] else str(port)
    host = given.get("hostname") or request.hostname
    path = new_path(given.get("path"), request.path, prefix)
    return given.get("statusCode", 302), Location(scheme, host, said, path)


def _request_headers(one: Object, request: Request, prefix: str) -> Request:  # noqa: ARG001
    return request._replace(headers=modified(request.headers, one["requestHeaderModifier"]))


def _rewrite(one: Object, request: Request, prefix: str) -> Request:
    given = one["urlRewrite"]
    path = new_path(given.get("path"), request.path, prefix)
    return request._replace(path=path, host=given.get("hostname") or request.host)


CHANGES: dict[str, Callable[[Object, Request, str], Request]] = {
    "RequestHeaderModifier": _request_headers,
    "URLRewrite": _rewrite,
}
"""By the type of a filter: what it makes of the request."""


def changed(filters: list[Object], request: Request, prefix: str) -> Request:
    """The request after all filters."""
    for one in filters:
        change = CHANGES.get(one["type"])
        if change is not None:
            request = change(one, request, prefix)
    return request


def response_modifiers(filters: list[Object]) -> list[Mapping[str, object]]:
    """What the filters do to the headers of the response."""
    return [
        one["responseHeaderModifier"] for one in filters if one["type"] == "ResponseHeaderModifier"
    ]
