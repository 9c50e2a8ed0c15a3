"""`serviceaccounts/NAME/token`: a new token of an account.

Source: `pkg/registry/core/serviceaccount/storage/token.go`,
`pkg/apis/authentication/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api import tokens
from kubelearn.api.errors import APIError, Conflict, Invalid, NotFound
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.times import timestamp
from kubelearn.api.validation.field import FieldError, invalid
from kubelearn.server.body import read_small
from kubelearn.server.message import Request, Response
from kubelearn.server.options import write_options
from kubelearn.server.routes import Target
from kubelearn.sim.clock import SECOND

TOKEN_REQUEST: Final = Kind("authentication.k8s.io", "v1", "TokenRequest", "tokenrequests")
DEFAULT: Final = 3600
SHORTEST: Final = 600
BOUND_TO: Final = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def request_token(api: APIServer, target: Target, request: Request) -> Response:
    """A token of the account: 201 with the TokenRequest."""
    options = write_options(request, "CreateOptions")
    account = api.get("serviceaccounts", target.namespace, target.name)
    given, _ = read_small(request, TOKEN_REQUEST)
    spec = given.get("spec") or {}
    seconds = spec.get("expirationSeconds") or DEFAULT
    _check(seconds)
    bound = _bound(api, target.namespace, spec.get("boundObjectRef"))
    now = api.clock.now
    audiences = spec.get("audiences") or [tokens.ISSUER]
    token = tokens.issue(api, account, audiences, seconds, now, bound)
    body: Object = {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {
            "name": target.name,
            "namespace": target.namespace,
            "creationTimestamp": timestamp(now),
        },
        "spec": {
            "audiences": audiences,
            "expirationSeconds": seconds,
            "boundObjectRef": spec.get("boundObjectRef"),
        },
        "status": {
            "token": "" if options.dry_run else token,
            "expirationTimestamp": timestamp(now + seconds * SECOND),
        },
    }
    return Response(201, body)


def _check(seconds: int) -> None:
    path, errors = "spec.expirationSeconds", list[FieldError]()
    if seconds < SHORTEST:
        text = "may not specify a duration less than 10 minutes"
        errors.append(invalid(path, seconds, text))
    elif seconds > 1 << 32:
        errors.append(invalid(path, seconds, "may not specify a duration larger than 2^32 seconds"))
    if errors:
        raise Invalid.of("TokenRequest", "authentication.k8s.io", "", errors)


def _bound(api: APIServer, namespace: str, reference: Object | None) -> Object | None:
    """The object that the token is bound to."""
    if not reference:
        return None
    kind, name = reference.get("kind", ""), reference.get("name", "")
    if kind not in BOUND_TO:
        raise APIError(f'cannot bind token for serviceaccount to kind "{kind}"')
    resource = BOUND_TO[kind]
    found = api.find(resource, None if kind == "Node" else namespace, name)
    if found is None:
        raise NotFound.of(resource, name)
    uid = found["metadata"]["uid"]
    if reference.get("uid") not in (None, "", uid):
        detail = f"the UID in the bound object reference ({reference['uid']}) does not match the "
        raise Conflict.of(resource, name, f"{detail}UID in record ({uid})")
    return found
