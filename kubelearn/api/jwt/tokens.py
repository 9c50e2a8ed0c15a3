"""Reading a token and checking its times, with the words that a caller gets of a bad one.

Source: envoy `source/common/jwt/jwt.cc`, `status.cc`,
`source/extensions/filters/http/jwt_authn/authenticator.cc`, 1.40.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kubelearn.api.jwt.keys import ALGORITHMS
from kubelearn.api.jwt.unescaping import unescaped

BAD_FORMAT = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"
NOT_YET, EXPIRED = "Jwt not yet valid", "Jwt is expired"
SKEW = 60
"""Seconds by which clocks may differ."""
LARGEST = 1 << 64


class BadToken(ValueError):
    """A text that is no token; says why in Envoy's words."""


class Signed(NamedTuple):
    """The parts of a token."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    body: bytes
    """What is signed."""
    signature: bytes
    payload: str
    """The claims as they are encoded in it."""


def read(text: str) -> Signed:
    """The parts of a token; BadToken when it is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise BadToken(BAD_FORMAT)
    header = _section(parts[0], "header")
    if not isinstance(header.get("alg"), str):
        raise BadToken("Jwt header [alg] field is required and must be a string")
    if header["alg"] not in ALGORITHMS:
        raise BadToken("Jwt header [alg] is not supported")
    if not isinstance(header.get("kid", ""), str):
        raise BadToken("Jwt header [kid] field is not a string")
    claims = _section(parts[1], "payload")
    for name, check in CHECKS.items():
        if name in claims:
            check(name, claims[name])
    signature = _bytes(parts[2], "signature")
    return Signed(header, claims, f"{parts[0]}.{parts[1]}".encode(), signature, parts[1])


def time_problem(claims: Mapping[str, Any], now: int) -> str:
    """What a moment (seconds of Unix time) has against claims; "" when nothing."""
    if now + SKEW < int(claims.get("nbf", 0)):
        return NOT_YET
    until = int(claims.get("exp", 0))
    return EXPIRED if until and now > until + SKEW else ""


def _bytes(text: str, part: str) -> bytes:
    try:
        return unescaped(text)
    except ValueError:
        raise BadToken(f"Jwt {part} is an invalid Base64url encoded") from None


def _section(text: str, part: str) -> Mapping[str, Any]:
    data = _bytes(text, part)
    try:
        found = json.loads(data.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadToken(f"Jwt {part} is an invalid JSON")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _text(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise BadToken(f"Jwt payload [{name}] field is not a string")


def _time(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(f"Jwt payload [{name}] field is not an integer")
    if not 0 <= value < LARGEST:
        raise BadToken(f"Jwt payload [{name}] field is not a positive 64 bit integer")


def _texts(name: str, value: Any) -> None:
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in given):
        raise BadToken(f"Jwt payload [{name}] field is not a string or string list")


CHECKS: dict[str, Callable[[str, Any], None]] = {
    "iss": _text, "sub": _text, "iat": _time, "nbf": _time, "exp": _time, "jti": _text,
    "aud": _texts,
}  # fmt: skip
"""Claims whose kind counts, in the order in which Envoy looks at them."""
