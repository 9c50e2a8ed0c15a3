"""Go's text templates read into nodes.

Source: Go `text/template/parse/{lex,parse}.go`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kubelearn.kubectl.gofunctions import FUNCTIONS, TemplateError

_ACTION = re.compile(r"\{\{(-(?=\s))?(.*?)((?<=\s)-)?\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<number>[+-]?\d+(?:\.\d+)?\b)
    |(?P<field>(?:\.[A-Za-z_]\w*)+)
    |(?P<variable>\$\w*(?:\.[A-Za-z_]\w*)*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>:=|[=|(),.]))""",
    re.VERBOSE,
)
_BEGINS = ("if", "with", "range")
KNOWN = {*FUNCTIONS, *_BEGINS, "end", "else", "break", "continue", "true", "false", "nil"}
"""The words that may stand in an action."""


class Block(NamedTuple):
    """`if`, `with` or `range` with its pipeline, what is inside, and what stands after `else`."""

    word: str
    pipeline: list[str]
    inside: list[Any]
    otherwise: list[Any]


def parsed(template: str) -> list[Any]:
    """The nodes of a template; TemplateError says what is wrong with it."""
    return _Parser(_pieces(template)).nodes()


def _pieces(template: str) -> list[str | list[str]]:
    """Texts, and the tokens of each action."""
    pieces: list[str | list[str]] = []
    end, trim = 0, False
    for match in _ACTION.finditer(template):
        text = template[end : match.start()]
        text = text.lstrip() if trim else text
        pieces.append(text.rstrip() if match[1] else text)
        if not match[2].strip().startswith("/*"):
            pieces.append(list(_tokens(match[2])))
        end, trim = match.end(), bool(match[3])
    if "{{" in template[end:]:
        raise TemplateError("unclosed action")
    pieces.append(template[end:].lstrip() if trim else template[end:])
    return pieces


def _tokens(action: str) -> Iterator[str]:
    position, action = 0, action.rstrip()
    while position < len(action):
        match = _TOKEN.match(action, position)
        if match is None:
            raise TemplateError(f"unexpected {action[position:]!r} in action")
        if match["word"] and match["word"] not in KNOWN:
            raise TemplateError(f'function "{match["word"]}" not defined')
        yield match[0].strip()
        position = match.end()


class _Parser:
    """Reads pieces into nodes: a text, the tokens of a pipeline, or a `Block`."""

    def __init__(self, pieces: list[str | list[str]]) -> None:
        self.pieces = iter(pieces)
        self.ended: list[str] = []

    def nodes(self, *, inside: bool = False) -> list[Any]:
        """All up to the end, or up to `end` or `else` inside of a block."""
        found: list[Any] = []
        for piece in self.pieces:
            if isinstance(piece, str) or not piece or piece[0] not in (*_BEGINS, "end", "else"):
                found.append(piece)
            elif piece[0] in _BEGINS:
                found.append(self._block(piece))
            elif inside:
                self.ended = piece
                return found
            else:
                raise TemplateError(f"unexpected {{{{{piece[0]}}}}}")
        if inside:
            raise TemplateError("unexpected EOF")
        return found

    def _block(self, tokens: list[str]) -> Block:
        inside = self.nodes(inside=True)
        otherwise: list[Any] = []
        if self.ended[0] == "else":
            # `else if` is an if of its own, which has the only end.
            more = self.ended[1:]
            otherwise = [self._block(more)] if more else self.nodes(inside=True)
        return Block(tokens[0], tokens[1:], inside, otherwise)
