"""The shapes of annotations in JSON: what the controller's types would not take.

Source: aws-load-balancer-controller 3.5 `pkg/ingress/config_types.go`.

Unlike the real one: Go says in other words what does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMES = {str: "text", int: "whole number", bool: "true or false", list: "list", dict: "object"}
Shape = Any
"""A type; a list of one shape; a mapping of optional fields to shapes; a tuple of alternatives."""

VALUES = {"values": [str], "regexValues": [str]}
CONDITIONS: Shape = [{
    "field": str, "hostHeaderConfig": VALUES, "pathPatternConfig": VALUES,
    "httpHeaderConfig": {**VALUES, "httpHeaderName": str}, "httpRequestMethodConfig": VALUES,
    "sourceIPConfig": VALUES,
    "queryStringConfig": {"values": [{"key": str, "value": str}]},
}]  # fmt: skip
TARGET_GROUP: Shape = {"serviceName": str, "servicePort": (str, int), "weight": int}
ACTION: Shape = {
    "type": str,
    "redirectConfig": dict.fromkeys(
        ("host", "path", "port", "protocol", "query", "statusCode"), str
    ),
    "fixedResponseConfig": dict.fromkeys(("contentType", "messageBody", "statusCode"), str),
    "forwardConfig": {
        "targetGroups": [TARGET_GROUP],
        "targetGroupStickinessConfig": {"enabled": bool, "durationSeconds": int},
    },
}
REWRITES: Shape = {"rewrites": [{"regex": str, "replace": str}]}
TRANSFORMS: Shape = [
    {"type": str, "urlRewriteConfig": REWRITES, "hostHeaderRewriteConfig": REWRITES}
]


def misfit(value: Any, shape: Shape, where: str = "it") -> str:
    """What of a value is not of a shape; "" when all is. Fields may be missing or null."""
    if isinstance(shape, tuple):
        found = [misfit(value, one, where) for one in shape]
        return "" if "" in found else found[0]
    kind = shape if isinstance(shape, type) else type(shape)
    is_boolean = isinstance(value, bool) and kind is not bool
    if value is not None and (is_boolean or not isinstance(value, kind)):
        return f"{where} is no {NAMES[kind]}"
    found = []
    if isinstance(shape, list) and isinstance(value, list):
        found = [misfit(one, shape[0], f"{where}[{at}]") for at, one in enumerate(value)]
    if isinstance(shape, Mapping) and isinstance(value, Mapping):
        fields = [name for name in shape if name in value]
        found = [misfit(value[name], shape[name], f"{where}.{name}") for name in fields]
    return next((text for text in found if text), "")
