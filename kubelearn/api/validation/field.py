"""What is wrong with one field of an object, in the API server's own words.

A rule returns a list of `FieldError`; the list becomes the `message` and the `details.causes` of a
`Status` with reason Invalid. Paths are plain text (`spec.containers[0].name`), built with `child`,
`index` and `key`.

Source: `apimachinery/pkg/util/validation/field/errors.go` and `path.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

REASONS: Final[dict[str, str]] = {
    "Required value": "FieldValueRequired",
    "Invalid value": "FieldValueInvalid",
    "Unsupported value": "FieldValueNotSupported",
    "Forbidden": "FieldValueForbidden",
    "Duplicate value": "FieldValueDuplicate",
    "Too long": "FieldValueTooLong",
    "Too many": "FieldValueTooMany",
    "Not found": "FieldValueNotFound",
    "Internal error": "InternalError",
    "Invalid type": "FieldValueTypeInvalid",
}
"""The `reason` of a cause for each type of error."""

WITHOUT_VALUE: Final = frozenset({"Required value", "Forbidden", "Too long", "Internal error"})
"""Types whose text never shows the value."""

_PRINTED: Final = {"Invalid type": "Invalid value"}
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
    "\t": "\\t", "\v": "\\v",
}  # fmt: skip


class Verbatim(str):
    """A value that is printed as it stands, without quotes (Go's `fmt.Stringer`)."""

    __slots__ = ()


class _Omitted:
    """Stands for a value that is not shown."""

    def __repr__(self) -> str:
        return "OMITTED"


OMITTED: Final = _Omitted()
"""Given as the value, it leaves the value out of the text."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One broken rule: its type, the field's path, the value, and what is wanted."""

    type: str
    field: str
    value: Any
    detail: str

    @property
    def reason(self) -> str:
        """The machine-readable reason of the cause, such as `FieldValueInvalid`."""
        return REASONS[self.type]

    @property
    def body(self) -> str:
        """The text without the path: `Invalid value: -1: must be greater than zero`."""
        text = _PRINTED.get(self.type, self.type)
        if self.type not in WITHOUT_VALUE and self.value is not OMITTED:
            text = f"{text}: {show(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text

    def __str__(self) -> str:
        return f"{self.field}: {self.body}"


def show(value: Any) -> str:
    """A value as Go prints it: text quoted, numbers plain, structures as JSON.

    A dict is written in its own order: give structs in the order of their fields, maps sorted.
    """
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    return go_json(value)


def go_json(value: Any) -> str:
    """JSON as Go's `json.Marshal` writes it: no spaces, `<`, `>` and `&` escaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def quote(text: str) -> str:
    """Text as Go's `%q` writes it."""
    return '"' + "".join(_quoted(character) for character in text) + '"'


def _quoted(character: str) -> str:
    escape = _ESCAPES.get(character)
    if escape is not None:
        return escape
    if character == " " or (character.isprintable() and not character.isspace()):
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def child(path: str, *names: str) -> str:
    """The path of a field inside `path`: `child("spec", "os")` is `spec.os`."""
    return ".".join((path, *names)) if path else ".".join(names)


def index(path: str, position: int) -> str:
    """The path of a list element: `spec.containers[0]`."""
    return f"{path}[{position}]"


def key(path: str, name: str) -> str:
    """The path of a map entry: `metadata.labels[app]`."""
    return f"{path}[{name}]"


def required(path: str, detail: str = "") -> FieldError:
    """The field must be given."""
    return FieldError("Required value", path, "", detail)


def invalid(path: str, value: Any, detail: str) -> FieldError:
    """The value has the wrong form or range."""
    return FieldError("Invalid value", path, value, detail)


def invalid_type(path: str, value: Any, detail: str) -> FieldError:
    """The value has another type than the schema says."""
    return FieldError("Invalid type", path, value, detail)


def not_supported(path: str, value: Any, allowed: Iterable[str]) -> FieldError:
    """The value is not one of `allowed`, which are shown in the order given."""
    choices = ", ".join(quote(choice) for choice in allowed)
    return FieldError(
        "Unsupported value", path, value, f"supported values: {choices}" if choices else ""
    )


def forbidden(path: str, detail: str) -> FieldError:
    """The field may not be given under these conditions."""
    return FieldError("Forbidden", path, "", detail)


def duplicate(path: str, value: Any) -> FieldError:
    """The value must be unique and is there twice."""
    return FieldError("Duplicate value", path, value, "")


def too_long(path: str, value: Any, maximum: int) -> FieldError:
    """The text has more than `maximum` bytes; a negative maximum is not shown."""
    detail = f"may not be more than {maximum} bytes" if maximum >= 0 else "value is too long"
    return FieldError("Too long", path, value, detail)


def too_many(path: str, actual: int, maximum: int) -> FieldError:
    """The list has more than `maximum` items; negative numbers are not shown."""
    detail = f"must have at most {maximum} items" if maximum >= 0 else "has too many items"
    return FieldError("Too many", path, actual if actual >= 0 else OMITTED, detail)


def not_found(path: str, value: Any) -> FieldError:
    """The value names something that does not exist."""
    return FieldError("Not found", path, value, "")


def internal_error(path: str, detail: str) -> FieldError:
    """Something failed that is not the writer's fault."""
    return FieldError("Internal error", path, None, detail)
