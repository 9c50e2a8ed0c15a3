"""Hash policies: from what in a request a host is chosen.

Parameters of the query count as they were sent: nothing is decoded.

Source: envoy `source/common/http/hash_policy.cc`, 1.40.

Unlike the real one: a cookie that the client does not send yet is not made up, so such requests go
to any host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubelearn.balancing.xxh64 import xxh64

BITS = (1 << 64) - 1


def hash_of(
    policies: Iterable[Mapping[str, Any]], headers: Mapping[str, str], query: str, source: str
) -> int | None:
    """The hash of a request; None when no policy finds anything. Several are mixed."""
    found: int | None = None
    for policy in policies:
        text = _text(policy, headers, query, source)
        if text is None:
            continue
        value = xxh64(text)
        found = value if found is None else (((found << 1) | (found >> 63)) & BITS) ^ value
    return found


def _text(
    policy: Mapping[str, Any], headers: Mapping[str, str], query: str, source: str
) -> str | None:
    if "header" in policy:
        return headers.get(policy["header"]["header_name"].lower())
    if "cookie" in policy:
        return _cookie(headers.get("cookie", ""), policy["cookie"]["name"])
    if "query_parameter" in policy:
        pairs = (pair.partition("=") for pair in query.split("&"))
        wanted = policy["query_parameter"]["name"]
        return next((value for name, _, value in pairs if name == wanted), None)
    return source if (policy.get("connection_properties") or {}).get("source_ip") else None


def _cookie(text: str, wanted: str) -> str | None:
    """The first cookie of a name; one without a value is as good as none."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    found = next((value for name, _, value in pairs if name == wanted), "")
    return found.strip('"') or None
