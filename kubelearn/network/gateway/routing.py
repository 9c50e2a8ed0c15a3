"""A request at a gateway: listener, route, rule, filters, backend.

Source: kubernetes-sigs/gateway-api v1.5 `apis/v1`, GEP-3567.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.objects import Key, Object, key_of
from kubelearn.network.gateway import filters, matching
from kubelearn.network.gateway.hostnames import covers, rank
from kubelearn.network.gateway.model import Answer, Request
from kubelearn.network.gateway.objects import Objects

NOT_FOUND = Answer(404)
MISDIRECTED = Answer(421)
NO_BACKEND = Answer(500)

Draw = Callable[[int], int]
"""One of so many outcomes."""


def _first(count: int) -> int:  # noqa: ARG001
    return 0


def answer(gateway: Object, objects: Objects, request: Request, draw: Draw = _first) -> Answer:
    """What a gateway does with a request."""
    listener = _listener(gateway, request, request.sni or request.hostname)
    if listener is None:
        return NOT_FOUND
    if request.sni and _listener(gateway, request, request.hostname) is not listener:
        return MISDIRECTED
    found = matching.find(objects.attached(gateway, listener), request)
    if found is None:
        return NOT_FOUND
    taken = _taken(found, objects, request, listener["port"], draw)
    return taken._replace(route=key_of(found.route))


def _listener(gateway: Object, request: Request, host: str) -> Object | None:
    """The listener with the most exact name that covers a host, on the request's port."""
    fitting = [
        one
        for one in gateway["spec"]["listeners"]
        if one["port"] == request.port and covers(one.get("hostname", ""), host.lower())
    ]
    return max(fitting, key=lambda one: rank(one.get("hostname", ""))) if fitting else None


def _taken(
    found: matching.Match, objects: Objects, request: Request, port: int, draw: Draw
) -> Answer:
    given = found.rule.get("filters") or []
    for one in given:
        if one["type"] == "RequestRedirect":
            status, place = filters.redirect(one["requestRedirect"], request, found.prefix, port)
            return Answer(status, redirect=place)
    home = key_of(found.route)[0]
    refs = found.rule.get("backendRefs") or []
    ref = _drawn(refs, draw)
    if ref is None or objects.backend_problem(home, ref):
        return NO_BACKEND
    own = ref.get("filters") or []
    seen = filters.changed([*given, *own], request, found.prefix)
    return Answer(
        200,
        *_share(home, ref)[:2],
        seen.path,
        seen.host,
        seen.headers,
        response=tuple(filters.response_modifiers([*given, *own])),
        shares=tuple(_share(home, one) for one in refs) if len(refs) > 1 else (),
    )


def _share(home: str, ref: Object) -> tuple[Key, int, int]:
    return (ref.get("namespace", home), ref["name"]), ref.get("port", 0), ref.get("weight", 1)


def _drawn(refs: list[Object], draw: Draw) -> Object | None:
    """One of the backends, by weight (1 where none is given)."""
    total = sum(one.get("weight", 1) for one in refs)
    if not total:
        return None
    at = draw(total) if len(refs) > 1 else 0
    for one in refs:
        at -= one.get("weight", 1)
        if at < 0:
            return one
    return None
