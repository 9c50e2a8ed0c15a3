"""The wire format of protobuf: numbers and values, without what they mean.

Source: protobuf's encoding; only what generated code of Kubernetes writes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

Value = int | float | bytes


class Broken(ValueError):
    """These bytes are no message."""


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """(number, value) of each field: int of a varint, float of eight bytes, bytes of the rest."""
    place, end = 0, len(message)
    while place < end:
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, place = _varint(message, place)
            yield number, value
            continue
        size = {1: 8, 5: 4}.get(kind, -1)
        if kind == 2:
            size, place = _varint(message, place)
        if size < 0 or place + size > end or not number:
            raise Broken("proto: illegal wireType" if size < 0 else "unexpected EOF")
        chunk, place = message[place : place + size], place + size
        yield number, chunk if kind == 2 else struct.unpack("<d" if size == 8 else "<f", chunk)[0]


def signed(value: int) -> int:
    """A varint as the int64 that it stands for."""
    return value - (1 << 64) if value >= 1 << 63 else value


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if place >= len(message):
            raise Broken("unexpected EOF")
        if shift > 63:
            raise Broken("proto: integer overflow")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place
