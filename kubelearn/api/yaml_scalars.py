"""What a plain YAML word means to Kubernetes: `y` and `on` are booleans, dates are texts.

Numbers, booleans and nulls are told apart as sigs.k8s.io/yaml does it (YAML 1.1 with octal `010`,
without base 60 and without time stamps). A float without a fraction is an integer, since that is
how it is written as JSON.

Source: `sigs.k8s.io/yaml/goyaml.v2/resolve.go`, `yaml.go`.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
"""Words with a meaning of their own."""
FIRST: Final = frozenset("+-.0123456789yYnNtTfFoO~")
"""Letters that a word with a meaning can begin with."""

_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"
)
_BASES: Final = (16, 2, 8, 10)
_LARGEST_EXACT: Final = 2**64
_LARGEST_PLAIN: Final = 1e21
"""From here on Go writes a float with an exponent."""


def resolve(word: str) -> Any:
    """The value of a plain word: None, a boolean, a number, or the text itself."""
    if word and word[0] not in FIRST:
        return word
    if word in WORDS:
        return WORDS[word]
    if word[0] == ".":
        return _float(word)
    if word[0] not in "+-0123456789":
        return word
    plain = word.replace("_", "")
    number = _integer(plain)
    return number if number is not None else _float(plain, otherwise=word)


def _integer(plain: str) -> int | None:
    match = _INTEGER.fullmatch(plain)
    if match is None or len(plain) > 80:
        return None
    sign, *digits = match.groups()
    base, text = next(pair for pair in zip(_BASES, digits, strict=True) if pair[1] is not None)
    number = int(text, base)
    if number >= _LARGEST_EXACT:
        return None
    return -number if sign == "-" else number


def _float(plain: str, otherwise: str | None = None) -> Any:
    """The number that a text means; else the text (before underscores were dropped)."""
    if not _FLOAT.fullmatch(plain):
        return plain if otherwise is None else otherwise
    number = float(plain)
    if math.isinf(number):
        return plain if otherwise is None else otherwise
    if number.is_integer() and abs(number) < _LARGEST_PLAIN:
        return int(number)
    return number


def key_text(key: Any) -> str:
    """A key as JSON has it: `1: x` and `true: x` get the keys "1" and "true"."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int | float):
        return str(key)
    raise ValueError(f"a key must be a text, a number or a boolean, not {kind_of(key)}")


def kind_of(value: Any) -> str:
    """The YAML name of a value's kind."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"the {'text' if isinstance(value, str) else 'number'} {value!r}"
