"""The line of a field in a text; looked for only when it has to be shown."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, Final

import yaml

from kubelearn.api.yaml_text import LOADER

_INDEX: Final = re.compile(r"\[([^\]]*)\]")


def line_of(text: str, document: int, path: str) -> int:
    """The line (from 1) of a path in the document of this number, or of its nearest parent."""
    nodes = yaml.compose_all(text, Loader=LOADER)
    numbered = (node for node in nodes if not _is_null(node))
    node = next(islice(numbered, document, None), None)
    return _line(node, path, node.start_mark.line + 1) if node is not None else 0


def _is_null(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null", "Null", "NULL")


def _line(node: Any, path: str, line: int) -> int:
    while path:
        step = _mapping_step if isinstance(node, yaml.MappingNode) else _list_step
        found = step(node, path)
        if found is None:
            return line
        node, path, line = found
    return line


def _mapping_step(node: Any, path: str) -> tuple[Any, str, int] | None:
    """(value, rest of the path, line of the key); keys may have dots in them."""
    bracket = _INDEX.match(path)
    best: tuple[Any, str, int] | None = None
    for key, value in node.value:
        name = getattr(key, "value", None)
        if bracket and bracket[1] == name:
            return value, path[bracket.end() :].lstrip("."), key.start_mark.line + 1
        if isinstance(name, str) and name and path.startswith(name):
            rest = path[len(name) :]
            longer = best is None or len(rest) < len(best[1])
            if (not rest or rest[0] in ".[") and longer:
                best = (value, rest.removeprefix("."), key.start_mark.line + 1)
    return best


def _list_step(node: Any, path: str) -> tuple[Any, str, int] | None:
    match = _INDEX.match(path)
    if match is None or not isinstance(node, yaml.SequenceNode) or not match[1].isdecimal():
        return None
    index = int(match[1])
    if index >= len(node.value):
        return None
    item = node.value[index]
    return item, path[match.end() :].removeprefix("."), item.start_mark.line + 1
