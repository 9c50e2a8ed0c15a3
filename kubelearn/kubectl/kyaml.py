"""KYAML, the dialect of YAML in braces: `kubectl get -o kyaml`.

Source: sigs.k8s.io/yaml `kyaml/kyaml.go` by what kubectl 1.37 prints (KEP-5295).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from kubelearn.kubectl.failures import UsageError

STEP = "  "
_PLAIN = re.compile(r"[A-Za-z_]([A-Za-z0-9_./-]*[A-Za-z0-9_])?")
_WORDS = {"y", "n", "yes", "no", "on", "off", "t", "f", "true", "false", "null", "nan", "inf"}
"""Keys that a reader of YAML 1.1 takes for something else than a text."""
_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\a": "\\a", "\b": "\\b",
    "\v": "\\v", "\f": "\\f", "\x1b": "\\e", "\x85": " ", "\xa0": "\\_", "\u2028": "\\L",
    "\u2029": "\\P",
}  # fmt: skip
_TO_ESCAPE = re.compile(r'["\\\n\r\0-\x08\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]')


_REFUSED = re.compile(r"[\x7f-\x84\x86-\x9f]")


def to_kyaml(value: Any) -> str:
    """The document of an object, with its `---` and a line's end; UsageError as from kubectl."""
    text = f"---\n{_value(value, '')}\n"
    if "\\x" in text and _REFUSED.search(_all_texts(value)):
        raise UsageError("error decoding: yaml: control characters are not allowed")
    return text


def _all_texts(value: Any) -> str:
    """Every text in a value, one behind the other."""
    if isinstance(value, dict):
        return "".join(f"{name}{_all_texts(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "".join(map(_all_texts, value))
    return value if isinstance(value, str) else ""


def _value(value: Any, indent: str) -> str:
    if isinstance(value, dict):
        return _mapping(value, indent) if value else "{}"
    if isinstance(value, list):
        return _sequence(value, indent) if value else "[]"
    if isinstance(value, str):
        return _text(value, indent)
    return str(yaml.safe_dump(value)).partition("\n")[0]  # null, true, 1, 0.5


def _mapping(value: dict[str, Any], indent: str) -> str:
    inner = indent + STEP
    lines = [f"{inner}{_key(name)}: {_value(value[name], inner)},\n" for name in sorted(value)]
    return f"{{\n{''.join(lines)}{indent}}}"


def _sequence(value: list[Any], indent: str) -> str:
    """Mappings share the line of the bracket, all else has a line for each."""
    if isinstance(value[0], (dict, list)):
        return f"[{', '.join(_value(item, indent) for item in value)}]"
    inner = indent + STEP
    lines = [f"{inner}{_value(item, inner)},\n" for item in value]
    return f"[\n{''.join(lines)}{indent}]"


def _key(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS
    return name if plain else f'"{_escaped(name)}"'


def _text(text: str, indent: str) -> str:
    """In quotes; a text of several lines has a line for each, with its end escaped."""
    if "\n" not in text:
        return f'"{_escaped(text)}"'
    inner = indent + STEP
    return f'"\\\n{"".join(_folded(text, inner))}{inner}"'


def _folded(text: str, indent: str) -> Iterator[str]:
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        # A reader drops blanks at the beginning of a line, so the first of them is escaped.
        mark = "\\" if line[0] in " \t" else " "
        yield f"{indent}{mark}{_escaped(line)}\\\n"


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda found: _escape(found[0]), text)


def _escape(letter: str) -> str:
    known = _ESCAPES.get(letter)
    if known:
        return known
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
