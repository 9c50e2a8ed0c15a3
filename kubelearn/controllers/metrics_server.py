"""The pipeline of metrics.k8s.io: cAdvisor in the kubelets, metrics-server, and its API.

The kubelets look at their containers every 10 s; metrics-server asks them every 15 s and keeps the
last two different samples of each container; its API answers with the rate between these. So what
an autoscaler reads is 0 to 25 s old, and averaged over 10 or 20 s.
Source: metrics-server 0.8 `pkg/storage/pod.go`, `pkg/scraper`; cadvisor `manager/container.go`.

Unlike the real one: the kubelets of all nodes look at the same moments, without jitter; all nodes
are asked at once and answer at once; custom and external metrics have no adapter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from kubelearn.api.objects import Key, Object, is_terminating, is_true, key_of, labels_of
from kubelearn.api.store import Record
from kubelearn.api.times import parse_timestamp
from kubelearn.metrics.client import MetricsError, NoMetrics, PodMetric, Selects
from kubelearn.metrics.samples import Pair, Sample, beginning
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND

HOUSEKEEPING = 10 * SECOND
"""Between two looks of a kubelet at its containers."""
RESOLUTION = 15 * SECOND
"""Between two rounds of metrics-server (`--metric-resolution`)."""
PLACE: Key = ("kube-system", "metrics-server")
SELECTOR = "k8s-app=metrics-server"


class Usage(Protocol):
    """What one container has used."""

    @property
    def container(self) -> str:
        """Its name."""

    @property
    def cpu(self) -> int:
        """Nanoseconds of CPU since it started."""

    @property
    def memory(self) -> int:
        """Bytes."""


class Programs(Protocol):
    """The programs that run in the pods."""

    def usage(self, pod: Object) -> tuple[Usage, ...]:
        """What the containers of a running pod have used."""


class MetricsServer(NoMetrics):
    """Serves metrics.k8s.io while a pod of the add-on is ready; nobody serves the other APIs."""

    name = "metrics-api"
    state: ClassVar[tuple[str, ...]] = ("seen", "kept", "_installed")
    wires: ClassVar[dict[str, str]] = {"programs": "programs"}
    programs: Programs

    def __init__(self, context: Context) -> None:
        self.context = context
        self.seen: dict[Key, Sample] = {}
        """What the kubelets saw last."""
        self.kept: dict[Key, Pair] = {}
        """What metrics-server has."""
        self._installed = False
        self._runs = False
        context.api.store.watch(self.name, ("deployments.apps",), self.deliver, WATCH_LATENCY)

    def deliver(self, records: list[Record]) -> None:
        """Begin when metrics-server is installed, end when it is removed."""
        for record in records:
            if record.key == PLACE:
                self._installed = record.new is not None
        if self._installed and not self._runs:
            self._runs = True
            now = self.context.clock.now
            self.context.clock.after(HOUSEKEEPING - now % HOUSEKEEPING, self.look)
            self.context.clock.after(RESOLUTION, self.scrape)

    # Samples

    def look(self) -> None:
        """The kubelets look at their containers."""
        if not self._installed:
            self._runs = False
            self.seen, self.kept = {}, {}
            return
        self.context.clock.after(HOUSEKEEPING, self.look)
        pods = self.context.api.list("pods")
        self.seen = {key_of(pod): self._sample(pod) for pod in pods if _is_running(pod)}

    def _sample(self, pod: Object) -> Sample:
        usages = tuple((one.container, one.cpu, one.memory) for one in self.programs.usage(pod))
        statuses = pod["status"].get("containerStatuses") or ()
        restarts = sum(each.get("restartCount", 0) for each in statuses)
        program = (pod["metadata"]["uid"], restarts)
        return Sample(self.context.clock.now, program, _started(pod), usages)

    def scrape(self) -> None:
        """One round of metrics-server."""
        if not self._installed:
            return
        self.context.clock.after(RESOLUTION, self.scrape)
        if not any(_is_running(pod) for pod in self._own_pods()):
            return
        kept: dict[Key, Pair] = {}
        for key, sample in self.seen.items():
            old = self.kept.get(key)
            if old is None or old.last.program != sample.program:
                kept[key] = Pair(beginning(sample, RESOLUTION), sample)
            else:
                kept[key] = old if old.last.time == sample.time else Pair(old.last, sample)
        self.kept = kept

    def _own_pods(self) -> list[Object]:
        return self.context.api.list("pods", PLACE[0], SELECTOR)

    # The API

    def resource(
        self, resource: str, namespace: str, selector: Selects, container: str
    ) -> dict[str, PodMetric]:
        """Pod → its usage of cpu or memory, of those that have two samples."""
        if not self._installed:
            return super().resource(resource, namespace, selector, container)
        if not self.answers():
            text = "the server is currently unable to handle the request (get pods.metrics.k8s.io)"
            raise MetricsError(f"unable to fetch metrics from resource metrics API: {text}")
        pods = self.context.api.list("pods", namespace)
        rows = {
            pod["metadata"]["name"]: pair
            for pod in pods
            if selector.matches(labels_of(pod)) and (pair := self.pair(pod)) is not None
        }
        if not rows:
            raise MetricsError("no metrics returned from resource metrics API")
        found = {name: pair.metric(resource, container) for name, pair in rows.items()}
        return {name: metric for name, metric in found.items() if metric is not None}

    def answers(self) -> bool:
        """Whether a pod of metrics-server is ready."""
        return any(is_true(pod, "Ready") for pod in self._own_pods())

    def pair(self, pod: Object) -> Pair | None:
        """The last two samples of a running pod; None when it has not got two yet."""
        pair = self.kept.get(key_of(pod))
        if pair is None or pair.before is None or not _is_running(pod):
            return None
        return pair if pair.last.program[0] == pod["metadata"]["uid"] else None

    def amounts(self, pod: Object) -> Mapping[str, tuple[int, int]]:
        """Container → (thousandths of a core, bytes) as metrics.k8s.io has them; {} = not yet."""
        pair = self.pair(pod)
        if pair is None:
            return {}
        return {name: (pair.cpu(name), memory) for name, _, memory in pair.last.usages}


def _is_running(pod: Object) -> bool:
    return pod["status"].get("phase") == "Running" and not is_terminating(pod)


def _started(pod: Object) -> int:
    """When the first of the containers that run now was started."""
    states: list[Any] = [
        one.get("state") or {} for one in pod["status"].get("containerStatuses") or ()
    ]
    times = [parse_timestamp(one["running"]["startedAt"]) for one in states if "running" in one]
    return min(times, default=-(1 << 62))
