"""The metrics of the hpa_* vectors: times, samples, and the APIs that serve them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelearn.api.quantity import milli
from kubelearn.api.times import parse_timestamp
from kubelearn.metrics.client import MetricsError, PodMetric
from kubelearn.sim.clock import MINUTE, SECOND

UNREACHABLE = "something went wrong"


def moment(text: str) -> int:
    """Nanoseconds of a time; Go's zero time is an ordinary one."""
    return parse_timestamp(text)


def samples(rows: Iterable[dict[str, Any]], resource: str, container: str) -> dict[str, PodMetric]:
    """Pod → usage, as upstream's REST client reads PodMetrics."""
    rows = list(rows)
    if not rows:
        text = "no metrics returned from resource metrics API"
        raise MetricsError(text)
    found = {}
    for row in rows:
        usages = [
            one["usage"].get(resource)
            for one in row["containers"]
            if "usage" in one and container in ("", one.get("name"))
        ]
        if usages and None not in usages:
            value = sum(milli(each) for each in usages)
            window = row["windowSeconds"] * SECOND
            found[row["pod"]] = PodMetric(value, moment(row["timestamp"]), window)
    return found


class Served:
    """The metrics APIs of one case of hpa_reconcile; `faults` names those that fail."""

    def __init__(self, metrics: dict[str, Any], faults: list[str]) -> None:
        self.metrics, self.faults = metrics, faults

    def _check(self, api: str) -> None:
        if api in self.faults:
            raise MetricsError(UNREACHABLE)

    def resource(
        self, resource: str, _namespace: str, _selector: Any, container: str
    ) -> dict[str, PodMetric]:
        """metrics.k8s.io."""
        self._check("resourceMetrics")
        return samples(self.metrics["resource"], resource, container)

    def pods(self, *_: Any) -> dict[str, PodMetric]:
        """custom.metrics.k8s.io for pods."""
        self._check("customMetrics")
        return {
            one["pod"]: PodMetric(one["valueMilli"], moment(one["timestamp"]), MINUTE)
            for one in self.metrics["podsQpsMilli"]
        }

    def object(self, *_: Any) -> int:
        """custom.metrics.k8s.io for one object."""
        self._check("customMetrics")
        return int(self.metrics["objectQpsMilli"])

    def external(self, *_: Any) -> list[int]:
        """external.metrics.k8s.io."""
        self._check("externalMetrics")
        return list(self.metrics["externalQpsMilli"])
