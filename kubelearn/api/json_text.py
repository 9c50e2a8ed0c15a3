"""JSON texts, with repeated keys kept and mistakes told as Go's decoder tells them.

Source of the texts: Go `encoding/json/scanner.go`; `sigs.k8s.io/json` has the same.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn


class Repeated(dict[str, Any]):
    """An object of a JSON text that has a key twice; as a dict it holds the last of each."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


class Literal(float):
    """A number with a fraction or exponent, and how it is written."""

    text: str

    def __new__(cls, text: str) -> Literal:
        """The number that the text means."""
        number = super().__new__(cls, text)
        number.text = text
        return number


class JSONError(ValueError):
    """A text is no JSON; `str(error)` is what Go says."""


def parse(text: str) -> Any:
    """The value of a JSON text: plain values, `Repeated` objects and `Literal` numbers."""
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=Literal, parse_constant=_constant
        )
    except (ValueError, RecursionError):
        raise JSONError(problem(text) or DEPTH) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else Repeated(pairs)


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = {"t": "true", "f": "false", "n": "null"}
END: Final = "unexpected end of JSON input"
DEPTH: Final = "exceeded max depth"
DEEPEST: Final = 10_000


def problem(text: str) -> str:
    """What is wrong with a text that is no JSON, in Go's words; "" if nothing is."""
    try:
        _Scanner(text).whole()
    except JSONError as error:
        return str(error)
    except RecursionError:
        return DEPTH
    return ""


class _Scanner:
    """Walks through a text until something is wrong; nesting is kept in a list."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.open: list[str] = []

    def peek(self) -> str:
        """The next character that is no space; JSONError at the end."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        if self.position >= len(self.text):
            raise JSONError(END)
        return self.text[self.position]

    def refuse(self, where: str) -> NoReturn:
        """The character at this position is not allowed there."""
        if self.position >= len(self.text):
            raise JSONError(END)
        raise JSONError(f"invalid character {shown(self.text[self.position])} {where}")

    def whole(self) -> None:
        """One value and nothing behind it."""
        self.value()
        while self.open:
            self.rest()
        try:
            self.peek()
        except JSONError:
            return
        self.refuse("after top-level value")

    def value(self) -> None:
        """A value; of an object or array only what comes before its first value."""
        letter = self.peek()
        if letter in "{[":
            self.opening(letter)
        elif letter == '"':
            self.string()
        elif letter in _WORDS:
            self.word(_WORDS[letter])
        elif letter == "-" or (letter.isascii() and letter.isdigit()):
            self.number()
        else:
            self.refuse("looking for beginning of value")

    def opening(self, letter: str) -> None:
        self.position += 1
        self.open.append(letter)
        if len(self.open) > DEEPEST:
            raise JSONError(DEPTH)
        following = self.peek()
        if following == {"{": "}", "[": "]"}[letter]:
            self.position += 1
            self.open.pop()
        elif letter == "{":
            self.key()
        else:
            self.value()

    def key(self) -> None:
        """A key, its colon and its value."""
        if self.peek() != '"':
            self.refuse("looking for beginning of object key string")
        self.string()
        if self.peek() != ":":
            self.refuse("after object key")
        self.position += 1
        self.value()

    def rest(self) -> None:
        """What comes after a value inside an object or array."""
        letter, inside = self.peek(), self.open[-1]
        if letter == ",":
            self.position += 1
            if inside == "{":
                self.key()
            else:
                self.value()
        elif letter == {"{": "}", "[": "]"}[inside]:
            self.position += 1
            self.open.pop()
        else:
            self.refuse("after object key:value pair" if inside == "{" else "after array element")

    def string(self) -> None:
        match = _STRING.match(self.text, self.position)
        self.position = match.end() if match else self.position
        letter = self.text[self.position : self.position + 1]
        if letter == '"':
            self.position += 1
            return
        if letter != "\\":
            self.refuse("in string literal")
        self.position += 1
        if self.text[self.position : self.position + 1] != "u":
            self.refuse("in string escape code")
        self.position += 1
        while self.text[self.position : self.position + 1] in [*"0123456789abcdefABCDEF"]:
            self.position += 1
        self.refuse("in \\u hexadecimal character escape")

    def word(self, word: str) -> None:
        for letter in word:
            if self.text[self.position : self.position + 1] != letter:
                self.refuse(f"in literal {word} (expecting '{letter}')")
            self.position += 1

    def number(self) -> None:
        match = _NUMBER.match(self.text, self.position)
        if match is None:
            self.position += 1
            self.refuse("in numeric literal")
        self.position = match.end()
        letter = self.text[self.position : self.position + 1]
        done = match[0].lower()
        if letter == "." and "." not in done and "e" not in done:
            self.position += 1
            self.refuse("after decimal point in numeric literal")
        if letter and letter in "eE" and "e" not in done:
            self.position += 1
            if self.text[self.position : self.position + 1] in ("+", "-"):
                self.position += 1
            self.refuse("in exponent of numeric literal")


def shown(character: str) -> str:
    """A character as Go quotes it in messages; of others than ASCII its first byte."""
    if character == "'":
        return "'\\''"
    if character == '"':
        return "'\"'"
    first = chr(character.encode("utf-8", "surrogatepass")[0])
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "\b": "\\b", "\f": "\\f"}
    if first in named:
        return f"'{named[first]}'"
    if not first.isprintable():
        return f"'\\x{ord(first):02x}'" if ord(first) < 0x80 else f"'\\u{ord(first):04x}'"
    return f"'{first}'"
