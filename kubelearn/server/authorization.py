"""From a request to what it asks for, and the refusal when RBAC does not allow it.

Source: apiserver `pkg/endpoints/request/requestinfo.go`, `pkg/endpoints/filters/authorization.go`,
`pkg/endpoints/handlers/responsewriters/errors.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelearn.api.errors import Forbidden, Unauthorized
from kubelearn.api.rbac.attributes import (
    ADMINISTRATOR,
    ANONYMOUS,
    AUTHENTICATED,
    Attributes,
    User,
)
from kubelearn.api.rbac.authorizer import authorize
from kubelearn.api.server import APIServer
from kubelearn.server.message import Request
from kubelearn.server.parameters import flag

ADMINISTRATORS: Final = ("", "admin", ADMINISTRATOR.name)
NAMESPACE_PARTS: Final = ("status", "finalize")
VERBS: Final[Mapping[str, str]] = {
    "POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch",
    "DELETE": "delete",
}  # fmt: skip


def user_of(request: Request) -> User:
    """Who makes a request; Unauthorized when nobody knows its credentials."""
    if request.user is None:
        raise Unauthorized("Unauthorized")
    if request.user in ADMINISTRATORS:
        return ADMINISTRATOR
    if request.user == ANONYMOUS.name:
        return ANONYMOUS
    known = () if AUTHENTICATED in request.groups else (AUTHENTICATED,)
    return User(request.user, request.groups + known, request.uid)


def attributes_of(request: Request) -> Attributes:
    """What a request asks for."""
    path = request.path.rstrip("/") or "/"
    words = path.strip("/").split("/")
    start = {"api": 2, "apis": 3}.get(words[0], 0)
    if not start or len(words) <= start:
        return Attributes(request.method.lower(), path=path)
    group = words[1] if words[0] == "apis" else ""
    return _of_resource(request, group, words[start:])


def _of_resource(request: Request, group: str, words: list[str]) -> Attributes:
    namespace = ""
    if words[0] == "namespaces" and len(words) > 1:
        namespace = words[1]
        if len(words) > 2 and words[2] not in NAMESPACE_PARTS:
            words = words[2:]
    resource, name, subresource = (*words, "", "")[:3]
    verb = VERBS.get(request.method.upper(), request.method.lower())
    if not name and verb == "get":
        verb = "watch" if flag(request.query, "watch") else "list"
    if not name and verb == "delete":
        verb = "deletecollection"
    return Attributes(verb, group, resource, subresource, name, namespace)


def check(api: APIServer, request: Request) -> User:
    """Who asks; Forbidden when she may not do that."""
    return check_attributes(api, request, attributes_of(request))


def check_attributes(api: APIServer, request: Request, asked: Attributes) -> User:
    """Who asks; Forbidden when she may not do what is asked for."""
    user = user_of(request)
    decision = authorize(api, user, asked)
    if not decision.allowed:
        raise _refused(user, asked, decision.reason)
    return user


def _refused(user: User, asked: Attributes, reason: str) -> Forbidden:
    if asked.path:
        text = f'forbidden: User "{user.name}" cannot {asked.verb} path "{asked.path}"'
        return Forbidden(f"{text}: {reason}" if reason else text, details={})
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    text = (
        f'User "{user.name}" cannot {asked.verb} resource "{asked.full_resource}" '
        f'in API group "{asked.group}" {where}'
    )
    resource = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    return Forbidden.of(resource, asked.name, f"{text}: {reason}" if reason else text)
