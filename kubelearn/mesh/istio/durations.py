"""Times in Istio's objects as Envoy writes them.

An object may say "500ms" or "5m"; a duration in Envoy's JSON is seconds with an "s".
"""

from __future__ import annotations

from typing import Any

from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration

TIMES = ("timeout", "perTryTimeout", "fixedDelay", "backoff")


def seconds(text: str) -> str:
    """The duration in seconds: "500ms" is "0.5s"."""
    whole, rest = divmod(parse_duration(text), SECOND)
    return f"{whole}.{rest:09d}".rstrip("0").rstrip(".") + "s"


def in_seconds(value: Any) -> Any:
    """A rule of a VirtualService with all its times in seconds."""
    if isinstance(value, dict):
        return {
            name: seconds(one) if name in TIMES and isinstance(one, str) else in_seconds(one)
            for name, one in value.items()
        }
    return [in_seconds(one) for one in value] if isinstance(value, list) else value
