"""World -> plain JSON-shaped data to draw; every picture of the package is made from a frame.

A new picture is its file and one line here. Widgets, charts, SVG and text all draw the same frame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.frames.autoscaling import autoscaling
from kubelearn.frames.balance import balance, balances
from kubelearn.frames.breaker import breaker
from kubelearn.frames.canary import canary
from kubelearn.frames.cluster_capacity import cluster_capacity
from kubelearn.frames.cluster_view import cluster_view
from kubelearn.frames.comparison import comparison
from kubelearn.frames.connections import connections
from kubelearn.frames.disks import disks
from kubelearn.frames.failover import failover, failovers
from kubelearn.frames.locality import locality
from kubelearn.frames.modes import modes
from kubelearn.frames.placement import placement
from kubelearn.frames.queue import queue
from kubelearn.frames.request_path import request_path
from kubelearn.frames.retries import compared_retries, retries
from kubelearn.frames.rollout import rollout
from kubelearn.frames.scores import scores
from kubelearn.frames.service_graph import service_graph
from kubelearn.frames.timeline import timeline
from kubelearn.frames.token import token
from kubelearn.frames.trace import trace

__all__ = [
    "FRAMES",
    "autoscaling",
    "balance",
    "balances",
    "breaker",
    "canary",
    "cluster_capacity",
    "cluster_view",
    "compared_retries",
    "comparison",
    "connections",
    "disks",
    "failover",
    "failovers",
    "locality",
    "modes",
    "placement",
    "queue",
    "request_path",
    "retries",
    "rollout",
    "scores",
    "service_graph",
    "timeline",
    "token",
    "trace",
]

FRAMES: dict[str, Callable[..., dict[str, Any]]] = {
    "cluster_view": cluster_view,
    "timeline": timeline,
    "comparison": comparison,
    "scores": scores,
    "queue": queue,
    "placement": placement,
    "balance": balance,
    "balances": balances,
    "autoscaling": autoscaling,
    "capacity": cluster_capacity,
    "rollout": rollout,
    "disks": disks,
    "path": request_path,
    "failover": failover,
    "failovers": failovers,
    "connections": connections,
    "graph": service_graph,
    "trace": trace,
    "token": token,
    "breaker": breaker,
    "modes": modes,
    "canary": canary,
    "locality": locality,
    "retries": retries,
    "compared_retries": compared_retries,
}
"""Every frame, in the order shown to learners; the first argument is a world."""
