"""Answers the vectors of `edge_mesh/`: one function for each file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.adapters.edge_mesh import aws, envoy_balancing, envoy_routes, istio, spring

KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    **aws.KINDS,
    **envoy_balancing.KINDS,
    **envoy_routes.KINDS,
    **istio.KINDS,
    **spring.KINDS,
}
