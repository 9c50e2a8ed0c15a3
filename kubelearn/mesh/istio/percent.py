"""Percentages, as Envoy's fractions.

Source: istio `pilot/pkg/networking/core/route/route.go` (MirrorPercent), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fraction = dict[str, Any]
HUNDRED, MILLION = "HUNDRED", "MILLION"
DENOMINATORS = {HUNDRED: 100, MILLION: 1_000_000}


def of_percent(value: float) -> Fraction:
    """A percentage with decimals, in millionths."""
    return {"numerator": int(value * 10_000), "denominator": MILLION}


def of_integer(value: int) -> Fraction:
    """A whole percentage."""
    return {"numerator": value, "denominator": HUNDRED}


def mirror_fraction(rule: Mapping[str, Any]) -> Fraction | None:
    """The share of requests that are mirrored; all when nothing is said, None for none."""
    if rule.get("mirrorPercentage") is not None:
        value = rule["mirrorPercentage"].get("value", 0.0)
        return of_percent(value) if value > 0 else None
    if rule.get("mirrorPercent") is not None:
        return of_integer(rule["mirrorPercent"]) if rule["mirrorPercent"] > 0 else None
    return of_integer(100)
