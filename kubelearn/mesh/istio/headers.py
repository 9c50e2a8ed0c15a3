"""A VirtualService's header operations as Envoy's.

Source: istio `pilot/pkg/networking/core/route/route.go` (TranslateHeadersOperations), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
Given = Mapping[str, Any]


def authority_of(headers: Given) -> str:
    """The host that `set` gives the request under either of its names."""
    wanted = (headers.get("request") or {}).get("set") or {}
    found = (value for name, value in wanted.items() if name.lower() in ("host", ":authority"))
    return next(found, "")


def header_operations(headers: Given) -> Json:
    """Envoy's fields for set, add and remove on request and response."""
    made: Json = {}
    for side in ("request", "response"):
        operations = headers.get(side) or {}
        added = [_option(name, value, append=False) for name, value in _plain(operations, "set")]
        added += [_option(name, value, append=True) for name, value in _plain(operations, "add")]
        if added:
            made[f"{side}_headers_to_add"] = added
        if operations.get("remove"):
            made[f"{side}_headers_to_remove"] = list(operations["remove"])
    return made


def _plain(operations: Given, kind: str) -> list[tuple[str, str]]:
    """The headers of an operation but for the host, which is rewritten."""
    pairs = (operations.get(kind) or {}).items()
    return [(name, value) for name, value in pairs if name.lower() not in ("host", ":authority")]


def _option(name: str, value: str, *, append: bool) -> Json:
    action = "APPEND_IF_EXISTS_OR_ADD" if append else "OVERWRITE_IF_EXISTS_OR_ADD"
    return {"header": {"key": name, "value": value}, "append_action": action}
