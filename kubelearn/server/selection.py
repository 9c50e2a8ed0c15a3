"""Which objects of a collection a request means, and the rules of its list options.

Source: apimachinery `pkg/apis/meta/internalversion/validation/validation.go`, apiserver
`pkg/storage/interfaces.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kubelearn.api import field_selectors, selectors
from kubelearn.api.errors import APIError, BadRequest
from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.selector_text import SelectorError
from kubelearn.api.validation.field import FieldError, forbidden, not_supported
from kubelearn.server.failures import invalid_options
from kubelearn.server.parameters import whole

MATCH: Final = "resourceVersionMatch"
NOT_OLDER: Final = "NotOlderThan"
NUMBERS: Final = ("timeoutSeconds", "limit")
"""Options of a list or watch that are whole numbers."""


def matcher(kind: Kind, query: Mapping[str, str]) -> Callable[[Object], bool]:
    """A test for the label and field selector of a request; BadRequest if one is broken."""
    try:
        labels = selectors.parse(query.get("labelSelector", ""))
        fields = field_selectors.parse_fields(query.get("fieldSelector", ""), kind.resource)
    except SelectorError as error:
        raise BadRequest(str(error)) from None

    if not (query.get("labelSelector") or query.get("fieldSelector")):
        return _everything

    def matches(obj: Object) -> bool:
        return labels.matches(obj["metadata"].get("labels") or {}) and fields.matches(obj)

    return matches


def _everything(_obj: Object) -> bool:
    return True


def revision_of(query: Mapping[str, str], *, watch: bool = False) -> int:
    """The `resourceVersion` of a list or watch as a number; 0 when it is not given."""
    text = query.get("resourceVersion", "")
    if not text:
        return 0
    if text.isascii() and text.isdigit():
        return int(text)
    detail = (
        f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": '
        "invalid syntax"
    )
    if watch:
        raise APIError(detail)
    raise BadRequest(f"invalid resource version: {detail}")


def check_list_options(query: Mapping[str, str], *, watch: bool = False) -> None:
    """Invalid when the options of a list or watch do not go together; BadRequest if unreadable."""
    for name in NUMBERS:
        whole(query, name)
    errors = _watch_errors(query) if watch else _list_errors(query)
    if errors:
        raise invalid_options("ListOptions", errors)


def _list_errors(query: Mapping[str, str]) -> list[FieldError]:
    errors = []
    if "sendInitialEvents" in query:
        text = "sendInitialEvents is forbidden for list"
        errors.append(forbidden("sendInitialEvents", text))
    match = query.get(MATCH, "")
    if not match:
        return errors
    version = query.get("resourceVersion", "")
    if not version:
        text = f"{MATCH} is forbidden unless resourceVersion is provided"
        errors.append(forbidden(MATCH, text))
    if query.get("continue"):
        errors.append(forbidden(MATCH, f"{MATCH} is forbidden when continue is provided"))
    if match not in ("Exact", NOT_OLDER):
        errors.append(not_supported(MATCH, match, ["Exact", NOT_OLDER, ""]))
    if match == "Exact" and version == "0":
        text = f'{MATCH} "exact" is forbidden for resourceVersion "0"'
        errors.append(forbidden(MATCH, text))
    return errors


def _watch_errors(query: Mapping[str, str]) -> list[FieldError]:
    match, errors = query.get(MATCH, ""), []
    if "sendInitialEvents" not in query:
        if match:
            text = f"{MATCH} is forbidden for watch unless sendInitialEvents is provided"
            errors.append(forbidden(MATCH, text))
        return errors
    if match != NOT_OLDER:
        text = f"sendInitialEvents requires setting {MATCH} to {NOT_OLDER}"
        errors.append(forbidden(MATCH, text))
        if match:
            errors.append(not_supported(MATCH, match, [NOT_OLDER]))
    return errors
