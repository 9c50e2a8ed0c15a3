"""IP addresses and ranges in fields, as Kubernetes 1.36 wants them written.

Source: `apimachinery/pkg/util/validation/ip.go`, `pkg/apis/core/validation/validation.go`.
"""

from __future__ import annotations

import ipaddress
from typing import Final, TypeAlias

from kubelearn.api.validation.field import FieldError, invalid

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

BAD_ADDRESS: Final = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
BAD_RANGE: Final = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
LEADING_ZEROS: Final = "must not have leading 0s"
MAPPED: Final = "must not be an IPv4-mapped IPv6 address"


def parse_address(text: str) -> Address | None:
    """The address, read as generously as Go's old parser (leading zeros are dropped), or None."""
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(_without_zeros(text))
    except ValueError:
        return None


def parse_range(text: str) -> Network | None:
    """The network of a CIDR text, host bits cleared, or None."""
    address, slash, bits = text.rpartition("/")
    found = parse_address(address)
    if not slash or found is None or not bits.isascii() or not bits.isdigit():
        return None
    try:
        return ipaddress.ip_network(f"{found}/{int(bits)}", strict=False)
    except ValueError:
        return None


def is_ipv6(text: str) -> bool:
    """Whether the text is an IPv6 address."""
    return isinstance(parse_address(text), ipaddress.IPv6Address)


def legacy_address(text: str, path: str, before: tuple[str, ...] = ()) -> list[FieldError]:
    """An address in a field older than strict checks; values that were there stay allowed."""
    found = parse_address(text)
    if found is None:
        return [invalid(path, text, BAD_ADDRESS)]
    if text in before:
        return []
    if "." in text and _without_zeros(text) != text:
        return [invalid(path, text, LEADING_ZEROS)]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return [invalid(path, text, MAPPED)]
    return []


def legacy_range(text: str, path: str, before: tuple[str, ...] = ()) -> list[FieldError]:
    """A range in a field older than strict checks; values that were there stay allowed."""
    network = parse_range(text)
    if network is None:
        return [invalid(path, text, BAD_RANGE)]
    address, _, bits = text.rpartition("/")
    found = parse_address(address)
    assert found is not None
    if text in before:
        return []
    if _has_zeros(address) or (len(bits) > 1 and bits.startswith("0")):
        return [invalid(path, text, f"{LEADING_ZEROS} in IP or prefix length")]
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        return [invalid(path, text, "must not have an IPv4-mapped IPv6 address")]
    if found != network.network_address:
        return [invalid(path, text, "must not have bits set beyond the prefix length")]
    return []


def ordinary_address(text: str, path: str) -> list[FieldError]:
    """An address that traffic can be sent to: not unspecified, loopback or link-local."""
    found = parse_address(text)
    if found is None:
        return [invalid(path, text, "must be a valid IP address")]
    errors = []
    if found.is_unspecified:
        errors.append(f"may not be unspecified ({text})")
    if found.is_loopback:
        errors.append("may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if found.is_link_local:
        errors.append("may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if any(
        found in network for network in LINK_LOCAL_MULTICAST if network.version == found.version
    ):
        errors.append("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
    return [invalid(path, text, error) for error in errors]


LINK_LOCAL_MULTICAST: Final[tuple[Network, ...]] = (
    ipaddress.ip_network("224.0.0.0/24"),
    ipaddress.ip_network("ff02::/16"),
)


def _without_zeros(text: str) -> str:
    head, colon, dotted = text.rpartition(":")
    if "." not in dotted:
        return text
    parts = dotted.split(".")
    plain = (part.lstrip("0") or "0" if part.isdigit() else part for part in parts)
    return head + colon + ".".join(plain)


def _has_zeros(text: str) -> bool:
    return "." in text and _without_zeros(text) != text
