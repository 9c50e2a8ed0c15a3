"""The words of the toy shell's scripts: operators, quotes and what a `$` begins.

Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

OPERATORS: Final = re.compile(r"2>&1|1>&2|>&2|&>|2>>|2>|>>|>|<<|<|&&|\|\||;;|[;&|()\n]")
NAME: Final = r"[A-Za-z_]\w*"
PLAIN: Final = re.compile(r"[^ \t\n;&|<>()'\"\\$`]+")
IN_QUOTES: Final = re.compile(r'[^"\\$`]+|\\')
_NAMED: Final = rf"({NAME}|[?#$*@0-9])"
EXPANSION: Final = re.compile(rf"\$(?:{_NAMED}|\{{{_NAMED}(?::-([^{{}}]*))?\}})")


class SyntaxProblem(ValueError):
    """A script that cannot be read; the text is what a shell says behind its name."""


class Part(NamedTuple):
    """A piece of a word: `kind` is "text", "variable", "command" or "sum"."""

    kind: str
    text: str
    quoted: bool = False
    default: str = ""


Word: TypeAlias = tuple[Part, ...]
Token: TypeAlias = str | Word
"""An operator (a str), or a word."""


def tokens(text: str) -> list[Token]:
    """Operators and words of a script."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter in " \t" or text.startswith("\\\n", at):
            at += 1 if letter in " \t" else 2
        elif letter == "#":
            at = (text + "\n").index("\n", at)
        elif operator := OPERATORS.match(text, at):
            found.append(operator[0])
            at = operator.end()
        else:
            word, at = _word(text, at)
            found.append(word)
    return found


def _word(text: str, at: int) -> tuple[Word, int]:
    parts: list[Part] = []
    while at < len(text) and text[at] not in " \t\n;&|<>()":
        letter = text[at]
        if letter == "'":
            end = _closing(text, at + 1, "'")
            parts.append(Part("text", text[at + 1 : end], quoted=True))
            at = end + 1
        elif letter == '"':
            at = _in_quotes(text, at + 1, parts)
        elif letter == "\\":
            parts.append(Part("text", text[at + 1 : at + 2], quoted=True))
            at += 2
        elif letter in "$`":
            at = _expansion(text, at, parts, quoted=False)
        else:
            found = PLAIN.match(text, at)
            assert found is not None
            parts.append(Part("text", found[0]))
            at = found.end()
    return tuple(parts), at


def _closing(text: str, at: int, quote: str) -> int:
    end = text.find(quote, at)
    if end < 0:
        raise SyntaxProblem("syntax error: unterminated quoted string")
    return end


def _in_quotes(text: str, at: int, parts: list[Part]) -> int:
    """Read up to the closing double quote; returns the place behind it."""
    parts.append(Part("text", "", quoted=True))
    while at < len(text):
        letter = text[at]
        if letter == '"':
            return at + 1
        if letter == "\\" and text[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
            parts.append(Part("text", text[at + 1].strip("\n"), quoted=True))
            at += 2
        elif letter in "$`":
            at = _expansion(text, at, parts, quoted=True)
        else:
            found = IN_QUOTES.match(text, at)
            assert found is not None
            parts.append(Part("text", found[0], quoted=True))
            at = found.end()
    raise SyntaxProblem("syntax error: unterminated quoted string")


def _expansion(text: str, at: int, parts: list[Part], *, quoted: bool) -> int:
    if text[at] == "`":
        end = _closing(text, at + 1, "`")
        parts.append(Part("command", text[at + 1 : end], quoted))
        return end + 1
    for opening, kind, closing in (("$((", "sum", "))"), ("$(", "command", ")")):
        if text.startswith(opening, at):
            end = _matching(text, at + len(opening), closing)
            parts.append(Part(kind, text[at + len(opening) : end], quoted))
            return end + len(closing)
    found = EXPANSION.match(text, at)
    if found is None:
        parts.append(Part("text", "$", quoted))
        return at + 1
    parts.append(Part("variable", found[1] or found[2], quoted, found[3] or ""))
    return found.end()


def _matching(text: str, at: int, closing: str) -> int:
    """Where the parentheses that were opened before `at` close."""
    depth, quote = 1, ""
    for place in range(at, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if not depth and text.startswith(closing, place):
                return place
    raise SyntaxProblem("syntax error: unterminated command substitution")


def plain(word: Word) -> str:
    """The text of a word as it is written, without quotes."""
    return "".join(part.text for part in word)


def start_of(word: Word) -> str:
    """The unquoted text at the start of a word."""
    first = word[0]
    return "" if first.quoted or first.kind != "text" else first.text
