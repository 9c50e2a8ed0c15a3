"""Gateway API's matching: the backend that `kubelearn.network.gateway.matching` finds."""

from __future__ import annotations

from typing import Any

from kubelearn.network.gateway.matching import find
from kubelearn.network.gateway.model import Request

Given = dict[str, Any]


def run(given: Given) -> str | int:
    """The backend of the rule that takes the request, or 404."""
    rules = [
        {"name": rule["backend"], "matches": [_match(one) for one in rule["matches"]]}
        for rule in given["rules"]
    ]
    asked = given["request"]
    path, _, query = asked["path"].partition("?")
    request = Request(
        asked.get("method", "GET"), path, headers=asked.get("headers") or {}, query=query
    )
    found = find([{"spec": {"rules": rules}}], request)
    return 404 if found is None else str(found.rule["name"])


def _match(given: Given) -> Given:
    made: Given = {}
    if "path" in given:
        kind, value = given["path"]
        made["path"] = {"type": kind, "value": value}
    if "method" in given:
        made["method"] = given["method"]
    for short, name in (("headers", "headers"), ("query", "queryParams")):
        pairs = (given.get(short) or {}).items()
        made[name] = [{"name": key, "value": value} for key, value in pairs]
    return made
