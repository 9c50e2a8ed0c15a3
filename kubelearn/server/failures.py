"""Refusals that only the HTTP side of the API server knows, and answers that are a Status.

Source: apimachinery `pkg/api/errors/errors.go`, apiserver
`pkg/endpoints/handlers/negotiation/errors.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, Final

from kubelearn.api.errors import APIError, Invalid, MethodNotAllowed, NotFound
from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError
from kubelearn.server.message import Response

BODY_TYPES: Final = "application/json, application/yaml, application/vnd.kubernetes.protobuf"


class NotAcceptable(APIError):
    """None of the types that the client accepts can be made."""

    code = 406
    reason = "NotAcceptable"


class Timeout(APIError):
    """The server did not get to where the client wants it in time."""

    code = 504
    reason = "Timeout"


class EntityTooLarge(APIError):
    """The body is longer than any that is read."""

    code = 413
    reason = "RequestEntityTooLarge"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Request entity too large: limit is {limit}")


def no_such_path() -> NotFound:
    """A resource, version or subresource that is not served."""
    return NotFound("the server could not find the requested resource", details={})


def no_such_method() -> MethodNotAllowed:
    """A verb that the resource does not have."""
    text = "the server does not allow this method on the requested resource"
    return MethodNotAllowed(text, details={})


def not_acceptable() -> NotAcceptable:
    """None of the accepted types is known to this resource."""
    return NotAcceptable(f"only the following media types are accepted: {BODY_TYPES}")


def unknown_media_type() -> NotAcceptable:
    """The Accept header names nothing that any resource offers."""
    streams = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
    text = f"406: Not Acceptable\n\nAvailable representations: {BODY_TYPES}, {streams}"
    return NotAcceptable(text, details={})


def invalid_options(kind: str, errors: list[FieldError]) -> Invalid:
    """Options of a request (`CreateOptions`, `ListOptions` ...) that break rules."""
    return Invalid.of(kind, "meta.k8s.io", "", errors)


def refusal(error: APIError, warnings: list[str] | None = None) -> Response:
    """The answer that a refusal becomes."""
    retry = (error.details or {}).get("retryAfterSeconds", "")
    return Response(error.code, error.status(), warnings or [], retry_after=str(retry))


def success(**details: Any) -> Object:
    """The Status of something that worked; `details` says about what."""
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return {**status, "details": details} if details else {**status, "code": 201}
