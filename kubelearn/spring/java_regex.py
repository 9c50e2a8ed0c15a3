r"""Java's regular expressions and replacement texts in Python's.

Unlike the real one: possessive quantifiers, classes such as `\p{Alpha}` and flags in the middle of
a pattern are not translated.
"""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def compile_java(pattern: str) -> re.Pattern[str]:
    """A Java pattern; only the names of groups are written differently."""
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern))


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
