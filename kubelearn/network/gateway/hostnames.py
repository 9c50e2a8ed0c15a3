"""Host names of listeners and routes: `*.x` stands for any number of labels, at least one.

Source: kubernetes-sigs/gateway-api v1.5 `apis/v1/shared_types.go` (Hostname).
"""

from __future__ import annotations


def covers(pattern: str, host: str) -> bool:
    """Whether a name, perhaps with a wildcard, takes a host; "" takes all."""
    if not pattern:
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) >= len(pattern)
    return pattern.lower() == host


def intersects(one: str, other: str) -> bool:
    """Whether some host is covered by both."""
    if not one or not other:
        return True
    if one.startswith("*.") and other.startswith("*."):
        return one.endswith(other[1:]) or other.endswith(one[1:])
    return covers(one, other.lower()) if one.startswith("*.") else covers(other, one.lower())


def rank(pattern: str) -> tuple[int, int]:
    """How exact a name is: exact before wildcard, long before short, none last."""
    return (0 if not pattern or pattern.startswith("*.") else 1, len(pattern))
