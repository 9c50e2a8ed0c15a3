"""The refusals of the API server, a tree that mirrors the wire.

    APIError
    ├── BadRequest 400 ├── Unauthorized 401 ├── Forbidden 403 ├── NotFound 404
    ├── MethodNotAllowed 405 ├── AlreadyExists 409 ├── Conflict 409 ├── Expired 410
    ├── UnsupportedMediaType 415 ├── Invalid 422 ├── TooManyRequests 429
    ├── InternalError 500 └── NotImplementedYet 501

`str(error)` is the message of the Status that a real API server sends
(apimachinery `pkg/api/errors/errors.go`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol


class FieldCause(Protocol):
    """One refused field, as `kubelearn.api.validation.field.FieldError` is."""

    @property
    def field(self) -> str:
        """Path of the field, such as `spec.replicas`."""

    @property
    def reason(self) -> str:
        """Reason of the wire, such as `FieldValueInvalid`."""

    @property
    def body(self) -> str:
        """The text without the path."""


class APIError(Exception):
    """A request was refused; `code` and `reason` are those of the wire."""

    code: ClassVar[int] = 500
    reason: ClassVar[str] = ""
    document: int | None = None
    """Which of several objects given at once was refused, from 0."""
    field: str = ""
    """The path of what was refused, where neither message nor details name it."""

    def __init__(self, message: str, *, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def status(self) -> dict[str, Any]:
        """The `Status` object that goes over the wire."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        return {**status, "code": self.code}


class BadRequest(APIError):
    """The request cannot be read."""

    code = 400
    reason = "BadRequest"


class Unauthorized(APIError):
    """Nobody knows who asks."""

    code = 401
    reason = "Unauthorized"


class Forbidden(APIError):
    """Whoever asks may not do that, or admission refuses it."""

    code = 403
    reason = "Forbidden"

    @classmethod
    def of(cls, resource: str, name: str, detail: str) -> Forbidden:
        """`pods "web" is forbidden: ...`; without a name `pods is forbidden: ...`."""
        quoted = f'{resource} "{name}"' if name else resource
        return cls(f"{quoted} is forbidden: {detail}", details=details_of(resource, name))


class NotFound(APIError):
    """There is no such object."""

    code = 404
    reason = "NotFound"

    @classmethod
    def of(cls, resource: str, name: str) -> NotFound:
        """`deployments.apps "web" not found`."""
        return cls(f'{resource} "{name}" not found', details=details_of(resource, name))


class MethodNotAllowed(APIError):
    """The resource does not know this verb."""

    code = 405
    reason = "MethodNotAllowed"


class AlreadyExists(APIError):
    """An object of this name is there."""

    code = 409
    reason = "AlreadyExists"

    @classmethod
    def of(cls, resource: str, name: str) -> AlreadyExists:
        """`configmaps "c" already exists`."""
        return cls(f'{resource} "{name}" already exists', details=details_of(resource, name))


class Conflict(APIError):
    """The object has changed since it was read, or a precondition fails."""

    code = 409
    reason = "Conflict"

    @classmethod
    def of(cls, resource: str, name: str, detail: str) -> Conflict:
        """`Operation cannot be fulfilled on configmaps "c": ...`."""
        message = f'Operation cannot be fulfilled on {resource} "{name}": {detail}'
        return cls(message, details=details_of(resource, name))

    @classmethod
    def modified(cls, resource: str, name: str) -> Conflict:
        """The optimistic lock failed."""
        return cls.of(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and "
            "try again",
        )


class Expired(APIError):
    """The asked revision has been compacted away."""

    code = 410
    reason = "Expired"


class UnsupportedMediaType(APIError):
    """The body has a type that this server does not read."""

    code = 415
    reason = "UnsupportedMediaType"


class Invalid(APIError):
    """The object breaks rules of its kind; each broken rule is a cause with its field path."""

    code = 422
    reason = "Invalid"

    @classmethod
    def of(cls, kind: str, group: str, name: str, errors: Sequence[FieldCause]) -> Invalid:
        """`Deployment.apps "web" is invalid: spec.replicas: Invalid value: ...`."""
        texts = list(dict.fromkeys(f"{error.field}: {error.body}" for error in errors))
        qualified = f"{kind}.{group}" if group else kind
        listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        details: dict[str, Any] = {"name": name, "group": group, "kind": kind}
        details = {key: value for key, value in details.items() if value}
        details["causes"] = [
            {"reason": error.reason, "message": error.body, "field": error.field}
            for error in errors
        ]
        return cls(f'{qualified} "{name}" is invalid: {listed}', details=details)


class TooManyRequests(APIError):
    """Not now: a disruption budget, or too much load."""

    code = 429
    reason = "TooManyRequests"


class InternalError(APIError):
    """The server could not do what it should."""

    code = 500
    reason = "InternalError"

    @classmethod
    def of(cls, detail: str) -> InternalError:
        """`Internal error occurred: ...`, with the detail as its only cause."""
        return cls(f"Internal error occurred: {detail}", details={"causes": [{"message": detail}]})


class ServiceUnavailable(APIError):
    """Nobody is there who could answer."""

    code = 503
    reason = "ServiceUnavailable"


class NotImplementedYet(APIError):
    """kubelearn does not model this (yet), and says so instead of guessing."""

    code = 501
    reason = "NotImplemented"


KNOWN: tuple[type[APIError], ...] = (
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    AlreadyExists,
    Conflict,
    Expired,
    UnsupportedMediaType,
    Invalid,
    TooManyRequests,
    InternalError,
    ServiceUnavailable,
    NotImplementedYet,
)
"""The refusals that a client tells apart by their reason."""


def error_of(body: Any, code: int) -> APIError:
    """The refusal that an answer stands for: the body is a Status, or a text."""
    if not isinstance(body, dict):
        body = {"message": str(body).strip(), "reason": NotFound.reason if code == 404 else ""}
    kinds = {kind.reason: kind for kind in KNOWN}
    kind = kinds.get(body.get("reason", ""), APIError)
    return kind(body.get("message", ""), details=body.get("details"))


def details_of(resource: str, name: str = "") -> dict[str, Any]:
    """The `details` of a Status about an object of `resource` ("deployments.apps")."""
    plural, _, group = resource.partition(".")
    pairs = {"name": name, "group": group, "kind": plural}
    return {key: value for key, value in pairs.items() if value}
