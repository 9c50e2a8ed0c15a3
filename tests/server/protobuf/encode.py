"""Writes protobuf messages by hand, so that tests need nothing that our decoder is made from."""

import json


def varint(value):
    """A whole number, negative ones as 64 bits."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def field(number, value):
    """One field: an int, a text, bytes, or a message as a list of (number, value)."""
    if isinstance(value, bool | int):
        return varint(number << 3) + varint(int(value))
    if isinstance(value, list):
        value = message(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(rows):
    """All fields of a message, one after the other."""
    return b"".join(field(*row) for row in rows)


def envelope(api_version, kind, rows):
    """A whole body."""
    head = [(1, api_version), (2, kind)]
    return b"k8s\x00" + message([(1, head), (2, rows)])


def raw(value):
    """JSON inside a message."""
    return [(1, json.dumps(value))]
