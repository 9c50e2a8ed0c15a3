"""Frames as plain text: for terminals, screen readers and people who like it so."""

from kubelearn.frames.text.cluster_view import cluster_view_text
from kubelearn.frames.text.connections import connections_text
from kubelearn.frames.text.disks import disks_text
from kubelearn.frames.text.failover import failover_text, failovers_text
from kubelearn.frames.text.lanes import lanes_text
from kubelearn.frames.text.request_path import request_path_text
from kubelearn.frames.text.scheduling import (
    balance_text,
    balances_text,
    placement_text,
    queue_text,
    scores_text,
)
from kubelearn.frames.text.timeline import timeline_text

__all__ = [
    "balance_text",
    "balances_text",
    "cluster_view_text",
    "connections_text",
    "disks_text",
    "failover_text",
    "failovers_text",
    "lanes_text",
    "placement_text",
    "queue_text",
    "request_path_text",
    "scores_text",
    "timeline_text",
]
