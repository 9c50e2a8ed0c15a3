"""Answers the vectors of `controllers/hpa_group_pods.json`."""

from __future__ import annotations

from typing import Any

from kubelearn.controllers.podautoscaler.grouping import Patience, group_pods
from kubelearn.metrics.client import PodMetric
from kubelearn.sim.clock import SECOND
from tests.conformance.adapters.hpa_metrics import moment


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The groups of the given pods."""
    metrics = {
        pod: PodMetric(one["valueMilli"], moment(one["timestamp"]), one["windowSeconds"] * SECOND)
        for pod, one in given["metrics"].items()
    }
    patience = patience_of(given)
    groups = group_pods(given["pods"], metrics, given["resource"], moment(given["now"]), patience)
    return {
        "readyPodCount": groups.ready,
        "unreadyPods": list(groups.unready),
        "missingPods": list(groups.missing),
        "ignoredPods": list(groups.ignored),
    }


def patience_of(given: dict[str, Any]) -> Patience:
    """The two periods of a case."""
    names = ("cpuInitializationPeriodSeconds", "initialReadinessDelaySeconds")
    return Patience(*(given[name] * SECOND for name in names))
