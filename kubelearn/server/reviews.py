"""Reviews: may I, may she, what may I, who am I? Answers that are stored nowhere.

Source: `pkg/registry/authorization`, `pkg/registry/authentication`, Kubernetes 1.36.

Unlike the real one: a TokenReview knows the tokens of service accounts of this cluster only, and
nothing is told of users beyond name, UID and groups.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kubelearn.api import json_text, tokens
from kubelearn.api.errors import BadRequest, Invalid
from kubelearn.api.objects import Object
from kubelearn.api.rbac.attributes import Attributes, User
from kubelearn.api.rbac.authorizer import authorize, granted_to
from kubelearn.api.server import APIServer
from kubelearn.api.validation.field import FieldError, invalid
from kubelearn.server.authorization import user_of
from kubelearn.server.message import Request, Response

Review = Callable[[APIServer, User, Object, str], Object]


def _access(api: APIServer, user: User, spec: Object) -> Object:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None:
        names = ("verb", "group", "resource", "subresource", "name", "namespace")
        asked = Attributes(**{name: resource.get(name, "") for name in names})
    else:
        asked = Attributes(path.get("verb", ""), path=path.get("path", ""))  # type: ignore[union-attr]
    decision = authorize(api, user, asked)
    found: Object = {"allowed": decision.allowed}
    return {**found, "reason": decision.reason} if decision.reason else found


def _asked_errors(spec: Object) -> list[FieldError]:
    """What is asked about is one thing."""
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and path is not None:
        detail = "cannot be specified in combination with resourceAttributes"
        return [invalid("spec.nonResourceAttributes", _internal(path), detail)]
    if resource is None and path is None:
        detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [invalid("spec.resourceAttributes", None, detail)]
    return []


def _internal(path: Object) -> Object:
    """A path as the server's own struct shows it."""
    return {"Path": path.get("path", ""), "Verb": path.get("verb", "")}


def _subject_errors(spec: Object) -> list[FieldError]:
    if spec.get("user") or spec.get("groups"):
        return []
    detail = "at least one of user or group must be specified"
    return [invalid("spec.user", spec.get("user", ""), detail)]


def _refuse(errors: list[FieldError]) -> None:
    """Invalid for a review, which has no name and at this point no kind either."""
    if errors:
        raise Invalid.of("", "authorization.k8s.io", "", errors)


def _self(api: APIServer, user: User, spec: Object, _namespace: str) -> Object:
    _refuse(_asked_errors(spec))
    return _access(api, user, spec)


def _local(api: APIServer, user: User, spec: Object, namespace: str) -> Object:
    errors = [*_asked_errors(spec), *_subject_errors(spec)]
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if resource is not None and resource.get("namespace", "") != namespace:
        given, place = resource.get("namespace", ""), "spec.resourceAttributes.namespace"
        errors.append(invalid(place, given, "must match metadata.namespace"))
    if path is not None:
        detail = "disallowed on this kind of request"
        errors.append(invalid("spec.nonResourceAttributes", _internal(path), detail))
    _refuse(errors)
    return _other(api, user, spec, namespace)


def _other(api: APIServer, _user: User, spec: Object, _namespace: str) -> Object:
    _refuse([*_asked_errors(spec), *_subject_errors(spec)])
    other = User(spec.get("user", ""), tuple(spec.get("groups") or ()))
    return _access(api, other, spec)


def _rules(api: APIServer, user: User, spec: Object, _namespace: str) -> Object:
    namespace = spec.get("namespace", "")
    if not namespace:
        raise BadRequest("no namespace on request")
    rules = [one.rule for one in granted_to(api, user, namespace, [])]
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
    if not spec.get("token"):
        raise BadRequest("token is required for TokenReview in authentication")
    found = tokens.authenticated(api, spec["token"])
    if found is None:
        return {"user": {}, "error": "[invalid bearer token]"}
    return {"authenticated": True, "user": _info(found), "audiences": [tokens.ISSUER]}


REVIEWS: Final[dict[tuple[str, str], Review]] = {
    ("authorization.k8s.io", "selfsubjectaccessreviews"): _self,
    ("authorization.k8s.io", "subjectaccessreviews"): _other,
    ("authorization.k8s.io", "localsubjectaccessreviews"): _local,
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
    if asked.resource == "localsubjectaccessreviews":
        metadata["namespace"] = asked.namespace
    spec = body.get("spec") or {}
    status = review(api, user_of(request), spec, asked.namespace)
    head = {"kind": body.get("kind", ""), "apiVersion": body.get("apiVersion", "")}
    return Response(201, {**head, "metadata": metadata, "spec": spec, "status": status})
