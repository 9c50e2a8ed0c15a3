"""Capacity bars: what a node may give away, and how much of it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kubelearn.api.objects import Object, get_path
from kubelearn.api.resources import amount
from kubelearn.frames.source import Row

SHOWN = ("cpu", "memory", "pods")
"""The resources that have a bar, in this order."""
_BINARY = (("Ti", 1024**4), ("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024))


def bars(node: Object, requests: Iterable[Mapping[str, int]]) -> list[Row]:
    """One bar a resource; cpu in milli-units, memory in bytes, as integers and as texts.

    `requests` are those of the pods on the node that have not ended.
    """
    allocatable = get_path(node, "status", "allocatable", default={})
    requested = dict.fromkeys(SHOWN, 0)
    for asked in requests:
        requested["cpu"] += asked.get("cpu", 0)
        requested["memory"] += asked.get("memory", 0)
        requested["pods"] += 1
    return [
        _bar(name, requested[name], amount(name, str(allocatable.get(name, 0)))) for name in SHOWN
    ]


def _bar(resource: str, used: int, total: int) -> Row:
    texts = {"usedText": amount_text(resource, used), "totalText": amount_text(resource, total)}
    return {"key": resource, "used": used, "total": total} | texts


def amount_text(resource: str, value: int) -> str:
    """A short text of an amount: "1.25", "3.9Gi", "12"; rounded for the eye to three digits."""
    if resource == "cpu":
        return f"{value / 1000:.3g}" if value < 100_000 else str(value // 1000)
    if resource == "memory":
        return _bytes_text(value)
    return str(value)


def _bytes_text(value: int) -> str:
    for unit, size in _BINARY:
        if value >= size:
            number = value / size
            return f"{number:.3g}{unit}" if number < 100 else f"{number:.0f}{unit}"
    return str(value)
