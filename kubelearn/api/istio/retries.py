"""Checks of a rule's `retries`.

Source: istio `pkg/config/validation/validation.go` (validateHTTPRetry), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import duration, quoted

REASONS = frozenset({
    "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx",
    "refused-stream", "retriable-status-codes", "retriable-headers", "envoy-ratelimited",
    "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal",
    "resource-exhausted", "unavailable",
})  # fmt: skip
"""The reasons for a retry that Envoy knows, of HTTP and of gRPC."""
STATUSES = frozenset({
    *range(100, 104), *range(200, 209), 226, *range(300, 306), 307, 308, *range(400, 419),
    *range(421, 427), 428, 429, 431, 451, *range(500, 509), 510, 511,
})  # fmt: skip
"""The statuses that Go's `net/http` has a text for."""
_DIGITS = "0123456789"
_ASKED = ("perTryTimeout", "retryRemoteLocalities")


def retries(policy: Mapping[str, Any] | None) -> Iterator[str]:
    """How often, when and how long requests are tried."""
    if policy is None:
        return
    attempts, reasons = policy.get("attempts") or 0, policy.get("retryOn") or ""
    if attempts < 0:
        yield Listed("attempts cannot be negative")
    if attempts == 0 and (reasons or any(policy.get(one) is not None for one in _ASKED)):
        yield "http retry policy configured when attempts are set to 0 (disabled)"
    if policy.get("perTryTimeout") is not None:
        yield from duration(policy["perTryTimeout"])
    for reason in reasons.split(",") if reasons else ():
        if reason not in REASONS and not _is_status(reason):
            yield f"{quoted(reason)} is not a valid retryOn policy"
    if policy.get("backoff") is not None:
        yield from duration(policy["backoff"])


def _is_status(text: str) -> bool:
    digits = text.removeprefix("+")
    return bool(digits) and not digits.strip(_DIGITS) and int(digits) in STATUSES
