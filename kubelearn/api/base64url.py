"""Base64 for URLs without padding, as tokens and keys are written (RFC 7515, section 2)."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def encoded(data: bytes) -> str:
    """Bytes as text."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def encoded_json(value: Any) -> str:
    """JSON as text."""
    return encoded(json.dumps(value, separators=(",", ":")).encode())


def encoded_number(number: int, length: int) -> str:
    """A number as so many bytes, as text."""
    return encoded(number.to_bytes(length, "big"))


def decoded(text: str) -> bytes:
    """The bytes of a text; ValueError when it is not the one text that stands for them."""
    if not ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError(f"{text!r} is not base64 for URLs")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(data) != text:
        raise ValueError(f"{text!r} has bits behind its last byte")
    return data
