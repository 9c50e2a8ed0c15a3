"""Answers the vectors of `controllers/hpa_requests.json`."""

from __future__ import annotations

from typing import Any

from kubelearn.controllers.podautoscaler.grouping import requests_of
from kubelearn.metrics.client import MetricsError


def run(given: dict[str, Any]) -> dict[str, Any]:
    """What each pod requests."""
    pod_level = given["podLevelResourcesEnabled"]
    try:
        found = requests_of(
            given["pods"], given["container"], given["resource"], pod_level=pod_level
        )
    except MetricsError as error:
        return {"error": str(error)}
    return {"requestsMilli": found}
