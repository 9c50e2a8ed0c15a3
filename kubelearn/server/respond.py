"""The HTTP API as one function: a request in, a response out, no socket.

`respond(cluster, request)` answers what a kube-apiserver would answer, refusals included; it never
raises for a bad request. Everything that is not modelled yet is said so with a Status 501.

Source: apiserver `pkg/server/handler.go`, `pkg/endpoints/handlers`, Kubernetes 1.36.

Unlike the real one: every request is made by an administrator; users and RBAC rules, discovery,
OpenAPI and server-side apply are absent.
"""

from __future__ import annotations

from typing import Final, Protocol

from kubelearn.api.errors import APIError, NotImplementedYet
from kubelearn.api.server import APIServer
from kubelearn.server.failures import no_such_method, refusal
from kubelearn.server.message import Request, Response
from kubelearn.server.routes import ROUTES, Target, UnknownGroup, parse
from kubelearn.server.selection import flag
from kubelearn.server.verbs import VERBS

PLAIN: Final = "text/plain; charset=utf-8"
HEALTH: Final = ("/healthz", "/livez", "/readyz")
ADMINISTRATORS: Final = ("", "admin", "kubernetes-admin")


class HasAPI(Protocol):
    """A cluster, as far as this function needs one."""

    @property
    def api(self) -> APIServer:
        """Its API server."""


def respond(cluster: HasAPI, request: Request) -> Response:
    """What the API server of `cluster` answers to a request."""
    try:
        return _answer(cluster.api, request)
    except UnknownGroup:
        return Response(404, "404 page not found\n", content_type=PLAIN)
    except APIError as error:
        return refusal(error)


def _answer(api: APIServer, request: Request) -> Response:
    path = request.path.rstrip("/") or "/"
    if path in HEALTH:
        return Response(200, "ok", content_type=PLAIN)
    if request.user not in ADMINISTRATORS:
        raise NotImplementedYet(
            f"kubelearn does not know the user {request.user!r}: users and RBAC rules are not "
            "modelled yet"
        )
    if not path.startswith(("/api/", "/apis/")):
        return _outside(path)
    target = parse(path, api.kinds)
    return VERBS[_verb(target, request)](api, target, request)


def _verb(target: Target, request: Request) -> str:
    verb = ROUTES[target.place].get(request.method.upper())
    if verb is None:
        raise no_such_method()
    return "watch" if verb == "list" and flag(request.query, "watch") else verb


def _outside(path: str) -> Response:
    """Paths that are no resources."""
    if path.startswith(("/api", "/apis", "/openapi", "/version")):
        raise NotImplementedYet("kubelearn does not model discovery and OpenAPI over HTTP yet")
    raise UnknownGroup
