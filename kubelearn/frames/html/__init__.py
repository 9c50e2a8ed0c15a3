"""Frames as self-contained HTML without scripts: tables that a keyboard and a reader can walk.

They look the same with a dead kernel, in saved notebooks and on pages made from them.
"""

from kubelearn.frames.html.balance import balance_html, balances_html
from kubelearn.frames.html.connections import connections_html
from kubelearn.frames.html.disks import disks_html
from kubelearn.frames.html.failover import failover_html, failovers_html
from kubelearn.frames.html.interview import interview_html
from kubelearn.frames.html.lanes import lanes_html
from kubelearn.frames.html.modes import modes_html
from kubelearn.frames.html.placement import placement_html
from kubelearn.frames.html.queue import queue_html
from kubelearn.frames.html.request_path import request_path_html
from kubelearn.frames.html.scores import scores_html
from kubelearn.frames.html.service_graph import service_graph_html
from kubelearn.frames.html.side_by_side import lanes_side_by_side_html
from kubelearn.frames.html.token import token_html
from kubelearn.frames.html.trace import trace_html

__all__ = [
    "balance_html",
    "balances_html",
    "connections_html",
    "disks_html",
    "failover_html",
    "failovers_html",
    "interview_html",
    "lanes_html",
    "lanes_side_by_side_html",
    "modes_html",
    "placement_html",
    "queue_html",
    "request_path_html",
    "scores_html",
    "service_graph_html",
    "token_html",
    "trace_html",
]
