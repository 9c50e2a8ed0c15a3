"""What a reader of the metrics APIs gets: one amount per pod, or the error of the API.

Source: `pkg/controller/podautoscaler/metrics/client.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from kubelearn.sim.clock import MINUTE

NOT_SERVED = "the server could not find the requested resource"
"""What the API server says of an API group that nobody has registered."""


class MetricsError(Exception):
    """A metric cannot be had; `str(error)` is upstream's text."""


class PodMetric(NamedTuple):
    """What was measured of one pod."""

    value: int
    """Thousandths: of a core for cpu, of a byte for memory."""
    timestamp: int = 0
    """The end of the window, in ns of the clock."""
    window: int = MINUTE
    """The time over which it was averaged, in ns."""


Labels = Mapping[str, Any]
"""A LabelSelector object, or the reference to an object."""


class Selects(Protocol):
    """What tells which pods are meant."""

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether a pod with these labels is one of them."""


class MetricsClient(Protocol):
    """The three metrics APIs, as the HorizontalPodAutoscaler asks them; values in thousandths."""

    def resource(
        self, resource: str, namespace: str, selector: Selects, container: str
    ) -> dict[str, PodMetric]:
        """Pod → its usage of cpu or memory (metrics.k8s.io); `container` "" = all of them."""

    def pods(
        self,
        metric: str,
        namespace: str,
        selector: Selects,
        metric_selector: Labels | None,
    ) -> dict[str, PodMetric]:
        """Pod → its value of a custom metric (custom.metrics.k8s.io)."""

    def object(
        self,
        metric: str,
        namespace: str,
        described: Labels,
        selector: Labels | None,
    ) -> int:
        """The value of a custom metric of one object."""

    def external(self, metric: str, namespace: str, selector: Labels | None) -> list[int]:
        """The values of a metric from outside the cluster (external.metrics.k8s.io)."""


class NoMetrics:
    """A cluster in which nobody serves the metrics APIs."""

    def resource(
        self, resource: str, namespace: str, selector: Selects, container: str
    ) -> dict[str, PodMetric]:
        """metrics.k8s.io arrives with the add-on "metrics-server"."""
        del resource, namespace, selector, container
        text = f"{NOT_SERVED} (get pods.metrics.k8s.io)"
        raise MetricsError(f"unable to fetch metrics from resource metrics API: {text}")

    def pods(
        self,
        metric: str,
        namespace: str,
        selector: Selects,
        metric_selector: Labels | None,
    ) -> dict[str, PodMetric]:
        """custom.metrics.k8s.io has no adapter here."""
        del metric, namespace, selector, metric_selector
        raise MetricsError(_no_custom())

    def object(
        self,
        metric: str,
        namespace: str,
        described: Labels,
        selector: Labels | None,
    ) -> int:
        """custom.metrics.k8s.io has no adapter here."""
        del metric, namespace, described, selector
        raise MetricsError(_no_custom())

    def external(self, metric: str, namespace: str, selector: Labels | None) -> list[int]:
        """external.metrics.k8s.io has no adapter here."""
        del namespace, selector
        text = f"{NOT_SERVED} (get {metric}.external.metrics.k8s.io)"
        raise MetricsError(f"unable to fetch metrics from external metrics API: {text}")


def _no_custom() -> str:
    text = "no custom metrics API (custom.metrics.k8s.io) registered"
    return f"unable to fetch metrics from custom metrics API: {text}"
