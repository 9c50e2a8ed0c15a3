"""What is wrong with a cron schedule, in the words of the parser that Kubernetes uses.

Source: `github.com/robfig/cron/v3`, `parser.go` (standard five fields and descriptors).
"""

from __future__ import annotations

import re
from typing import NamedTuple

DESCRIPTORS = (
    "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
)  # fmt: skip
DURATION = re.compile(r"[+-]?(0|(([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|ms|s|m|h))+)")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class Bounds(NamedTuple):
    """The range of a field, and names for some of its values."""

    low: int
    high: int
    names: dict[str, int]


FIELDS = (
    Bounds(0, 59, {}),
    Bounds(0, 23, {}),
    Bounds(1, 31, {}),
    Bounds(1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    Bounds(0, 6, {name: number for number, name in enumerate(DAYS)}),
)
"""Minute, hour, day of the month, month, day of the week."""


class _WrongError(Exception):
    """The text of the parser's error."""


def schedule_problem(schedule: str) -> str:
    """The parser's error for a schedule; "" for a right one."""
    text = schedule
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    try:
        if text.startswith("@"):
            _descriptor(text)
            return ""
        fields = text.split()
        if len(fields) != len(FIELDS):
            found = f"found {len(fields)}: [{' '.join(fields)}]"
            return f"expected exactly {len(FIELDS)} fields, {found}"
        for field, bounds in zip(fields, FIELDS, strict=True):
            for expression in filter(None, field.split(",")):
                _range(expression, bounds)
    except _WrongError as error:
        return str(error)
    return ""


def _descriptor(text: str) -> None:
    if text in DESCRIPTORS:
        return
    if not text.startswith("@every "):
        raise _WrongError(f"unrecognized descriptor: {text}")
    length = text.removeprefix("@every ")
    if DURATION.fullmatch(length) is None:
        bare = re.fullmatch(r"[+-]?[0-9.]+", length)
        reason = "missing unit in duration" if bare else "invalid duration"
        raise _WrongError(f'failed to parse duration {text}: time: {reason} "{length}"')


def _range(expression: str, bounds: Bounds) -> None:
    """Check one range such as `*/5`, `1-5` or `mon`."""
    limits, *steps = expression.split("/")
    first, *rest = limits.split("-")
    if first in ("*", "?"):
        low, high = bounds.low, bounds.high
    else:
        low = _number_or_name(first, bounds)
        if len(rest) > 1:
            raise _WrongError(f"too many hyphens: {expression}")
        high = _number_or_name(rest[0], bounds) if rest else low
    if len(steps) > 1:
        raise _WrongError(f"too many slashes: {expression}")
    step = _number(steps[0]) if steps else 1
    if steps and not rest:
        high = bounds.high
    _in_bounds(expression, (low, high, step), bounds)


def _in_bounds(expression: str, found: tuple[int, int, int], bounds: Bounds) -> None:
    low, high, step = found
    if low < bounds.low:
        problem = f"beginning of range ({low}) below minimum ({bounds.low})"
    elif high > bounds.high:
        problem = f"end of range ({high}) above maximum ({bounds.high})"
    elif low > high:
        problem = f"beginning of range ({low}) beyond end of range ({high})"
    elif step == 0:
        problem = "step of range should be a positive number"
    else:
        return
    raise _WrongError(f"{problem}: {expression}")


def _number_or_name(text: str, bounds: Bounds) -> int:
    named = bounds.names.get(text.lower())
    return _number(text) if named is None else named


def _number(text: str) -> int:
    if re.fullmatch("[+-]?[0-9]+", text, re.ASCII) is None:
        reason = f'strconv.Atoi: parsing "{text}": invalid syntax'
        raise _WrongError(f"failed to parse int from {text}: {reason}")
    number = int(text)
    if number < 0:
        raise _WrongError(f"negative number ({number}) not allowed: {text}")
    return number
