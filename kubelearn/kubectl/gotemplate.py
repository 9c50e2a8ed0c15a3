"""Go's text templates, as `kubectl get -o go-template` fills them from objects.

Source: Go `text/template/exec.go`; cli-runtime `pkg/printers/template.go`.

Unlike the real one: no `call`, as no object has functions; an error in a template names no
place, and what was written before it is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.gofunctions import FUNCTIONS, MISSING, TemplateError, is_true, shown
from kubelearn.kubectl.gosyntax import Block, Call, Parsed, parsed, text_of

_CONSTANTS = {"true": True, "false": False, "nil": None}


class Stop(Exception):
    """`break` or `continue` inside of a range."""


def fill(template: str, value: Any, *, missing: bool = True) -> str:
    """The template with what it asks of a value; `missing`: absent keys are `<no value>`."""
    try:
        found = parsed(template)
    except TemplateError as error:
        text = f"error parsing template {template}, template: output:1: {error}"
        raise UsageError(text) from None
    try:
        return "".join(_Filling(found, missing).run(found.nodes, value, {"$": value}))
    except TemplateError as error:
        said = str(error)
    except RecursionError:
        said = "exceeded maximum template depth (100000)"
    raise UsageError(f'error executing template "{template}": template: output: {said}')


class _Filling:
    def __init__(self, template: Parsed, missing: bool) -> None:
        self.defined, self.missing = template.defined, missing

    def run(self, nodes: Sequence[Any], dot: Any, names: dict[str, Any]) -> Iterator[str]:
        """What the nodes write."""
        for node in nodes:
            if isinstance(node, str):
                yield node
            elif isinstance(node, Block):
                yield from getattr(self, f"_{node.word}")(node, dot, names.copy())
            elif isinstance(node, Call):
                yield from self._called(node, dot, names)
            elif node in (["break"], ["continue"]):
                raise Stop(node[0])
            elif node:
                declared, value = self._declared(node, dot, names)
                if not declared:
                    yield shown(value)

    def _declared(self, tokens: list[str], dot: Any, names: dict[str, Any]) -> tuple[bool, Any]:
        """The value of a pipeline, which a variable may keep."""
        if len(tokens) > 1 and tokens[1] in (":=", "="):
            names[tokens[0]] = value = self._pipeline(tokens[2:], dot, names)
            return True, value
        return False, self._pipeline(tokens, dot, names)

    def _called(self, call: Call, dot: Any, names: dict[str, Any]) -> Iterator[str]:
        """Another template, which sees the value that it is given and nothing else."""
        value = self._declared(call.pipeline, dot, names.copy())[1] if call.pipeline else None
        if call.name not in self.defined:
            raise TemplateError(f'template "{call.name}" not defined')
        yield from self.run(self.defined[call.name], value, {"$": value})

    def _if(self, block: Block, dot: Any, names: dict[str, Any]) -> Iterator[str]:
        _, value = self._declared(block.pipeline, dot, names)
        yield from self.run(block.inside if is_true(value) else block.otherwise, dot, names)

    def _with(self, block: Block, dot: Any, names: dict[str, Any]) -> Iterator[str]:
        _, value = self._declared(block.pipeline, dot, names)
        if is_true(value):
            yield from self.run(block.inside, value, names)
        else:
            yield from self.run(block.otherwise, dot, names)

    def _range(self, block: Block, dot: Any, names: dict[str, Any]) -> Iterator[str]:
        tokens, keeps = block.pipeline, list[str]()
        if ":=" in tokens:
            place = tokens.index(":=")
            keeps, tokens = [one for one in tokens[:place] if one != ","], tokens[place + 1 :]
        entries = _entries(self._pipeline(tokens, dot, names))
        if not entries:
            yield from self.run(block.otherwise, dot, names)
        for key, value in entries:
            kept = dict(zip(keeps, (key, value) if len(keeps) > 1 else (value,), strict=False))
            written, stopped = self._once(block.inside, value, names | kept)
            yield from written
            if stopped == "break":
                return

    def _once(self, nodes: list[Any], dot: Any, names: dict[str, Any]) -> tuple[list[str], str]:
        """What one turn of a range writes, and what has stopped it."""
        written: list[str] = []
        try:
            written.extend(self.run(nodes, dot, names))
        except Stop as stop:
            return written, str(stop)
        return written, ""

    def _pipeline(self, tokens: list[str], dot: Any, names: dict[str, Any]) -> Any:
        """The value of commands, each of which gets the value before it as its last argument."""
        value: Any = ...
        for command in _split(tokens):
            if command == ["nil"]:
                raise TemplateError("nil is not a command")
            words = list(self._operands(command, dot, names))
            if value is not ...:
                words.append(value)
            value = words[0](*words[1:]) if callable(words[0]) else words[0]
        if value is ...:
            raise TemplateError("missing value for command")
        return value

    def _operands(self, tokens: list[str], dot: Any, names: dict[str, Any]) -> Iterator[Any]:
        position = 0
        while position < len(tokens):
            word = tokens[position]
            position += 1
            if word != "(":
                yield self._operand(word, dot, names)
                continue
            end = _closing(tokens, position)
            value = self._pipeline(tokens[position:end], dot, names)
            position = end + 1
            if position < len(tokens) and tokens[position].startswith("."):
                value = self._fields(value, tokens[position])
                position += 1
            yield value

    def _operand(self, word: str, dot: Any, names: dict[str, Any]) -> Any:
        if word == ".":
            return dot
        if word.startswith("."):
            return self._fields(dot, word)
        if word.startswith("$"):
            name, point, rest = word.partition(".")
            if name not in names:
                raise TemplateError(f'undefined variable "{name}"')
            return self._fields(names[name], point + rest)
        if word[0] in '"`':
            return text_of(word)
        if word[0].isdigit() or word[0] in "+-":
            return float(word) if "." in word else int(word)
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        return FUNCTIONS[word]

    def _fields(self, value: Any, path: str) -> Any:
        for name in filter(None, path.split(".")):
            if value is MISSING or value is None:
                return MISSING
            if not isinstance(value, dict):
                raise TemplateError(f"can't evaluate field {name} in type interface {{}}")
            if name not in value and not self.missing:
                raise TemplateError(f'map has no entry for key "{name}"')
            value = value.get(name, MISSING)
        return value


def _split(tokens: list[str]) -> Iterator[list[str]]:
    """The commands between the bars that stand in no bracket."""
    command: list[str] = []
    depth = 0
    for word in tokens:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "|" and not depth:
            yield command
            command = []
        else:
            command.append(word)
    if command:
        yield command


def _closing(tokens: list[str], position: int) -> int:
    depth = 1
    for place in range(position, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[place], 0)
        if not depth:
            return place
    raise TemplateError("unclosed left paren")


def _entries(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return [(name, value[name]) for name in sorted(value)]
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return [(number, number) for number in range(value)]
    if value is None or value is MISSING:
        return []
    raise TemplateError(f"range can't iterate over {shown(value)}")
