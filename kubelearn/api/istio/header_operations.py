"""Checks of the headers that a rule adds, sets and removes.

A value may hold variables of Envoy such as `%HOSTNAME%` or `%REQ(x)%`; a lone percent sign is
refused, two stand for one. Whether Envoy knows a variable is not asked.

Source: istio `pkg/config/validation/validation.go` (ValidateHTTPHeaderValue and the like) and
`pkg/config/validation/header_value_validator.go`, 1.27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kubelearn.api.istio.names import quoted

_PRINTABLE = re.compile(r"[^\x00-\x08\x0A-\x1F\x7F]*")
LITERAL, VARIABLE, ARGUMENTS = "literal", "variable", "arguments"
QUOTE, STRING, DELIMITER, CLOSED, END = "quote", "string", "delimiter", "closed", "end"
MOVES: dict[str, dict[str, str]] = {
    LITERAL: {"%": VARIABLE},
    VARIABLE: {"%": LITERAL, "(": ARGUMENTS},
    ARGUMENTS: {"[": QUOTE, " ": ARGUMENTS},
    QUOTE: {'"': STRING, " ": QUOTE},
    STRING: {")": END, '"': DELIMITER},
    DELIMITER: {",": QUOTE, "]": CLOSED, " ": DELIMITER},
    CLOSED: {")": END, " ": CLOSED},
    END: {"%": LITERAL, " ": END},
}
"""Where a character leads to while a value is read; elsewhere see OTHERWISE and EXPECTED."""
OTHERWISE = {LITERAL: LITERAL, VARIABLE: VARIABLE, ARGUMENTS: STRING, STRING: STRING}
EXPECTED = {
    QUOTE: "Expecting '\"'",
    DELIMITER: "Expecting ',', ']', or whitespace",
    CLOSED: "Expecting ')' or whitespace after '{}', but found '{}'",
    END: "Expecting '%' or whitespace after",
}
LAST = {
    (LITERAL, "%"): "Un-escaped %",
    (STRING, "\\"): "Un-terminated backslash in JSON string",
}


def is_authority(name: str) -> bool:
    """Whether a header names the host of the request."""
    return name.casefold() in (":authority", "host")


def _changed_in_requests(name: str) -> Iterator[str]:
    if not name:
        yield "header name cannot be empty"
    elif name.startswith(":") and not is_authority(name):
        yield f'invalid header {quoted(name)}: header cannot have ":" prefix'


def _changed(name: str) -> Iterator[str]:
    if not name:
        yield "header name cannot be empty"
    elif name.casefold() == "host":
        yield f"invalid header {quoted(name)}: cannot set Host header"
    elif name.startswith(":"):
        yield f'invalid header {quoted(name)}: header cannot have ":" prefix'


def header_value(value: str) -> Iterator[str]:
    """A value for Envoy to write: printable, with closed variables."""
    if _PRINTABLE.fullmatch(value) is None:
        yield f"header value configuration {value} is invalid"
        return
    wrong = _misread(value)
    if wrong is not None:
        yield f"header value configuration: invalid header configuration. {wrong}"


def _misread(value: str) -> str | None:
    """Why Envoy could not read a value."""
    state, position = LITERAL, 0
    while position < len(value):
        one, following = value[position], value[position + 1 : position + 2]
        if (state, one) in LAST and not following:
            return LAST[state, one]
        if (state, one) == (STRING, "\\") or (state, one, following) == (LITERAL, "%", "%"):
            position += 2
            continue
        reached = MOVES[state].get(one) or OTHERWISE.get(state)
        if reached is None:
            return EXPECTED[state]
        state, position = reached, position + 1
    return None if state == LITERAL else f"Un-terminated variable expression '{value}'"


def _operations(
    changes: Mapping[str, Any] | None, named: Callable[[str], Iterator[str]]
) -> Iterator[str]:
    for verb in ("add", "set"):
        for name, value in sorted(((changes or {}).get(verb) or {}).items()):
            yield from named(name)
            yield from header_value(value)
    for name in (changes or {}).get("remove") or ():
        yield from _changed(name)


def header_operations(headers: Mapping[str, Any] | None) -> Iterator[str]:
    """The `headers` of a rule or of a destination."""
    yield from _operations((headers or {}).get("request"), _changed_in_requests)
    yield from _operations((headers or {}).get("response"), _changed)


def authority_changes(
    rewrite: Mapping[str, Any] | None, headers: Mapping[str, Any] | None
) -> Iterator[str]:
    """The host of a request may be changed in one place only."""
    request = (headers or {}).get("request") or {}
    current = (rewrite or {}).get("authority") or ""
    for verb in ("set", "add"):
        for name, value in sorted((request.get(verb) or {}).items()):
            if is_authority(name) and current:
                yield (
                    "authority header cannot be set multiple times: have "
                    f"{quoted(current)}, attempting to set {quoted(value)}"
                )
                return
            current = value if is_authority(name) else current
