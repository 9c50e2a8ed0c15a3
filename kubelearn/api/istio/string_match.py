"""Checks of texts that requests are compared with: exact, prefix or regular expression.

Source: istio `pkg/config/validation/validation.go` (validateStringMatch and the like), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.names import quoted
from kubelearn.api.regular_expression import syntax_error

LONGEST = 1024


def string_match(match: Mapping[str, Any] | None, where: str) -> Iterator[str]:
    """A match whose prefix may not be empty."""
    if match and match.get("prefix") == "":
        yield f"{quoted(where)}: prefix string match should not be empty"
    else:
        yield from regex_match(match, where)


def regex_match(match: Mapping[str, Any] | None, where: str) -> Iterator[str]:
    """A match of which only the regular expression is looked at."""
    pattern = (match or {}).get("regex")
    if pattern == "":
        yield f"{quoted(where)}: regex string match should not be empty"
    elif pattern is not None:
        yield from regex(pattern, where)


def regex(pattern: str, where: str) -> Iterator[str]:
    """A regular expression."""
    if len(pattern.encode()) > LONGEST:
        yield f"{quoted(where)}: regex is too large, max length allowed is {LONGEST}"
        return
    wrong = syntax_error(pattern)
    if wrong is not None:
        yield (
            f"{quoted(where)}: {wrong}; Istio uses RE2 style regex-based match "
            "(https://github.com/google/re2/wiki/Syntax)"
        )
