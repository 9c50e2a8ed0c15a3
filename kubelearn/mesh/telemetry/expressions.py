"""Expressions of Telemetry objects (CEL): when a line is logged, and what a label says.

What cannot be worked out for a request (an attribute that it does not have, texts compared with
numbers) has no value; `&&` and `||` still have one where the other side decides.
Source: cel-spec `doc/langdef.md`; envoy `source/extensions/access_loggers/filters/cel`,
`source/extensions/filters/common/expr/context.cc`, 1.40.

Unlike the real one: arithmetic, `?:`, macros but `has`, and attributes that are not in `ATTRIBUTES`
are refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Attributes = Mapping[str, Any]
"""By full name, such as "response.code"; one that a request does not have is left out."""
Compiled = Callable[[Attributes], Any]
"""The value for a request; raises `NoValue`."""
ATTRIBUTES = (
    "connection.mtls", "connection.requested_server_name", "request.headers", "request.host",
    "request.id", "request.method", "request.path", "request.protocol", "request.referer",
    "request.url_path", "request.useragent", "response.code", "response.code_details",
    "xds.cluster_name", "xds.route_name",
)  # fmt: skip
MAPS = ("request.headers",)
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+u?)|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign>&&|\|\||[=!<>]=|[<>!().,\[\]]))"""
)
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
METHODS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
    "matches": lambda text, pattern: re.search(pattern, text) is not None,
}
"""Functions of texts with one argument."""
MOST_TOKENS = 250
LITERALS = {"true": True, "false": False}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class NoValue(Exception):
    """An expression has no value for a request."""


@lru_cache(maxsize=1024)
def compiled(text: str) -> Compiled:
    """The expression of a text; ValueError says what is wrong with it."""
    reader = Reader(text)
    found = reader.either()
    if reader.tokens[reader.place] != ("end", ""):
        raise reader.problem()
    return found


def holds(text: str, attributes: Attributes) -> bool:
    """Whether an expression is true for a request; one without a value is not."""
    try:
        return compiled(text)(attributes) is True
    except NoValue:
        return False


def value(text: str, attributes: Attributes) -> Any:
    """The value of an expression for a request; None when it has none."""
    try:
        return compiled(text)(attributes)
    except NoValue:
        return None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, rest = 0, text.rstrip()
    while place < len(rest):
        found = TOKEN.match(rest, place)
        if found is None:
            raise ValueError(f"{text!r} cannot be read at {rest[place:].strip()[:20]!r}")
        yield str(found.lastgroup), found[str(found.lastgroup)]
        place = found.end()
    yield "end", ""


class Reader:
    """Reads one expression, from the loosest operator to the tightest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        if len(self.tokens) > MOST_TOKENS:
            raise ValueError(f"{text[:20]!r}... is longer than {MOST_TOKENS} words and signs")
        self.place = 0

    def problem(self) -> ValueError:
        """What cannot be read."""
        kind, said = self.tokens[self.place]
        where = "at its end" if kind == "end" else f"at {said!r}"
        return ValueError(f"{self.text!r} cannot be read {where}")

    def take(self, *signs: str) -> str:
        """The next sign or word if it is one of these; "" when it is not."""
        kind, said = self.tokens[self.place]
        if kind in ("sign", "name") and said in signs:
            self.place += 1
            return said
        return ""

    def need(self, sign: str) -> None:
        """The next sign has to be this one."""
        if not self.take(sign):
            raise self.problem()

    def either(self) -> Compiled:
        """One `||` other."""
        left = self.both()
        while self.take("||"):
            left = _joined(left, self.both(), decides=True)
        return left

    def both(self) -> Compiled:
        """One `&&` other."""
        left = self.compared()
        while self.take("&&"):
            left = _joined(left, self.compared(), decides=False)
        return left

    def compared(self) -> Compiled:
        """One with another, or whether it is `in` another."""
        left = self.turned()
        sign = self.take(*COMPARISONS, "in")
        if not sign:
            return left
        right = self.turned()
        return _within(left, right) if sign == "in" else _compared(sign, left, right)

    def turned(self) -> Compiled:
        """With `!` before it, or without."""
        return _not(self.turned()) if self.take("!") else self.called()

    def called(self) -> Compiled:
        """With functions of texts behind it."""
        found = self.plain()
        while self.take("."):
            kind, name = self.tokens[self.place]
            if kind != "name" or name not in METHODS:
                raise ValueError(f"{self.text!r}: {name!r} is no function of a text: "
                                 f"use {', '.join(METHODS)}")  # fmt: skip
            self.place += 1
            self.need("(")
            found = _called(name, found, self.either())
            self.need(")")
        return found

    def plain(self) -> Compiled:
        """A literal, a list, an attribute, `has()`, or something in brackets."""
        kind, said = self.tokens[self.place]
        if kind in ("number", "text"):
            self.place += 1
            return _constant(int(said.rstrip("u")) if kind == "number" else _unquoted(said))
        if self.take(*LITERALS):
            return _constant(LITERALS[said])
        if self.take("("):
            found = self.either()
            self.need(")")
            return found
        if self.take("["):
            return self.listed()
        if self.take("has"):
            self.need("(")
            inner = self.attribute(macro=True)
            self.need(")")
            return inner
        return self.attribute(macro=False)

    def listed(self) -> Compiled:
        """The rest of a list."""
        items: list[Compiled] = []
        while not self.take("]"):
            items.append(self.either())
            if not self.take(","):
                self.need("]")
                break
        return lambda attributes: [item(attributes) for item in items]

    def attribute(self, *, macro: bool) -> Compiled:
        """An attribute, or an entry of one that is a map; in a macro whether it is there."""
        name = self.word()
        self.need(".")
        name = f"{name}.{self.word()}"
        if name not in ATTRIBUTES:
            raise ValueError(f"{self.text!r}: there is no attribute {name!r} here: "
                             f"use {', '.join(ATTRIBUTES)}")  # fmt: skip
        key: Compiled | None = None
        if name in MAPS and not macro and self.take("["):
            key = self.either()
            self.need("]")
        elif name in MAPS and self.take("."):
            key = _constant(self.word())
        return _attribute(name, key, macro=macro)

    def word(self) -> str:
        """The next name."""
        kind, said = self.tokens[self.place]
        if kind != "name":
            raise self.problem()
        self.place += 1
        return said


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1])


def _constant(found: Any) -> Compiled:
    return lambda _: found


def _attribute(name: str, key: Compiled | None, *, macro: bool) -> Compiled:
    def read(attributes: Attributes) -> Any:
        found = attributes.get(name)
        if key is not None and found is not None:
            found = found.get(key(attributes))
        if macro:
            return found is not None
        if found is None:
            raise NoValue
        return found

    return read


def _truth(one: Compiled, attributes: Attributes) -> bool | None:
    """A truth value; None when there is none."""
    try:
        found = one(attributes)
    except NoValue:
        return None
    return found if isinstance(found, bool) else None


def _joined(left: Compiled, right: Compiled, *, decides: bool) -> Compiled:
    def read(attributes: Attributes) -> bool:
        found = _truth(left, attributes), _truth(right, attributes)
        if decides in found:
            return decides
        if None in found:
            raise NoValue
        return not decides

    return read


def _not(one: Compiled) -> Compiled:
    def read(attributes: Attributes) -> bool:
        found = _truth(one, attributes)
        if found is None:
            raise NoValue
        return not found

    return read


def _compared(sign: str, left: Compiled, right: Compiled) -> Compiled:
    def read(attributes: Attributes) -> bool:
        one, other = left(attributes), right(attributes)
        if type(one) is not type(other):
            raise NoValue
        return COMPARISONS[sign](one, other)

    return read


def _within(left: Compiled, right: Compiled) -> Compiled:
    def read(attributes: Attributes) -> bool:
        one, others = left(attributes), right(attributes)
        if not isinstance(others, list | Mapping):
            raise NoValue
        return one in others

    return read


def _called(name: str, text: Compiled, argument: Compiled) -> Compiled:
    def read(attributes: Attributes) -> bool:
        one, other = text(attributes), argument(attributes)
        if not (isinstance(one, str) and isinstance(other, str)):
            raise NoValue
        try:
            return METHODS[name](one, other)
        except re.error:
            raise NoValue from None

    return read
