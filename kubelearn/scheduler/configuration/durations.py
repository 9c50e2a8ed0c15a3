"""Durations as Go reads them: "15s", "1m30s", "-1.5h".

Source: Go's `time.ParseDuration`; the texts of the errors are its own.
"""

from __future__ import annotations

import re

from kubelearn.api.validation.field import quote
from kubelearn.sim.clock import HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND

UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "μs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
LARGEST = 2**63 - 1
_PIECE = re.compile(r"(\d+\.?\d*|\.\d+)([^.\d]*)")


def nanoseconds(text: str) -> int:
    """The length of a duration; ValueError for what is none."""
    rest = text[1:] if text[:1] in ("+", "-") else text
    total = 0.0 if rest == "0" else _sum(text, rest)
    if total > LARGEST:
        raise ValueError(f"time: invalid duration {quote(text)}")
    return -int(total) if text.startswith("-") else int(total)


def _sum(text: str, rest: str) -> float:
    total, place = 0.0, 0
    while place < len(rest) or not rest:
        piece = _PIECE.match(rest, place)
        if piece is None:
            raise ValueError(f"time: invalid duration {quote(text)}")
        number, unit = piece.groups()
        if not unit:
            raise ValueError(f"time: missing unit in duration {quote(text)}")
        if unit not in UNITS:
            raise ValueError(f"time: unknown unit {quote(unit)} in duration {quote(text)}")
        total += float(number) * UNITS[unit]
        place = piece.end()
    return total
