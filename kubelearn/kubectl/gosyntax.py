"""Go's text templates read into nodes.

Source: Go `text/template/parse/{lex,parse}.go`.
"""

from __future__ import annotations

import json
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
_BEGINS = ("if", "with", "range", "block", "define")
_LEAVES = ("break", "continue")
_NAMING = ("block", "define", "template")
"""Words behind which the name of a template stands."""
KNOWN = {
    *FUNCTIONS, *_BEGINS, *_LEAVES, "end", "else", "template", "true", "false", "nil",
}  # fmt: skip
"""The words that may stand in an action."""


class Block(NamedTuple):
    """`if`, `with` or `range` with its pipeline, what is inside, and what stands after `else`."""

    word: str
    pipeline: list[str]
    inside: list[Any]
    otherwise: list[Any]


class Call(NamedTuple):
    """`template`: the nodes of this name, filled from the value of a pipeline."""

    name: str
    pipeline: list[str]


class Parsed(NamedTuple):
    """A template, and the templates that are defined in it by name."""

    nodes: list[Any]
    defined: dict[str, list[Any]]


def parsed(template: str) -> Parsed:
    """The nodes of a template; TemplateError says what is wrong with it."""
    parser = _Parser(_pieces(template))
    return Parsed(parser.nodes(), parser.defined)


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
    position, before, action = 0, "", action.rstrip()
    while position < len(action):
        match = _TOKEN.match(action, position)
        if match is None:
            raise TemplateError(f"unexpected {action[position:]!r} in action")
        if match["word"] and match["word"] not in KNOWN and before not in _NAMING:
            raise TemplateError(f'function "{match["word"]}" not defined')
        before, position = match[0].strip(), match.end()
        yield before


class _Parser:
    """Reads pieces into nodes: a text, the tokens of a pipeline, a `Block` or a `Call`."""

    def __init__(self, pieces: list[str | list[str]]) -> None:
        self.pieces = iter(pieces)
        self.ended: list[str] = []
        self.defined: dict[str, list[Any]] = {}
        self.ranges = 0

    def nodes(self, *, inside: bool = False) -> list[Any]:
        """All up to the end, or up to `end` or `else` inside of a block."""
        found: list[Any] = []
        for piece in self.pieces:
            if isinstance(piece, str) or not piece or piece[0] not in (*_BEGINS, "end", "else"):
                found.append(self._leaf(piece))
            elif piece[0] == "define" and inside:
                raise TemplateError("unexpected <define> in command")
            elif piece[0] in _BEGINS:
                found.append(self._begun(piece))
            elif inside:
                self.ended = piece
                return found
            else:
                raise TemplateError(f"unexpected {{{{{piece[0]}}}}}")
        if inside:
            raise TemplateError("unexpected EOF")
        return found

    def _leaf(self, piece: str | list[str]) -> Any:
        """What has no inside."""
        word = piece[0] if piece else ""
        if isinstance(piece, str) or word not in (*_LEAVES, "template"):
            return piece
        if word == "template":
            return Call(_name(piece), piece[2:])
        if not self.ranges:
            raise TemplateError(f"{{{{{word}}}}} outside {{{{range}}}}")
        return piece

    def _begun(self, tokens: list[str]) -> Any:
        """What ends with an `end`: `block` is a `define` and a `template` at once."""
        if tokens[0] not in ("define", "block"):
            return self._block(tokens)
        name, around, self.ranges = _name(tokens), self.ranges, 0
        if tokens[0] == "block" and not tokens[2:]:
            raise TemplateError("missing value for block clause")
        self._define(tokens[0], name, self.nodes(inside=True))
        self.ranges = around
        return Call(name, tokens[2:]) if tokens[0] == "block" else ""

    def _define(self, word: str, name: str, nodes: list[Any]) -> None:
        if self.ended[0] == "else":
            raise TemplateError(f"unexpected {{{{else}}}} in {word} clause")
        if _is_empty(self.defined.get(name, [])):
            self.defined[name] = nodes
        elif not _is_empty(nodes):
            raise TemplateError(f'template: multiple definition of template "{name}"')

    def _block(self, tokens: list[str]) -> Block:
        self.ranges += tokens[0] == "range"
        inside = self.nodes(inside=True)
        self.ranges -= tokens[0] == "range"
        otherwise: list[Any] = []
        if self.ended[0] == "else":
            # `else if` is an if of its own, which has the only end.
            more = self.ended[1:]
            otherwise = [self._block(more)] if more else self.nodes(inside=True)
        return Block(tokens[0], tokens[1:], inside, otherwise)


def _name(tokens: list[str]) -> str:
    """The name of a template, which is a constant."""
    if len(tokens) < 2 or tokens[1][0] not in '"`':
        given = tokens[1] if len(tokens) > 1 else "}}"
        raise TemplateError(f"unexpected {json.dumps(given)} in {tokens[0]} clause")
    return text_of(tokens[1])


def _is_empty(nodes: list[Any]) -> bool:
    """Whether there is nothing but white space, which defines no template."""
    return all(isinstance(node, str) and not node.strip() for node in nodes)


def text_of(literal: str) -> str:
    """A text in Go's double quotes or backquotes."""
    if literal[0] == "`":
        return literal[1:-1]
    return re.sub(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", _letter, literal[1:-1])


def _letter(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}.get(
        code, code
    )
