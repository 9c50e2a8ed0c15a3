"""The functions of Go's text templates, and how Go's `fmt` writes the values of objects.

Source: Go `text/template/funcs.go`, `fmt/print.go`; cli-runtime `pkg/printers/template.go`.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt
from typing import Any, Final
from urllib.parse import quote_plus


class TemplateError(ValueError):
    """What is wrong with a template, or with what it does."""


class Missing:
    """What a map does not have."""

    def __repr__(self) -> str:
        return "<no value>"


MISSING: Final = Missing()
_VERB = re.compile(r"%([-+ #0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")


def is_true(value: Any) -> bool:
    """Whether a value counts as true: neither empty, zero, false nor absent."""
    return value is not MISSING and bool(value)


def shown(value: Any) -> str:
    """A value as `fmt.Print` writes it."""
    if value is None or value is MISSING:
        return "<no value>"
    return _inside(value)


def _inside(value: Any) -> str:
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{_inside(value[name])}' for name in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_inside, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key, MISSING)
        elif isinstance(value, (list, str)):
            if not isinstance(key, int) or not 0 <= key < len(value):
                raise TemplateError(f"error calling index: index out of range: {key}")
            value = value[key] if isinstance(value, list) else value.encode()[key]
        else:
            raise TemplateError("error calling index: index of untyped nil")
    return value


def _slice(value: Any, *ends: int) -> Any:
    return value[slice(*(ends if len(ends) > 1 else (*ends, None)))] if ends else value


def _len(value: Any) -> int:
    if not isinstance(value, (dict, list, str)):
        raise TemplateError(f"len of type {type(value).__name__}")
    return len(value.encode()) if isinstance(value, str) else len(value)


def _and(*values: Any) -> Any:
    return next((value for value in values if not is_true(value)), values[-1])


def _or(*values: Any) -> Any:
    return next((value for value in values if is_true(value)), values[-1])


def _comparing(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(one: Any, other: Any) -> bool:
        try:
            return holds(one, other)
        except TypeError:
            raise TemplateError("incompatible types for comparison") from None

    return compared


def _equals(value: Any, *others: Any) -> bool:
    return any(eq(value, other) and type(value) is type(other) for other in others)


def _print(*values: Any) -> str:
    """Blanks stand between two values when neither is a text."""
    written = ""
    for place, value in enumerate(values):
        apart = place and not isinstance(value, str) and not isinstance(values[place - 1], str)
        written += (" " if apart else "") + shown(value)
    return written


def _println(*values: Any) -> str:
    return " ".join(map(shown, values)) + "\n"


def _printf(form: str, *values: Any) -> str:
    left = list(values)

    def written(match: re.Match[str]) -> str:
        flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        if not left:
            return f"%!{verb}(MISSING)"
        text = _verb(verb, left.pop(0), precision)
        return _padded(text, flags, int(width or 0))

    text = _VERB.sub(written, form)
    extra = ", ".join(f"{_go_type(value)}={shown(value)}" for value in left)
    return f"{text}%!(EXTRA {extra})" if left else text


def _verb(verb: str, value: Any, precision: str | None) -> str:
    if verb == "q":
        return json.dumps(shown(value), ensure_ascii=False)
    if verb in "fe" and isinstance(value, (int, float)):
        return f"{value:.{precision or 6}{verb}}"
    if verb in "xX" and isinstance(value, int):
        return f"{value:{verb}}"
    if verb == "T":
        return _go_type(value)
    wrong = (verb == "d" and not isinstance(value, int)) or (
        verb == "s" and isinstance(value, (int, float))
    )
    if wrong:
        return f"%!{verb}({_go_type(value)}={shown(value)})"
    text = shown(value)
    return text[: int(precision)] if precision else text


def _padded(text: str, flags: str, width: int) -> str:
    if "-" in flags:
        return text.ljust(width)
    return text.rjust(width, "0" if "0" in flags else " ")


def _go_type(value: Any) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    names = {bool: "bool", int: "int64", float: "float64", str: "string"}
    return names.get(type(value), "[]interface {}")


def _exists(value: Any, *keys: Any) -> bool:
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise TemplateError(
            f"error calling base64decode: base64 decode failed: illegal base64 data ({error})"
        ) from None


def _html(text: str) -> str:
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


_JS = {"\\": "\\\\", "'": "\\'", '"': '\\"'}


def _js(text: str) -> str:
    return re.sub(
        r"[\\'\"<>&=\0-\x1f]", lambda found: _JS.get(found[0]) or _unicode(found[0]), text
    )


def _unicode(letter: str) -> str:
    return f"\\u{ord(letter):04X}"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "not": lambda value: not is_true(value),
    "len": _len,
    "index": _index,
    "slice": _slice,
    "print": _print,
    "printf": _printf,
    "println": _println,
    "html": lambda *values: _html(_print(*values)),
    "js": lambda *values: _js(_print(*values)),
    "urlquery": lambda *values: quote_plus(_print(*values)),
    "eq": _equals,
    "ne": lambda one, other: not _equals(one, other),
    "lt": _comparing(lt),
    "le": _comparing(le),
    "gt": _comparing(gt),
    "ge": _comparing(ge),
    "exists": _exists,
    "base64decode": _decoded,
}
"""Name in a template → what it does."""
