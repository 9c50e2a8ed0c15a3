"""Who the client is when proxies stand before the gateway.

Every proxy appends whom it saw to X-Forwarded-For; only the entries of trusted proxies, counted
from the right, can be believed. Source: spring-cloud-gateway
`support/ipresolver/XForwardedRemoteAddressResolver.java`, 5.0.
"""

from __future__ import annotations

from collections.abc import Sequence


def client_address(lines: Sequence[str], peer: str | None, trusted: int | None) -> str | None:
    """The address of the client; the peer's when the header says nothing that can be believed.

    `trusted` counts from the right; None trusts all entries, so the leftmost is taken. Several
    lines of the header are a sign of spoofing.
    """
    if len(lines) != 1 or not lines[0].strip():
        return peer
    entries = [entry.strip() for entry in lines[0].split(",")]
    if trusted is None:
        return entries[0]
    if trusted < 1:
        raise ValueError(f"maxTrustedIndex={trusted}: An index greater than 0 is required")
    return entries[-min(trusted, len(entries))]
