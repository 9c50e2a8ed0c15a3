r"""Java's regular expressions and replacement texts in Python's.

Names of groups, references to them, quoted text (`\Q...\E`) and classes (`\p{L}`, `\p{Alpha}`) are
written differently; `\w`, `\d` and `\s` are ASCII. Source: `java.util.regex.Pattern`.

Unlike the real one: classes by script, block or Java method, classes inside classes (`[a[b]]`,
`&&`) and flags in the middle of a pattern are not translated.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import Final

POSIX: Final = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "0-9A-Za-z",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9A-Fa-f",
    "Space": r"\t-\r ",
}
"""The ASCII classes by name, as ranges."""
TOKEN: Final = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
    r"|\\(?P<sign>[pP])(?:\{(?P<category>\w+)\}|(?P<letter>\w))"
    r"|\\k<(?P<reference>\w+)>"
    r"|(?P<end>\\z)"
    r"|(?P<group>\(\?<(?=[A-Za-z]))"
    r"|(?P<other>\\.|[\[\]]|[^\\\[\](]+|.)",
    re.DOTALL,
)


@lru_cache(maxsize=1024)
def compile_java(pattern: str) -> re.Pattern[str]:
    """A Java pattern; ValueError for a class that is not translated."""
    parts = []
    depth = 0
    for found in TOKEN.finditer(pattern):
        depth = max(0, depth + {"[": 1, "]": -1}.get(found[0], 0))
        parts.append(_translated(found, inside=depth > 0))
    return re.compile("".join(parts), re.ASCII)


def _translated(found: re.Match[str], *, inside: bool) -> str:
    if found["other"] is not None:
        return found[0]
    if found["sign"]:
        ranges = class_ranges(found["category"] or found["letter"], negated=found["sign"] == "P")
        return ranges if inside else f"[{ranges}]"
    if found["reference"]:
        return f"(?P={found['reference']})"
    if found["end"]:
        return r"\Z"
    return "(?P<" if found["group"] else re.escape(found["quoted"])


@lru_cache(maxsize=64)
def class_ranges(name: str, *, negated: bool = False) -> str:
    r"""The ranges of a class: `a-z` for Lower; those of a general category such as L or Nd."""
    if name in POSIX:
        fits = re.compile(f"[{POSIX[name]}]").match
        members = [fits(chr(code)) is not None for code in range(sys.maxunicode + 1)]
    else:
        category = name.removeprefix("Is")
        if not re.fullmatch("[CLMNPSZ][a-z]?", category):
            known = ", ".join(POSIX)
            raise ValueError(
                rf"\p{{{name}}} is not known: use a general category or one of {known}"
            )
        kinds = (unicodedata.category(chr(code)) for code in range(sys.maxunicode + 1))
        members = [kind.startswith(category) for kind in kinds]
    return "".join(_runs(members, wanted=not negated))


def _runs(members: list[bool], *, wanted: bool) -> list[str]:
    """The ranges of the code points whose membership is the wanted one."""
    runs = []
    start = -1
    for code, member in enumerate([*members, not wanted]):
        if (member == wanted) != (start >= 0):
            if start >= 0:
                runs.append(rf"\U{start:08x}-\U{code - 1:08x}")
            start = -1 if start >= 0 else code
    return runs


def replace_all(pattern: str, replacement: str, text: str) -> str:
    r"""The text with all matches replaced; `$\{name}` is YAML's way to write `${name}`."""
    wanted = replacement.replace("$\\", "$")
    return compile_java(pattern).sub(lambda found: _filled(wanted, found), text)


def _filled(replacement: str, found: re.Match[str]) -> str:
    def fill(reference: re.Match[str]) -> str:
        if reference["quoted"]:
            return str(reference["quoted"])
        name = reference["name"]
        return found[name] or "" if name else found[int(reference["number"])] or ""

    part = r"\\(?P<quoted>.)|\$\{(?P<name>[A-Za-z][A-Za-z0-9]*)\}|\$(?P<number>[0-9])"
    return re.sub(part, fill, replacement)
