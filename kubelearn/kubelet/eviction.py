"""In which order a node short of memory evicts its pods.

Source: `pkg/kubelet/eviction/helpers.go` (rankMemoryPressure), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Usage(NamedTuple):
    """A pod as eviction sees it; bytes, `used` None when there are no statistics."""

    name: str
    priority: int
    requested: int
    used: int | None


def memory_eviction_order(pods: Iterable[Usage]) -> list[Usage]:
    """First evicted first: above its request, then of low priority, then far above its request."""
    return sorted(pods, key=_rank)


def _rank(pod: Usage) -> tuple[bool, bool, int, int]:
    if pod.used is None:
        return (False, False, 0, 0)
    over = pod.used - pod.requested
    return (True, over <= 0, pod.priority, -over)
