"""Answers the vectors of `controllers/daemonset.json` with the DaemonSet controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.controllers.daemon_nodes import should_run, with_tolerations

Given = dict[str, Any]


def _should_run(given: Given) -> Given:
    template = with_tolerations(given["daemonSet"]["spec"]["template"])
    names = {"shouldRun": False, "shouldContinueRunning": True}
    return {name: should_run(template, given["node"], stay=stay) for name, stay in names.items()}


OPERATIONS: dict[str, Callable[[Given], Given]] = {"nodeShouldRun": _should_run}
"""The operations about rolling updates are not built."""
