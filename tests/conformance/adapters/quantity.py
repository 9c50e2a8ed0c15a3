"""How the cases of controllers/quantity.json are put to `kubelearn.api.quantity`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api import quantity


def _parse(case: dict[str, Any]) -> dict[str, Any]:
    try:
        parsed = quantity.parse(case["text"])
    except quantity.QuantityError:
        return {"error": True}
    return {"value": quantity.decimal(parsed), "format": parsed.format}


def _canonical(case: dict[str, Any]) -> dict[str, Any]:
    return {"text": quantity.canonical(case["text"])}


def _format(case: dict[str, Any]) -> dict[str, Any]:
    power = case["power10"] + 9
    mantissa = case["mantissa"]
    nano = mantissa * 10**power if power >= 0 else mantissa // 10**-power
    return {"text": quantity.text_of(quantity.Quantity(nano, case["format"]))}


def _compare(case: dict[str, Any]) -> dict[str, Any]:
    return {"cmp": quantity.compare(case["a"], case["b"])}


def _round_up(case: dict[str, Any]) -> dict[str, Any]:
    rounded, exact = quantity.round_up(quantity.parse(case["text"]), case["power10"])
    return {"value": quantity.decimal(rounded), "exact": exact}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "parse": _parse,
    "canonical": _canonical,
    "format": _format,
    "compare": _compare,
    "roundUp": _round_up,
}
