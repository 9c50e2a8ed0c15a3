"""The metrics of the transcripts: for every running pod, now, as the last action said."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, is_terminating, is_true, labels_of
from kubelearn.api.selectors import Selector
from kubelearn.api.server import APIServer
from kubelearn.metrics.client import MetricsError, NoMetrics, PodMetric
from kubelearn.sim.clock import SECOND

WINDOW = 10 * SECOND


class FakeMetrics(NoMetrics):
    """metrics.k8s.io with the cpu that a `load` action gives each pod."""

    def __init__(self, api: APIServer) -> None:
        self.api = api
        self.given: dict[str, Any] = {"none": True}

    def become(self, given: dict[str, Any]) -> None:
        """Use the load of an action from now on."""
        self.given = given

    def resource(
        self, resource: str, namespace: str, selector: Selector, container: str
    ) -> dict[str, PodMetric]:
        """Pod → its cpu; nothing is measured of memory."""
        pods = [pod for pod in self._running(namespace) if selector.matches(labels_of(pod))]
        pods = pods[: self.given.get("only", len(pods))]
        if self.given.get("none") or not pods:
            raise MetricsError("no metrics returned from resource metrics API")
        if resource != "cpu":
            return {}
        share, now = self._share(pods), self.api.clock.now
        return {pod["metadata"]["name"]: PodMetric(share, now, WINDOW) for pod in pods}

    def _running(self, namespace: str) -> list[Object]:
        pods = self.api.list("pods", namespace)
        running = [pod for pod in pods if pod["status"].get("phase") == "Running"]
        return [pod for pod in running if not is_terminating(pod)]

    def _share(self, pods: list[Object]) -> int:
        if "per_pod_m" in self.given:
            return int(self.given["per_pod_m"])
        ready = sum(is_true(pod, "Ready") for pod in pods)
        return int(self.given["total_m"]) // max(ready, 1)
