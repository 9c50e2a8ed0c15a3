"""Quantities of resources: "500m" of cpu, "1.5Gi" of memory, exact to one billionth.

A quantity is an integer of nano units and the suffix family that it prints in. All arithmetic is
on integers, so nothing is ever rounded by accident. What is finer than a billionth is rounded away
from zero, and a binary quantity ends at 2^63-1, as upstream.

Source: `apimachinery/pkg/api/resource/quantity.go` and `suffix.go`, Kubernetes 1.36.

Unlike the real one: an exponent above 1000 is refused ("unable to parse numeric part of quantity")
where upstream computes with it, and values above 999E keep the suffix E.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

NANO: Final = 10**9
MILLI: Final = 10**6
"""Nano units in one thousandth."""

DECIMAL_SI: Final = "DecimalSI"
BINARY_SI: Final = "BinarySI"
DECIMAL_EXPONENT: Final = "DecimalExponent"

WRONG_FORM: Final = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
WRONG_NUMBER: Final = "unable to parse numeric part of quantity"
WRONG_SUFFIX: Final = "unable to parse quantity's suffix"

LARGEST_BINARY: Final = (2**63 - 1) * NANO
LARGEST_EXPONENT: Final = 1000

DECIMAL_SUFFIXES: Final = {
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
"""Powers of ten by suffix."""
BINARY_SUFFIXES: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
"""Powers of two by suffix."""

_DECIMAL_NAMES: Final = {power: suffix for suffix, power in DECIMAL_SUFFIXES.items()}
_BINARY_NAMES: Final = {0: "", **{power: suffix for suffix, power in BINARY_SUFFIXES.items()}}
_FORM: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)", re.ASCII)


class QuantityError(ValueError):
    """A text is no quantity; `str(error)` is upstream's text."""


class Quantity(NamedTuple):
    """An exact amount (in nano units) and the suffix family that it prints in."""

    nano: int
    format: str = DECIMAL_SI

    def __str__(self) -> str:
        return text_of(self)


@lru_cache(maxsize=4096)
def parse(text: str) -> Quantity:
    """The quantity that a text means; QuantityError with upstream's text for anything else."""
    match = _FORM.fullmatch(text)
    if match is None or not text:
        raise QuantityError(WRONG_FORM)
    sign, whole, fraction, suffix = match.groups(default="")
    power, base, family = _suffix(suffix)
    digits = whole + fraction
    if power > LARGEST_EXPONENT or len(digits) > LARGEST_EXPONENT:
        raise QuantityError(WRONG_NUMBER)
    nano = _nano(int(digits or "0"), base, power, len(fraction))
    if family == BINARY_SI:
        nano = min(nano, LARGEST_BINARY)
        family = DECIMAL_SI if 0 < nano < NANO else family
    return Quantity(-nano if sign == "-" else nano, family)


def _suffix(suffix: str) -> tuple[int, int, str]:
    """(power, base, family) of a suffix."""
    if suffix in DECIMAL_SUFFIXES:
        return DECIMAL_SUFFIXES[suffix], 10, DECIMAL_SI
    if suffix in BINARY_SUFFIXES:
        return BINARY_SUFFIXES[suffix], 2, BINARY_SI
    if suffix[0] in "eE" and re.fullmatch("[-+]?[0-9]{1,18}", suffix[1:]):
        return int(suffix[1:]), 10, DECIMAL_EXPONENT
    raise QuantityError(WRONG_SUFFIX)


def _nano(digits: int, base: int, power: int, places: int) -> int:
    """Nano units of digits * base^power * 10^-places, rounded up."""
    if base == 2:
        return _divide_up(digits * NANO << power, 10**places)
    power += 9 - places
    if power >= 0:
        return int(digits * 10**power)
    # Anything so small that its digits vanish is still one nano unit.
    return _divide_up(digits, 10 ** min(-power, 2 * LARGEST_EXPONENT))


def _divide_up(number: int, divisor: int) -> int:
    """A quotient, rounded away from zero."""
    return -(-number // divisor) if number >= 0 else number // divisor


def text_of(quantity: Quantity) -> str:
    """The canonical text: the shortest one without a fraction in the quantity's own family."""
    nano, family = quantity
    if nano == 0:
        return "0"
    whole, rest = divmod(nano, NANO)
    if family == BINARY_SI and not rest and abs(whole) >= 1024:
        return _binary_text(whole)
    return _decimal_text(nano, exponent=family == DECIMAL_EXPONENT)


def _binary_text(number: int) -> str:
    power = 0
    while number % 1024 == 0 and power < 60:
        number //= 1024
        power += 10
    return f"{number}{_BINARY_NAMES[power]}"


def _decimal_text(nano: int, *, exponent: bool) -> str:
    power = -9
    while nano % 1000 == 0 and (exponent or power < 18):
        nano //= 1000
        power += 3
    if exponent:
        return f"{nano}e{power}" if power else str(nano)
    return f"{nano}{_DECIMAL_NAMES[power]}"


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """A text as the API server prints it: "0.5" becomes "500m", "1024Mi" becomes "1Gi"."""
    return text_of(parse(text))


def compare(a: str, b: str) -> int:
    """-1, 0 or 1: how the first amount compares with the second; families do not matter."""
    left, right = parse(a).nano, parse(b).nano
    return (left > right) - (left < right)


def add(a: Quantity, b: Quantity) -> Quantity:
    """The sum; an amount of zero takes the other's family."""
    return Quantity(a.nano + b.nano, a.format if a.nano else b.format)


def subtract(a: Quantity, b: Quantity) -> Quantity:
    """The difference; an amount of zero takes the other's family."""
    return Quantity(a.nano - b.nano, a.format if a.nano else b.format)


def round_up(quantity: Quantity, power10: int) -> tuple[Quantity, bool]:
    """Rounded away from zero to a multiple of 10^power10 (>= -9), and whether it was one."""
    unit = 10 ** (power10 + 9)
    nano = _divide_up(quantity.nano, unit) * unit
    return Quantity(nano, quantity.format), nano == quantity.nano


def milli(text: str | int) -> int:
    """Thousandths, rounded up: "250m" is 250, "1" is 1000 (Go's `MilliValue`)."""
    return _divide_up(parse(str(text)).nano, MILLI)


def value(text: str | int) -> int:
    """Whole units, rounded up: "1Ki" is 1024, "500m" is 1 (Go's `Value`)."""
    return _divide_up(parse(str(text)).nano, NANO)


def of_milli(thousandths: int) -> str:
    """The text of an amount of thousandths: 250 is "250m", 2000 is "2"."""
    return text_of(Quantity(thousandths * MILLI))


def of_value(units: int, family: str = BINARY_SI) -> str:
    """The text of whole units: 1073741824 is "1Gi"."""
    return text_of(Quantity(units * NANO, family))


def decimal(quantity: Quantity) -> str:
    """The plain decimal number: "0.5", "1536", without trailing zeros."""
    sign = "-" if quantity.nano < 0 else ""
    whole, rest = divmod(abs(quantity.nano), NANO)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{sign}{whole}{fraction}"
