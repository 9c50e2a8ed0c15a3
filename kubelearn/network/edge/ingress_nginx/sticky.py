"""Session affinity by a cookie: the same endpoint for as long as it is there.

Source: ingress-nginx 1.13 `rootfs/etc/nginx/lua/balancer/sticky.lua`,
`internal/ingress/annotations/sessionaffinity`.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.network.edge.ingress_nginx.annotations import Annotations
from kubelearn.network.edge.proxies import Asked
from kubelearn.traffic.cookies import cookies as read

COOKIE = "INGRESSCOOKIE"


class Held(NamedTuple):
    """What binds a client to an endpoint."""

    number: int
    new: bool
    """Whether the client has to be told."""


def cookies(asked: Asked) -> dict[str, str]:
    """The cookies of a request."""
    return read(asked.request.headers)


def sticky(said: Annotations, asked: Asked) -> Held:
    """The number in the client's cookie, or a new one."""
    value = cookies(asked).get(said.text("session-cookie-name", COOKIE), "")
    try:
        return Held(int(value, 16), new=False)
    except ValueError:
        return Held(asked.draw(1 << 32, "cookie"), new=True)


def cookie_of(said: Annotations, held: Held) -> str:
    """The Set-Cookie header."""
    name, path = said.text("session-cookie-name", COOKIE), said.text("session-cookie-path", "/")
    age = said.text("session-cookie-max-age")
    life = f"; Max-Age={age}" if age else ""
    return f"{name}={held.number:08x}{life}; Path={path}; HttpOnly"
