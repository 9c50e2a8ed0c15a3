r"""Why Go's RE2 syntax does not take a regular expression, in Go's words.

Python's own `re` takes look-around and back-references, RE2 does not; so the syntax is read here,
without building anything.

Source: go `src/regexp/syntax/parse.go`.

Unlike the real one: unknown names of Unicode classes (`\p{Name}`) pass, and so do code points
that Unicode lacks and nested counts that together repeat more than 1000 times.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MOST_REPEATS = 1000
POSIX_CLASSES = (
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
)  # fmt: skip
_COUNT = re.compile(r"\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}")
_ESCAPE = re.compile(
    r"\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2}|x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]+\}|[afnrtv]"
    r"|[\x00-/:-@\[-`{-\x7f])"
)
_HALF_ESCAPE = re.compile(r"\\(?:x\{[0-9A-Fa-f]*.?|x.{0,2}|.)", re.DOTALL)
_UNICODE_CLASS = re.compile(r"\\[pP](?:\{[^}]*\}|[^{])", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9_]+")
_FLAGS = re.compile(r"\(\?(?:[imsU]*|[imsU]*-[imsU]+)([:)])")
_BAD_FLAGS = re.compile(r"\(\?[imsU]*(?:-[imsU]*)?.?", re.DOTALL)
_POSIX = re.compile(r"\[:(.*?):\]", re.DOTALL)


class Malformed(ValueError):
    """A regular expression that is none; the text is Go's."""

    def __init__(self, reason: str, part: str) -> None:
        """A reason, and the part of the expression that it is about."""
        super().__init__(f"error parsing regexp: {reason}: `{part}`")


def syntax_error(pattern: str) -> str | None:
    """Go's error for a regular expression, None for a good one."""
    try:
        _Reader(pattern).read()
    except Malformed as wrong:
        return str(wrong)
    return None


class _Reader:
    """One pass over an expression: where it stands, how deep, and what may be repeated."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.depth = 0
        self.operand = False
        self.repeated: int | None = None

    def read(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            "(": self.open, ")": self.close, "|": self.alternative, "[": self.characters,
            "*": self.repeat, "+": self.repeat, "?": self.repeat, "{": self.count,
            "\\": self.escape,
        }  # fmt: skip
        while self.position < len(self.pattern):
            start, before = self.position, self.repeated
            steps.get(self.pattern[start], self.literal)()
            if self.repeated == before:
                self.repeated = None
        if self.depth:
            raise Malformed("missing closing )", self.pattern)

    def rest(self) -> str:
        return self.pattern[self.position :]

    def literal(self) -> None:
        self.position += 1
        self.operand = True

    def alternative(self) -> None:
        self.position += 1
        self.operand = False

    def open(self) -> None:
        rest = self.rest()
        if rest.startswith("(?"):
            self.group(rest)
            return
        self.position += 1
        self.depth, self.operand = self.depth + 1, False

    def close(self) -> None:
        if not self.depth:
            raise Malformed("unexpected )", self.pattern)
        self.position += 1
        self.depth, self.operand = self.depth - 1, True

    def group(self, rest: str) -> None:
        """A group with a name or flags, or flags alone."""
        named = (rest.startswith("(?P<") and len(rest) > 4) or (
            rest.startswith("(?<") and len(rest) > 3
        )
        found = _FLAGS.match(rest)
        if named:
            self.position += _named(rest)
        elif found is None:
            bad = _BAD_FLAGS.match(rest)
            raise Malformed("invalid or unsupported Perl syntax", bad[0] if bad else rest)
        else:
            self.position += found.end()
        if named or (found and found[1] == ":"):
            self.depth, self.operand = self.depth + 1, False

    def repeat(self) -> None:
        self.repeating(self.position + 1)

    def repeating(self, end: int) -> None:
        """An operator that ends before a position, perhaps with a ? behind."""
        start = self.position
        end += self.pattern.startswith("?", end)
        if self.repeated is not None:
            part = self.pattern[self.repeated : end]
            raise Malformed("invalid nested repetition operator", part)
        if not self.operand:
            part = self.pattern[start:end]
            raise Malformed("missing argument to repetition operator", part)
        self.position, self.repeated = end, start

    def count(self) -> None:
        found = _COUNT.match(self.pattern, self.position)
        if found is None:
            self.literal()
            return
        least = int(found[1])
        most = int(found[3]) if found[3] else least
        if least > MOST_REPEATS or most > MOST_REPEATS or least > most:
            raise Malformed("invalid repeat count", found[0])
        self.repeating(found.end())

    def escape(self) -> None:
        rest = self.rest()
        if rest.startswith("\\Q"):
            text, _, _ = rest[2:].partition("\\E")
            self.operand = self.operand or bool(text)
            self.position += min(len(rest), len(text) + 4)
            return
        self.position += 2 if rest[1:2] in tuple("AbBzdDsSwW") else _escaped(rest)
        self.operand = True

    def characters(self) -> None:
        """A class of characters: [a-z]."""
        start = self.position
        self.position += 2 if self.pattern.startswith("[^", start) else 1
        first = True
        while first or not self.pattern.startswith("]", self.position):
            first = False
            if self.position >= len(self.pattern):
                raise Malformed("missing closing ]", self.pattern[start:])
            self.position += _class_member(self.rest())
        self.position += 1
        self.operand = True


def _named(rest: str) -> int:
    """The length of the beginning of a group with a name: (?P<name>."""
    capture, closed, _ = rest.partition(">")
    if not closed:
        raise Malformed("invalid named capture", rest)
    if _NAME.fullmatch(capture.partition("<")[2]) is None:
        raise Malformed("invalid named capture", capture + closed)
    return len(capture) + 1


def _escaped(rest: str) -> int:
    """The length of a backslash with what belongs to it."""
    if rest[1:2] in ("p", "P"):
        found = _UNICODE_CLASS.match(rest)
        if found is None:
            raise Malformed("invalid character class range", rest)
        return found.end()
    return len(_character(rest))


def _character(rest: str) -> str:
    """One character, perhaps escaped."""
    if not rest.startswith("\\"):
        return rest[0]
    if rest == "\\":
        raise Malformed("trailing backslash at end of expression", "")
    found = _ESCAPE.match(rest)
    if found is None:
        half = _HALF_ESCAPE.match(rest)
        raise Malformed("invalid escape sequence", half[0] if half else rest)
    return found[0]


def _class_member(rest: str) -> int:
    """The length of a named class, an escaped class, a character or a range of characters."""
    found = _POSIX.match(rest)
    if found is not None:
        if found[1].removeprefix("^") not in POSIX_CLASSES:
            raise Malformed("invalid character class range", found[0])
        return found.end()
    if rest[:2] in ("\\p", "\\P"):
        return _escaped(rest)
    if rest.startswith("\\") and rest[1:2] in tuple("dDsSwW"):
        return 2
    low = _character(rest)
    behind = rest[len(low) :]
    if not behind.startswith("-") or behind[1:2] in ("", "]"):
        return len(low)
    high = _character(behind[1:])
    if _code(high) < _code(low):
        raise Malformed("invalid character class range", f"{low}-{high}")
    return len(low) + 1 + len(high)


_CONTROL = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}


def _code(character: str) -> int:
    """The code point of a character, perhaps escaped."""
    if len(character) == 1:
        return ord(character)
    body = character[1:]
    if body[0] == "x" and len(body) > 1:
        return int(body[1:].strip("{}"), 16)
    return int(body, 8) if body.isdecimal() else _CONTROL.get(body, ord(body[0]))
