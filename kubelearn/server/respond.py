"""The HTTP API as one function: a request in, a response out, no socket.

`respond(cluster, request)` answers what a kube-apiserver would answer, refusals included; it never
raises for a bad request. Everything that is not modelled yet is said so with a Status 501.

Source: apiserver `pkg/server/handler.go`, `pkg/endpoints/handlers`, Kubernetes 1.36.

Unlike the real one: who asks is said with the request; whoever sends it has looked at tokens, and
there are no certificates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol, cast

from kubelearn.api.errors import APIError
from kubelearn.api.server import APIServer
from kubelearn.server import metrics
from kubelearn.server.authorization import attributes_of, check
from kubelearn.server.documents import document_at
from kubelearn.server.failures import no_such_method, refusal
from kubelearn.server.message import JSON, PLAIN, SAFE, Request, Response
from kubelearn.server.negotiation import PROTOBUF
from kubelearn.server.parameters import flag
from kubelearn.server.protobuf import decode_request
from kubelearn.server.reviews import answer as answer_review
from kubelearn.server.reviews import review_at
from kubelearn.server.routes import ROUTES, Target, UnknownGroup, parse
from kubelearn.server.served import versions
from kubelearn.server.verbs import LIVE_VERBS, VERBS
from kubelearn.world import World
from kubelearn.world.execute import ContainerNotFound

HEALTH: Final = ("/healthz", "/livez", "/readyz")
DEPRECATED: Final = {
    "endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
}
"""What every request for a resource is warned about."""


class HasAPI(Protocol):
    """A cluster, as far as this function needs one."""

    @property
    def api(self) -> APIServer:
        """Its API server."""


def respond(cluster: HasAPI, request: Request) -> Response:
    """What the API server of `cluster` answers to a request."""
    try:
        return _answer(cluster, _readable(request))
    except UnknownGroup:
        return Response(404, "404 page not found\n", content_type=PLAIN)
    except ContainerNotFound as error:
        return Response(error.code, str(error), content_type=PLAIN)
    except APIError as error:
        return refusal(error)


def is_command(request: Request) -> bool:
    """Whether a request may change what is stored, and so belongs into the journal as a whole.

    What is passed on to a pod stands there by itself, as every modelled request does.
    """
    return request.method not in SAFE and attributes_of(request).subresource != "proxy"


def _readable(request: Request) -> Request:
    """The request with a protobuf body as the object that it stands for."""
    if not isinstance(request.body, bytes) or not request.content_type.startswith(PROTOBUF):
        return request
    return replace(request, body=decode_request(request.body), content_type=JSON)


def _answer(cluster: HasAPI, request: Request) -> Response:
    api = cluster.api
    path = request.path.rstrip("/") or "/"
    if path in HEALTH:
        return Response(200, "ok", content_type=PLAIN)
    check(api, request)
    asked = attributes_of(request)
    review = review_at(asked)
    if review is not None:
        return answer_review(api, request, asked, review)
    document = document_at(path)
    if document is not None:
        function, words = document
        return function(api, request, words)
    if not path.startswith(("/api/", "/apis/")):
        raise UnknownGroup
    if path.startswith(metrics.PREFIX) and versions(api, "metrics.k8s.io"):
        return metrics.measured(cast("World", cluster), request)
    target = parse(path, api.kinds)
    verb = _verb(target, request)
    if verb in LIVE_VERBS:
        return LIVE_VERBS[verb](cast("World", cluster), target, request)
    response = VERBS[verb](api, target, request)
    if target.kind.resource in DEPRECATED:
        response.warnings.insert(0, DEPRECATED[target.kind.resource])
    return response


def _verb(target: Target, request: Request) -> str:
    verb = ROUTES[target.place].get(request.method.upper())
    if verb is None:
        raise no_such_method()
    return "watch" if verb == "list" and flag(request.query, "watch") else verb
