"""What kubectl writes to its standard error when something fails.

Source: kubectl `pkg/cmd/util/helpers.go` (checkErr, StandardErrorMessage), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kubelearn.api.errors import APIError, Invalid, Unauthorized
from kubelearn.api.kinds import NoKindMatch, NoResourceType

LOGIN = "error: You must be logged in to the server (Unauthorized)"
CLIENT_SIDE = (NoKindMatch, NoResourceType)
"""Errors that kubectl finds by itself."""


class UsageError(ValueError):
    """A command line that kubectl refuses before it asks anything."""


def stderr_text(error: Exception) -> str:
    """The lines that kubectl prints of an error."""
    if not isinstance(error, APIError) or isinstance(error, CLIENT_SIDE):
        return f"error: {error}"
    if isinstance(error, Unauthorized):
        return LOGIN
    if isinstance(error, Invalid) and error.details:
        return _invalid(error.details)
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {error.message}"


def _invalid(details: dict[str, object]) -> str:
    causes = details.get("causes") or []
    assert isinstance(causes, list)
    head = f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid: '
    texts = list(dict.fromkeys(map(_cause, causes)))
    if len(texts) == 1:
        return head + texts[0]
    return "\n".join([head, *(f"* {text}" for text in texts)])


def _cause(cause: dict[str, str]) -> str:
    return f"{cause['field']}: {cause['message']}" if cause.get("field") else cause["message"]


@contextmanager
def source(doing: str, file: str) -> Iterator[None]:
    """Say in what is refused inside what kubectl was doing: `error when creating "web.yaml"`."""
    try:
        yield
    except Invalid:
        raise  # it names its object itself
    except APIError as error:
        message = f'error when {doing} "{file}": {error.message}'
        raise type(error)(message, details=error.details) from None
