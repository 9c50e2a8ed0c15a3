"""Frames as plain text: for terminals, screen readers and people who like it so."""

from kubelearn.frames.text.cluster_view import cluster_view_text
from kubelearn.frames.text.connections import connections_text
from kubelearn.frames.text.disks import disks_text
from kubelearn.frames.text.failover import failover_text, failovers_text
from kubelearn.frames.text.interview import interview_text
from kubelearn.frames.text.lanes import lanes_text
from kubelearn.frames.text.modes import modes_text
from kubelearn.frames.text.request_path import request_path_text
from kubelearn.frames.text.scheduling import (
    balance_text,
    balances_text,
    placement_text,
    queue_text,
    scores_text,
)
from kubelearn.frames.text.service_graph import service_graph_text
from kubelearn.frames.text.side_by_side import lanes_side_by_side_text
from kubelearn.frames.text.timeline import timeline_text
from kubelearn.frames.text.token import token_text
from kubelearn.frames.text.trace import trace_text

__all__ = [
    "balance_text",
    "balances_text",
    "cluster_view_text",
    "connections_text",
    "disks_text",
    "failover_text",
    "failovers_text",
    "interview_text",
    "lanes_side_by_side_text",
    "lanes_text",
    "modes_text",
    "placement_text",
    "queue_text",
    "request_path_text",
    "scores_text",
    "service_graph_text",
    "timeline_text",
    "token_text",
    "trace_text",
]
