"""Addresses and blocks of them as Go's `net/netip` reads them.

Source: Go `src/net/netip/netip.go` (ParseAddr, ParsePrefix), istio
`pkg/config/security/security.go` (ValidateIPs), 1.27.

Unlike the real one: a block such as "fe80:::/64", whose IPv6 address is wrong, is not refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import is_ip, quoted

_BITS = re.compile("[0-9]|[1-9][0-9]+")
_FIRST_SIGN = re.compile("[.:%]")


def addresses(values: Iterable[str]) -> Iterator[str]:
    """Addresses, or blocks such as 10.1.0.0/16."""
    for value in values:
        if "/" not in value:
            if not is_ip(value):
                yield Listed(f"bad IP address ({value})")
            continue
        wrong = _prefix_error(value)
        if wrong is not None:
            why = f"netip.ParsePrefix({quoted(value)}): {wrong}"
            yield Listed(f"bad CIDR range ({value}): {why}")


def _prefix_error(prefix: str) -> str | None:
    address, _, bits = prefix.rpartition("/")
    wrong = _address_error(address)
    if wrong is not None:
        return f"ParseAddr({quoted(address)}): {wrong}"
    if "%" in address:
        return "IPv6 zones cannot be present in a prefix"
    if _BITS.fullmatch(bits) is None:
        return f"bad bits after slash: {quoted(bits)}"
    return None if int(bits) <= (128 if ":" in address else 32) else "prefix length out of range"


def _address_error(address: str) -> str | None:
    first = _FIRST_SIGN.search(address)
    if first is None:
        return "unable to parse IP"
    if first[0] == "%":
        return "missing IPv6 address"
    return _ipv4_error(address) if first[0] == "." else None


def _ipv4_error(address: str) -> str | None:
    field, dots = "", 0
    for place, sign in enumerate(address):
        if sign == ".":
            if not field or place == len(address) - 1:
                rest = quoted(address[place:])
                return f"IPv4 field must have at least one digit (at {rest})"
            if dots == 3:
                return "IPv4 address too long"
            field, dots = "", dots + 1
            continue
        if sign not in "0123456789":
            return f"unexpected character (at {quoted(address[place:])})"
        if field == "0":
            return "IPv4 field has octet with leading zero"
        field += sign
        if int(field) > 255:
            return "IPv4 field has value >255"
    return "IPv4 address too short" if dots < 3 else None
