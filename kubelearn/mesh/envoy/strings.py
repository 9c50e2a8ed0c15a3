"""String matchers: one text against exact, prefix, suffix, contains or a regular expression.

Source: envoy `api/envoy/type/matcher/v3/string.proto`, `source/common/common/matchers.cc`, 1.40.

Unlike the real one: regular expressions are Python's; RE2 lacks look-around and back-references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """A regular expression that has to match the whole text."""
    return re.compile(pattern)


KINDS: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda text, wanted: text == wanted,
    "prefix": lambda text, wanted: text.startswith(wanted),
    "suffix": lambda text, wanted: text.endswith(wanted),
    "contains": lambda text, wanted: wanted in text,
}
"""The fields of a StringMatcher: (text, wanted) → whether it matches."""


def matches_string(matcher: Mapping[str, Any], text: str) -> bool:
    """Whether a StringMatcher matches; `ignore_case` does not concern regular expressions."""
    if "safe_regex" in matcher:
        return compiled(matcher["safe_regex"]["regex"]).fullmatch(text) is not None
    for kind, test in KINDS.items():
        if kind in matcher:
            wanted = matcher[kind]
            if matcher.get("ignore_case"):
                text, wanted = text.lower(), wanted.lower()
            return test(text, wanted)
    raise ValueError(f"{dict(matcher)} matches nothing: give one of {', '.join(KINDS)}, safe_regex")
