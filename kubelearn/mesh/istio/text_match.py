"""How authorization policies compare texts: exact, `abc*`, `*abc`, `*`, path templates.

Source: istio `pilot/pkg/security/authz/matcher`, 1.27.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address, ip_network

TEMPLATE = {"{*}": "[^/]+", "{**}": ".*"}
"""One segment that is not empty; any number of characters."""


def matches_text(wanted: str, text: str) -> bool:
    """Whether a text fits; `*` alone is any text that is not empty."""
    if wanted == "*":
        return text != ""
    if wanted.startswith("*"):
        return text.endswith(wanted[1:])
    if wanted.endswith("*"):
        return text.startswith(wanted[:-1])
    return text == wanted


def matches_host(wanted: str, host: str) -> bool:
    """Whether a host fits; case does not count."""
    return matches_text(wanted.lower(), host.lower())


def matches_path(wanted: str, path: str) -> bool:
    """Whether a path (without query, normalised) fits."""
    if any(sign in wanted for sign in TEMPLATE):
        return _template(wanted).fullmatch(path) is not None
    return matches_text(wanted, path)


@lru_cache(maxsize=1024)
def _template(wanted: str) -> re.Pattern[str]:
    pieces = re.split(r"(\{\*\*?\})", wanted)
    return re.compile("".join(TEMPLATE.get(piece, re.escape(piece)) for piece in pieces))


def matches_address(wanted: str, address: str) -> bool:
    """Whether an address is this one, or in this network."""
    return ip_address(address) in ip_network(wanted, strict=False)


def normalised(target: str) -> str:
    """A path as a proxy sees it (pathNormalization BASE): without query, dots resolved.

    Percent-encoded dots count as dots, backslashes as slashes; `//` stays.
    """
    path = re.split("[?#]", target, maxsplit=1)[0].replace("\\", "/")
    parts: list[str] = []
    segments = path.split("/")
    for place, segment in enumerate(segments):
        plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        last = place == len(segments) - 1
        if plain == "..":
            del parts[max(len(parts) - 1, 1) :]
        elif plain != ".":
            parts.append(segment)
        if plain in (".", "..") and last:
            parts.append("")
    return "/".join(parts)
