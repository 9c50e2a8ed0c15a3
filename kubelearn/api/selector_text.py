"""The grammar of label selector texts: `app=web,tier in (front,back),!canary`.

Reads a text into (key, operator, values) terms. What keys and values may look like is checked
where requirements are made, except that a bad key is reported before a missing operator.

Source: the lexer and parser of `apimachinery/pkg/labels/selector.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from kubelearn.api.validation import names

Term: TypeAlias = tuple[str, str, tuple[str, ...]]
"""(key, operator, values sorted and without repetition)."""

OPERATORS: Final = {
    "in": "In",
    "notin": "NotIn",
    "=": "Equals",
    "==": "DoubleEquals",
    "!=": "NotEquals",
    ">": "GreaterThan",
    "<": "LessThan",
}
LISTED: Final = ", ".join(["in", "notin", "=", "==", "!=", "gt", "lt"])
"""The binary operators as upstream's messages list them."""

_TOKEN: Final = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+|$)")
_SYMBOLS: Final = frozenset({"=", "==", "!=", "!", "(", ")", ",", "<", ">", ""})


class SelectorError(ValueError):
    """A selector has no meaning; `str(error)` is upstream's text."""


def terms(text: str) -> Iterator[Term]:
    """The terms of a selector text, one by one, so that the first mistake is the one reported."""
    return _Reader(text).selector()


class _Reader:
    """Reads tokens from left to right; the empty one is the end."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(text.partition("\0")[0])
        if not self.tokens or self.tokens[-1]:
            self.tokens.append("")
        self.position = 0

    @property
    def next(self) -> str:
        return self.tokens[min(self.position, len(self.tokens) - 1)]

    def take(self) -> str:
        word = self.next
        self.position += 1
        return word

    def selector(self) -> Iterator[Term]:
        while self.next:
            if self.next in _SYMBOLS and self.next != "!":
                expected = "!, identifier, or 'end of string'"
                raise SelectorError(f"found '{self.next}', expected: {expected}")
            yield self._term_or_error()
            self._separator()

    def _separator(self) -> None:
        word = self.take()
        if word not in (",", ""):
            raise SelectorError(f"found '{word}', expected: ',' or 'end of string'")
        if word == "," and self.next in _SYMBOLS and self.next != "!":
            raise SelectorError(f"found '{self.next}', expected: identifier after ','")

    def _term_or_error(self) -> Term:
        try:
            return self._term()
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error}") from None

    def _term(self) -> Term:
        absent = self.next == "!"
        if absent:
            self.take()
        key = self._key()
        if absent:
            return key, "DoesNotExist", ()
        if self.next in ("", ","):
            return key, "Exists", ()
        word = self.take()
        if word not in OPERATORS:
            raise SelectorError(f"found '{word}', expected: {LISTED}")
        values = self._list() if word in ("in", "notin") else {self._value()}
        return key, OPERATORS[word], tuple(sorted(values))

    def _key(self) -> str:
        word = self.take()
        if word in _SYMBOLS:
            raise SelectorError(f"found '{word}', expected: identifier")
        problems = names.label_key(word)
        if problems:
            shown = json.dumps(word)
            raise SelectorError(f"<nil>: Invalid value: {shown}: {'; '.join(problems)}")
        return word

    def _value(self) -> str:
        if self.next in ("", ","):
            return ""
        word = self.take()
        if word in _SYMBOLS:
            raise SelectorError(f"found '{word}', expected: identifier")
        return word

    def _list(self) -> set[str]:
        word = self.take()
        if word != "(":
            raise SelectorError(f"found '{word}' expected: '('")
        if self.next == ")":
            self.take()
            return {""}
        if self.next in _SYMBOLS and self.next != ",":
            raise SelectorError(f"found '{self.next}', expected: ',', ')' or identifier")
        values = self._members()
        self.take()
        return values

    def _members(self) -> set[str]:
        """The values up to the closing bracket, which stays; an empty place means ""."""
        values: set[str] = set()
        while True:
            word = self.take()
            if word == ",":
                self._gap(values)
                if self.next == ")":
                    return values
            elif word in _SYMBOLS:
                raise SelectorError(f"found '{word}', expected: ',', or identifier")
            else:
                values.add(word)
                if self.next == ")":
                    return values
                if self.next != ",":
                    raise SelectorError(f"found '{self.next}', expected: ',' or ')'")

    def _gap(self, values: set[str]) -> None:
        """A comma was read: it leaves an empty value at the start, before another, and at the end.

        Nothing else makes one: "(a,b)" has no empty value.
        """
        if not values or self.next in (")", ","):
            values.add("")
        if self.next == ",":
            self.take()
