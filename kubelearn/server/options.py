"""The query parameters of a write, checked as the API server checks them.

Source: apimachinery `pkg/apis/meta/v1/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kubelearn.api.validation.field import (
    FieldError,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from kubelearn.server.failures import invalid_options
from kubelearn.server.message import Request

VALIDATIONS: Final = ("", "Ignore", "Strict", "Warn")
MANAGER_LENGTH: Final = 128
APPLY: Final = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What the query of a POST, PUT or PATCH asks for."""

    dry_run: bool = False
    field_validation: str = "Warn"
    manager: str = ""


def write_options(request: Request, kind: str) -> WriteOptions:
    """The options of a write; `kind` is "CreateOptions", "UpdateOptions" or "PatchOptions"."""
    query = request.query
    errors = [*_patch_errors(request, kind), *_common_errors(query)]
    if errors:
        raise invalid_options(kind, errors)
    return WriteOptions(
        dry_run=query.get("dryRun") == "All",
        field_validation=query.get("fieldValidation") or "Warn",
        manager=query.get("fieldManager") or _agent(request.user_agent),
    )


def _agent(user_agent: str) -> str:
    """The field manager of a client that names none: the start of its User-Agent."""
    return (user_agent or "unknown").partition("/")[0][:MANAGER_LENGTH]


def _common_errors(query: Mapping[str, str]) -> list[FieldError]:
    errors = []
    manager = query.get("fieldManager", "")
    if len(manager.encode()) > MANAGER_LENGTH:
        errors.append(too_long("fieldManager", manager, MANAGER_LENGTH))
    errors += _unprintable(manager)
    if query.get("dryRun", "All") not in ("All", ""):
        errors.append(not_supported("dryRun", Listed(query["dryRun"]), ["All"]))
    validation = query.get("fieldValidation", "")
    if validation not in VALIDATIONS:
        errors.append(not_supported("fieldValidation", validation, VALIDATIONS))
    return errors


def _unprintable(manager: str) -> Iterator[FieldError]:
    place = 0
    for letter in manager:
        if not letter.isprintable():
            text = f"invalid character U+{ord(letter):04X} (at position {place})"
            yield invalid("fieldManager", manager, text)
        place += len(letter.encode())


class Listed(list[str]):
    """A text that Go holds as a list of one."""

    def __init__(self, text: str) -> None:
        super().__init__([text])


def _patch_errors(request: Request, kind: str) -> list[FieldError]:
    if kind != "PatchOptions":
        return []
    if request.content_type.startswith(APPLY):
        manager = request.query.get("fieldManager")
        return [] if manager else [required("fieldManager", "is required for apply patch")]
    if "force" in request.query:
        return [forbidden("force", "may not be specified for non-apply patch")]
    return []
