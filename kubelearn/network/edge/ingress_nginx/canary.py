"""Canaries: a second Ingress for the same host and path that takes a share of the requests.

Source: ingress-nginx 1.13 `rootfs/etc/nginx/lua/balancer.lua` (route_to_alternative_balancer):
header before cookie before weight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, key_of
from kubelearn.network.edge.ingress_nginx import locations
from kubelearn.network.edge.ingress_nginx.annotations import Annotations
from kubelearn.network.edge.ingress_nginx.sticky import cookies
from kubelearn.network.edge.proxies import Asked
from kubelearn.network.ingress import Found


def is_canary(ingress: Object) -> bool:
    """Whether an Ingress only takes a share of what another takes."""
    return Annotations(ingress).flag("canary")


class Choice(NamedTuple):
    """The backend of a request, and between which it was drawn by their weights, if it was."""

    found: Found
    shares: tuple[tuple[Found, int], ...] = ()


def chosen(ingresses: Sequence[Object], found: Found, asked: Asked) -> Choice:
    """The main backend or that of its canary in the same namespace."""
    for one in ingresses:
        if is_canary(one) and key_of(one)[0] == key_of(found.ingress)[0]:
            path = asked.request.path.partition("?")[0]
            other = locations.find([one], asked.request.host, path)
            if other is not None and (other.host, other.path) == (found.host, found.path):
                return _between(found, other, Annotations(one), asked)
    return Choice(found)


def _between(found: Found, other: Found, said: Annotations, asked: Asked) -> Choice:
    takes = _wants(said, asked)
    if takes is not None:
        return Choice(other if takes else found)
    # A total below a hundred counts as a hundred.
    total = max(100, said.number("canary-weight-total", 100))
    weight = max(0, min(total, said.number("canary-weight", 0)))
    takes = asked.draw(total, "canary") < weight
    return Choice(other if takes else found, ((found, total - weight), (other, weight)))


def _wants(said: Annotations, asked: Asked) -> bool | None:
    """What a header or cookie of the request decides; None = its weight does."""
    given = {name.lower(): value for name, value in asked.request.headers.items()}
    name = said.text("canary-by-header")
    if name and name.lower() in given:
        verdict = _by_header(said, given[name.lower()])
        if verdict is not None:
            return verdict
    cookie = cookies(asked).get(said.text("canary-by-cookie"), "")
    return ALWAYS.get(cookie)


ALWAYS = {"always": True, "never": False}
"""What the value of a header or cookie decides."""


def _by_header(said: Annotations, value: str) -> bool | None:
    wanted, pattern = said.text("canary-by-header-value"), said.text("canary-by-header-pattern")
    if wanted:
        return True if value == wanted else None
    if pattern:
        try:
            return True if re.search(pattern, value) else None
        except re.error:
            return False
    return ALWAYS.get(value)
