"""How authorization policies compare texts: exact, `abc*`, `*abc`, `*`, path templates.

Source: istio `pilot/pkg/security/authz/matcher`, 1.27.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address, ip_network
from string import ascii_letters, digits
from urllib.parse import quote

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


def wild(wanted: str) -> str:
    """A regular expression for a text in which each `*` is any number of characters."""
    return ".*".join(map(re.escape, wanted.split("*")))


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

    Percent-encoded dots count as dots, backslashes as slashes; `//` stays. Letters, digits and
    `-._~` are never encoded, signs that no URL may hold always are; as a real Envoy has it.
    """
    path = re.split("[?#]", target, maxsplit=1)[0]
    if not ODD.search(path):
        return path
    parts: list[str] = []
    segments = path.replace("\\", "/").split("/")
    for place, segment in enumerate(segments):
        dots = _dots(segment)
        if dots == "..":
            del parts[max(len(parts) - 1, 1) :]
        elif not dots:
            parts.append(_spelled(segment))
        if dots and place == len(segments) - 1:
            parts.append("")
    return "/".join(parts)


ODD = re.compile("[^A-Za-z0-9/_~-]")
"""Signs that may have to be looked at."""
ENCODED = re.compile("%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset(f"{ascii_letters}{digits}-._~")
FORBIDDEN = re.compile(r"""[^!-~]|["<>^`{|}]""")


def _dots(segment: str) -> str:
    """Whether a segment is "." or ".." ("" for others); what a semicolon begins does not count."""
    plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
    found = (dots for dots in (".", "..") if plain == dots or segment.startswith(f"{dots};"))
    return next(found, "")


def _spelled(segment: str) -> str:
    """A segment with nothing encoded that need not be, and everything that has to be."""
    text = ENCODED.sub(_decoded, segment)
    return FORBIDDEN.sub(lambda found: quote(found[0], safe=""), text)


def _decoded(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign in UNRESERVED else found[0]
