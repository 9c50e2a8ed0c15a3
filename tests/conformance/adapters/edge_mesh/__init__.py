"""Answers the vectors of `edge_mesh/`: one function for each file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.adapters.edge_mesh import envoy_balancing, envoy_routes

KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {**envoy_balancing.KINDS, **envoy_routes.KINDS}
