"""Reading single values: numbers in range, quantities, times, base64, numbers or texts.

Each reader takes (value, path, report) and returns the value as the server would write it back, or
DROP when it is of no use; the report then says why.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from kubelearn.api import quantity
from kubelearn.api.decoding.go_time import TimeError, time_text
from kubelearn.api.decoding.report import DecodeError, Path, Report, dotted, number_text
from kubelearn.api.json_text import Literal, Repeated

DROP: Final[Any] = object()
"""Stands for a value that is not kept."""

Reader = Callable[[Any, Path, Report], Any]


def text_reader(go_type: str) -> Reader:
    """Reads texts."""

    def read(value: Any, path: Path, report: Report) -> Any:
        if isinstance(value, str):
            return value
        report.mismatch(value, go_type, path)
        return DROP

    return read


def boolean_reader(go_type: str) -> Reader:
    """Reads booleans."""

    def read(value: Any, path: Path, report: Report) -> Any:
        if isinstance(value, bool):
            return value
        report.mismatch(value, go_type, path)
        return DROP

    return read


def integer_reader(bits: int) -> Reader:
    """Reads whole numbers of 32 or 64 bits."""
    go_type = f"int{bits}"

    def read(value: Any, path: Path, report: Report) -> Any:
        whole = report.integer(value, bits)
        if whole is not None:
            return whole
        number = isinstance(value, int | float) and not isinstance(value, bool)
        report.mismatch(value, go_type, path, number=number)
        return DROP

    return read


def read_double(value: Any, path: Path, report: Report) -> Any:
    """Reads numbers with a fraction."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if isinstance(value, Literal) else value
    report.mismatch(value, "float64", path)
    return DROP


_INTEGER: Final = integer_reader(32)


def read_int_or_string(value: Any, path: Path, report: Report) -> Any:
    """Reads a text or a whole number."""
    if isinstance(value, str):
        return value
    if not report.alone:
        return _INTEGER(value, path, report)
    own = Report()
    whole = _INTEGER(value, None, own)
    if own.error:
        report.failed(own.error, path)
    return whole


def read_quantity(value: Any, path: Path, _report: Report) -> Any:
    """Reads a quantity and keeps its text."""
    if isinstance(value, str):
        text = value.strip(" \t\r\n")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = number_text(value)
    else:
        # Booleans, lists and structs are read as their JSON text, which is no quantity.
        raise DecodeError(quantity.WRONG_FORM, dotted(path))
    try:
        quantity.parse(text)
    except quantity.QuantityError as error:
        raise DecodeError(str(error), dotted(path)) from None
    return text


def read_amount(value: Any, path: Path, report: Report) -> Any:
    """Reads a quantity and writes its canonical text."""
    return quantity.canonical(read_quantity(value, path, report))


def time_reader(*, micro: bool) -> Reader:
    """Reads time stamps."""

    def read(value: Any, path: Path, report: Report) -> Any:
        if not isinstance(value, str):
            own = Report()
            own.mismatch(value, "string", None if report.alone else path)
            raise DecodeError(own.error, dotted(path))
        try:
            return time_text(value, micro=micro)
        except TimeError as error:
            raise DecodeError(str(error), dotted(path)) from None

    return read


def read_bytes(value: Any, path: Path, report: Report) -> Any:
    """Reads bytes in base64, which are kept as base64."""
    if not isinstance(value, str):
        report.mismatch(value, "[]uint8", path)
        return DROP
    plain = value.replace("\n", "").replace("\r", "")
    try:
        return base64.b64encode(base64.b64decode(plain, validate=True)).decode()
    except (binascii.Error, ValueError):
        text = f"illegal base64 data at input byte {first_illegal(value)}"
        report.failed(f"{report.bytes_prefix}{text}", path)
        return DROP


_ALPHABET: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)  # fmt: skip


def first_illegal(text: str) -> int:
    """The offset that Go names for a text that is no base64 (`encoding/base64`)."""
    filled, start = 0, 0
    for offset, letter in enumerate(text):
        if letter in "\r\n":
            continue
        if letter in _ALPHABET:
            start = offset if filled == 0 else start
            filled = (filled + 1) % 4
        elif letter == "=" and filled >= 2:
            return _padding(text, offset, filled)
        else:
            return offset
    return len(text) - filled


def _padding(text: str, offset: int, filled: int) -> int:
    """The offset that is wrong once padding has begun."""
    rest = [index for index in range(offset + 1, len(text)) if text[index] not in "\r\n"]
    if filled == 2 and not rest:
        return len(text)
    if filled == 2 and text[rest[0]] != "=":
        return rest[0] - 1
    following = rest[1:] if filled == 2 else rest
    return following[0] if following else len(text)


def plain(value: Any, path: Path, report: Report) -> Any:
    """A value of any kind as plain JSON; keys that it has twice are reported."""
    if isinstance(value, dict):
        return {
            name: plain(item, (path, name), report) for name, item in _pairs(value, path, report)
        }
    if isinstance(value, list | tuple):
        return [plain(item, (path, index), report) for index, item in enumerate(value)]
    return float(value) if isinstance(value, Literal) else value


def _pairs(value: dict[str, Any], path: Path, report: Report) -> list[tuple[str, Any]]:
    if not isinstance(value, Repeated):
        return list(value.items())
    seen: set[str] = set()
    for name, _ in value.pairs:
        if name in seen:
            report.repeated(path, name)
        seen.add(name)
    return value.pairs
