"""Reviews: may I, may she, what may I, who am I? Answers that are stored nowhere.

Source: `pkg/registry/authorization`, `pkg/registry/authentication`, Kubernetes 1.36.

Unlike the real one: a TokenReview knows the tokens of service accounts of this cluster only, and
nothing is told of users beyond name, UID and groups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kubelearn.api import json_text, tokens
from kubelearn.api.errors import BadRequest
from kubelearn.api.objects import Object
from kubelearn.api.rbac.attributes import Attributes, User
from kubelearn.api.rbac.authorizer import authorize, granted_to
from kubelearn.api.server import APIServer
from kubelearn.server.authorization import user_of
from kubelearn.server.message import Request, Response

Review = Callable[[APIServer, User, Object, str], Object]


def _access(api: APIServer, user: User, spec: Object) -> Object:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) == (path is None):
        raise BadRequest("exactly one of nonResourceAttributes or resourceAttributes must be given")
    if resource is not None:
        names = ("verb", "group", "resource", "subresource", "name", "namespace")
        asked = Attributes(**{name: resource.get(name, "") for name in names})
    else:
        asked = Attributes(path.get("verb", ""), path=path.get("path", ""))  # type: ignore[union-attr]
    decision = authorize(api, user, asked)
    found: Object = {"allowed": decision.allowed}
    return {**found, "reason": decision.reason} if decision.reason else found


def _self(api: APIServer, user: User, spec: Object, _namespace: str) -> Object:
    return _access(api, user, spec)


def _other(api: APIServer, _user: User, spec: Object, _namespace: str) -> Object:
    other = User(spec.get("user", ""), tuple(spec.get("groups") or ()))
    return _access(api, other, spec)


def _rules(api: APIServer, user: User, spec: Object, _namespace: str) -> Object:
    rules = [one.rule for one in granted_to(api, user, spec.get("namespace", ""), [])]
    return {
        "resourceRules": [rule for rule in rules if "resources" in rule],
        "nonResourceRules": [rule for rule in rules if "nonResourceURLs" in rule],
        "incomplete": False,
    }


def _whoami(_api: APIServer, user: User, _spec: Object, _namespace: str) -> Object:
    return {"userInfo": _info(user)}


def _info(user: User) -> Object:
    uid = {"uid": user.uid} if user.uid else {}
    return {"username": user.name, **uid, "groups": list(user.groups)}


def _token(api: APIServer, _user: User, spec: Object, _namespace: str) -> Object:
    found = tokens.authenticated(api, spec.get("token", ""))
    if found is None:
        return {"user": {}, "error": "[invalid bearer token]"}
    return {"authenticated": True, "user": _info(found), "audiences": [tokens.ISSUER]}


REVIEWS: Final[dict[tuple[str, str], Review]] = {
    ("authorization.k8s.io", "selfsubjectaccessreviews"): _self,
    ("authorization.k8s.io", "subjectaccessreviews"): _other,
    ("authorization.k8s.io", "localsubjectaccessreviews"): _other,
    ("authorization.k8s.io", "selfsubjectrulesreviews"): _rules,
    ("authentication.k8s.io", "selfsubjectreviews"): _whoami,
    ("authentication.k8s.io", "tokenreviews"): _token,
}
"""(group, resource) → what fills in the status."""


def review_at(asked: Attributes) -> Review | None:
    """The review that a request asks for."""
    return REVIEWS.get((asked.group, asked.resource)) if asked.verb == "create" else None


def answer(api: APIServer, request: Request, asked: Attributes, review: Review) -> Response:
    """201 with the review and its status."""
    body: Any = request.body
    if isinstance(body, (bytes, str)):
        try:
            body = json_text.parse(body.decode() if isinstance(body, bytes) else body)
        except (json_text.JSONError, UnicodeDecodeError) as error:
            raise BadRequest(str(error)) from None
    if not isinstance(body, dict):
        raise BadRequest("the body of a review is a JSON object")
    given = body.get("metadata") or {}
    metadata = {name: value for name, value in given.items() if name in ("name", "namespace")}
    spec = body.get("spec") or {}
    status = review(api, user_of(request), spec, asked.namespace)
    head = {"kind": body.get("kind", ""), "apiVersion": body.get("apiVersion", "")}
    return Response(201, {**head, "metadata": metadata, "spec": spec, "status": status})
