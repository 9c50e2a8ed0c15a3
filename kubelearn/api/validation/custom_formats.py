"""The formats of texts that OpenAPI schemas can ask for (kube-openapi `pkg/validation/strfmt`)."""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Callable

from kubelearn.api.validation.ip import parse_address

DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _is_date_time(text: str) -> bool:
    found = DATE_TIME.fullmatch(text)
    if found is None or not _is_date(found.group(1)):
        return False
    try:
        datetime.time.fromisoformat(found.group(2))
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_address(version: int) -> Callable[[str], bool]:
    def rule(text: str) -> bool:
        found = parse_address(text)
        return found is not None and found.version == version

    return rule


def _matches(pattern: str) -> Callable[[str], bool]:
    def rule(text: str) -> bool:
        return re.fullmatch(pattern, text) is not None

    return rule


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _is_date,
    "date-time": _is_date_time,
    "byte": _is_base64,
    "ipv4": _is_address(4),
    "ipv6": _is_address(6),
    "email": _matches(r"[^@\s]+@[^@\s]+"),
    "uri": _matches(r"[A-Za-z][A-Za-z0-9+.-]*:\S*"),
    "uuid": _matches(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"),
}


def has_format(text: str, name: str) -> bool:
    """Whether a text has a format; formats that are not in the table are taken on trust."""
    rule = FORMATS.get(name)
    return rule is None or rule(text)
