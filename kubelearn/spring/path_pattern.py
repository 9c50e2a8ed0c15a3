"""Spring's PathPattern: `/files/{name}.html`, `/a/*`, `/**`, `/{*rest}`.

`?` is one character, `*` any number inside a segment, `{x}` a segment with a name, `{x:regex}` one
that has to fit; `**` and `{*x}` are any number of segments and stand at the start or at the end.
Case counts, and so does each slash. Source: spring-web `web/util/pattern`, Spring Framework 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from kubelearn.spring.java_regex import compile_java

Variables = dict[str, str]
SEPARATOR = "/"
PIECE = re.compile(r"\?|\*|\{(?P<name>[^/{}:]+)(?::(?P<regex>(?:[^{}]|\{[^{}]*\})*))?\}")


class Segment(NamedTuple):
    """One segment of a pattern."""

    regex: re.Pattern[str]
    names: tuple[str, ...]
    may_be_empty: bool
    """A lone `*`: at the end there may be nothing in its place."""


class Rest(NamedTuple):
    """Any number of segments with their separators; `name` "" for `**`."""

    name: str

    def captured(self, tokens: Sequence[str]) -> Variables:
        """The variable that it makes of its part of the path."""
        return {self.name: "".join(tokens)} if self.name else {}


Element = str | Segment | Rest
"""A part of a pattern; the text "/" is a separator."""


@lru_cache(maxsize=4096)
def parse(pattern: str) -> tuple[Element, ...]:
    """The elements of a pattern; ValueError where `**` or `{*x}` stands in the middle."""
    elements: list[Element] = []
    for piece in _tokens(pattern):
        rest = Rest("") if piece == "**" else _captured_rest(piece)
        if rest is not None:
            if elements and elements[-1] == SEPARATOR:
                elements.pop()  # the separator before it may be missing with it
            elements.append(rest)
        else:
            elements.append(piece if piece == SEPARATOR else _segment(piece))
    places = [place for place, element in enumerate(elements) if isinstance(element, Rest)]
    if len(places) > 1 or any(place not in (0, len(elements) - 1) for place in places):
        raise ValueError(
            f"{pattern!r}: ** and {{*...}} stand for whole segments at the start or the end only"
        )
    return tuple(elements)


def _captured_rest(piece: str) -> Rest | None:
    found = re.fullmatch(r"\{\*([^{}*]+)\}", piece)
    return Rest(found[1]) if found else None


def _tokens(text: str) -> list[str]:
    """Separators and the texts between them; a slash inside braces separates nothing."""
    tokens: list[str] = []
    depth, current = 0, ""
    for character in text:
        depth += (character == "{") - (character == "}")
        if character == SEPARATOR and depth == 0:
            tokens += [current, SEPARATOR] if current else [SEPARATOR]
            current = ""
        else:
            current += character
    return [*tokens, current] if current else tokens


def _segment(text: str) -> Segment:
    whole = PIECE.fullmatch(text)
    if whole is not None and whole["name"]:
        return Segment(compile_java(f"(?s:({whole['regex'] or '.+'}))"), (whole["name"],), False)
    if text == "*":
        return Segment(re.compile("(?s:.+)"), (), True)
    names, parts, end = [], [], 0
    for found in PIECE.finditer(text):
        parts.append(re.escape(text[end : found.start()]))
        end = found.end()
        if found["name"]:
            names.append(found["name"])
            parts.append(f"({found['regex'] or '.*'})")
        else:
            parts.append("." if found[0] == "?" else ".*")
    regex = compile_java(f"(?s:{''.join(parts)}{re.escape(text[end:])})")
    return Segment(regex, tuple(names), False)


def match(pattern: str, path: str) -> Variables | None:
    """The variables that a path gives, percent-decoded; None when it does not match."""
    elements, tokens = parse(pattern), _path_tokens(path)
    if elements and isinstance(elements[0], Rest) and len(elements) > 1:
        return _after_rest(elements[0], elements[1:], tokens)
    return _match(elements, tokens)


def _path_tokens(path: str) -> list[str]:
    """Separators and decoded segments without their parameters (`;x=1`)."""
    pieces = re.findall(r"/|[^/]+", path)
    return [piece if piece == SEPARATOR else unquote(piece.split(";")[0]) for piece in pieces]


def _after_rest(rest: Rest, elements: Sequence[Element], tokens: list[str]) -> Variables | None:
    """Try what follows from each separator on."""
    for start, token in enumerate(tokens):
        found = _match(elements, tokens[start:]) if token == SEPARATOR else None
        if found is not None:
            return {**rest.captured(tokens[:start]), **found}
    return None


def _match(elements: Sequence[Element], tokens: Sequence[str]) -> Variables | None:
    variables: Variables = {}
    place = 0
    for element in elements:
        if isinstance(element, Rest):
            if place < len(tokens) and tokens[place] != SEPARATOR:
                return None
            return {**variables, **element.captured(tokens[place:])}
        if place == len(tokens):
            last = element is elements[-1] and isinstance(element, Segment)
            return variables if last and element.may_be_empty and place else None  # type: ignore[union-attr]
        found = _matched(element, tokens[place])
        if found is None:
            return None
        variables.update(found)
        place += 1
    return variables if place == len(tokens) else None


def _matched(element: str | Segment, token: str) -> Mapping[str, str] | None:
    if isinstance(element, str) or token == SEPARATOR:
        return {} if element == token else None
    found = element.regex.fullmatch(token)
    return None if found is None else dict(zip(element.names, found.groups(), strict=False))
