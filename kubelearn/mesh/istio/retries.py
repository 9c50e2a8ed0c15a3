"""Retries: what a VirtualService says, as Envoy's retry policy.

Source: istio `pilot/pkg/networking/core/route/retry/retry.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

DEFAULT_ON = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes"
INBOUND_ON = "reset-before-request"
ATTEMPTS = 2
SELECTION_ATTEMPTS = 5
STATUSES = frozenset(status.value for status in HTTPStatus)
"""Numbers that mean something as a status; others stay words."""
STATUS_CODES = "retriable-status-codes"
PREVIOUS_HOSTS = {
    "name": "envoy.retry_host_predicates.previous_hosts",
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3"
        ".PreviousHostsPredicate"
    },
}


def retry_policy(
    retries: Mapping[str, Any] | None, *, inbound: bool = False, hashed: bool = False
) -> dict[str, Any] | None:
    """Envoy's policy; None when there are no retries. Nothing said means two.

    `hashed`: hosts are chosen by a hash, so the same one is asked again unless told otherwise.
    """
    said = retries or {}
    if retries is not None and not said.get("attempts", 0):
        return None
    conditions, codes = split_conditions(said.get("retryOn") or "")
    policy: dict[str, Any] = {
        "num_retries": said.get("attempts", ATTEMPTS),
        "retry_on": conditions or (INBOUND_ON if inbound else DEFAULT_ON),
    }
    if codes:
        policy["retriable_status_codes"] = codes
    if not inbound and said.get("retryIgnorePreviousHosts", not hashed):
        policy["retry_host_predicate"] = [PREVIOUS_HOSTS]
        policy["host_selection_retry_max_attempts"] = SELECTION_ATTEMPTS
    if said.get("perTryTimeout"):
        policy["per_try_timeout"] = said["perTryTimeout"]
    if said.get("backoff"):
        policy["retry_back_off"] = {"base_interval": said["backoff"]}
    return policy


def split_conditions(text: str) -> tuple[str, list[int]]:
    """`retryOn` with its numbers taken out, which are status codes."""
    words = [word for part in text.split(",") if (word := part.strip())]
    codes = [int(word) for word in words if _is_status(word)]
    conditions = [word for word in words if not _is_status(word)]
    if codes and STATUS_CODES not in conditions:
        conditions.append(STATUS_CODES)
    return ",".join(conditions), codes


def _is_status(word: str) -> bool:
    return word.isascii() and word.isdecimal() and int(word) in STATUSES
