"""Envoy's routing: the route that a real Envoy took, found by `kubelearn.mesh.envoy`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.mesh.envoy.matching import asked
from kubelearn.mesh.envoy.routes import find_route
from tests.mesh.lots import FIRST

Given = dict[str, Any]


def _live_route(given: Given) -> list[str | None]:
    request = asked(given["method"], given["host"], given["path"], given["headers"])
    found = find_route(given["tables"][given["table"]], request, FIRST)
    return [None, None] if found is None else [found.route["name"], found.cluster]


KINDS: dict[str, Callable[[Given], Any]] = {"envoy_live_route": _live_route}
