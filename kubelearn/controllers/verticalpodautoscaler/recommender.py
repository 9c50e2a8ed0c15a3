"""The recommender of the vertical pod autoscaler: once a minute from samples to recommendations.

Source: `vertical-pod-autoscaler/pkg/recommender` of kubernetes/autoscaler.

Unlike the real one: the updater and the admission webhook are not there, so nothing changes
requests but the learner; there are no checkpoints, and no memory of pods from before the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from kubelearn.api import selectors
from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object, get_path, is_terminating, key_of, labels_of
from kubelearn.api.quantity import DECIMAL_SI, milli, of_milli, of_value, value
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.controllers.add_on import AddOn
from kubelearn.controllers.podautoscaler.scale import Scales
from kubelearn.controllers.verticalpodautoscaler.estimate import (
    Amounts,
    Peak,
    Recommendation,
    Seen,
    after_oom,
    recommend,
    with_memory,
)
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MINUTE

COMPONENT = "vpa-recommender"
AUTOSCALERS = "verticalpodautoscalers.autoscaling.k8s.io"
PLACE: Key = ("kube-system", "vpa-recommender")
SELECTOR = "app=vpa-recommender"
MOST = 2**62
"""A bound without an end, as bytes or thousandths."""


class Metrics(Protocol):
    """metrics.k8s.io."""

    def amounts(self, pod: Object) -> Mapping[str, tuple[int, int]]:
        """Container → (thousandths of a core, bytes)."""


class Recommender(AddOn):
    """A part that looks at all VerticalPodAutoscalers once a minute."""

    name = "vpa-recommender"
    state: ClassVar[tuple[str, ...]] = ("seen", "peaks", "killed")
    wires: ClassVar[dict[str, str]] = {"metrics": "metrics-api"}
    explains: ClassVar[tuple[str, ...]] = (AUTOSCALERS,)
    place, selector, first = PLACE, SELECTOR, MINUTE
    metrics: Metrics

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.seen: dict[tuple[Key, str], Seen] = {}
        """(autoscaler, container) → what it has used."""
        self.peaks: dict[tuple[str, str], Peak] = {}
        """(UID of the pod, container) → its memory of the day."""
        self.killed: dict[tuple[str, str], int] = {}
        """(UID of the pod, container) → when it was last killed for its memory."""

    def pause(self, deployment: Object) -> int:  # noqa: ARG002
        """`--recommender-interval`."""
        return MINUTE

    def round(self, deployment: Object) -> None:  # noqa: ARG002
        """Samples, then recommendations."""
        for autoscaler in self.context.api.list(AUTOSCALERS):
            self._serve(autoscaler)

    def _serve(self, autoscaler: Object) -> None:
        pods = self._pods(autoscaler)
        for pod in pods:
            for container in pod["spec"]["containers"]:
                self._learn(key_of(autoscaler), pod, container)
        self._write(autoscaler, pods)

    def _pods(self, autoscaler: Object) -> list[Object]:
        """The running pods of its target."""
        namespace = autoscaler["metadata"]["namespace"]
        try:
            scale = Scales(self.context.api).get(namespace, autoscaler["spec"]["targetRef"])
        except (APIError, KeyError):
            return []
        selector = selectors.parse(scale.selector)
        pods = self.context.api.list("pods", namespace)
        mine = [pod for pod in pods if selector.matches(labels_of(pod))]
        return [pod for pod in mine if not is_terminating(pod)]

    def _learn(self, key: Key, pod: Object, container: Object) -> None:
        name, now = container["name"], self.context.clock.now
        seen, run = self.seen.get((key, name), Seen()), (pod["metadata"]["uid"], name)
        peak = self.peaks.get(run, Peak())
        asked = get_path(container, "resources", "requests", default={})
        found = self.metrics.amounts(pod).get(name)
        if found is not None:
            cores, memory = found[0] / 1000, found[1]
            seen = seen.with_cpu(cores, milli(asked.get("cpu", "0")) / 1000, now)
            seen, peak = with_memory(seen, peak, memory, now)
        died = _killed_at(pod, name)
        if died is not None and self.killed.get(run) != died:
            self.killed[run] = died
            needed = after_oom(value(asked.get("memory", "0")), peak)
            seen, peak = with_memory(seen, peak, needed, now)
        self.seen[key, name], self.peaks[run] = seen, peak

    def _write(self, autoscaler: Object, pods: list[Object]) -> None:
        containers = pods[0]["spec"]["containers"] if pods else []
        rows = []
        for container in containers:
            name = container["name"]
            seen, policy = self.seen.get((key_of(autoscaler), name)), _policy(autoscaler, name)
            if seen is None or policy.get("mode") == "Off":
                continue
            if seen.samples or seen.memory.weights:
                rows.append(_row(name, recommend(seen, len(containers)), policy))
        status: Object = {"conditions": [self._condition(autoscaler, bool(rows))]}
        if rows:
            status["recommendation"] = {"containerRecommendations": rows}
        if status != autoscaler.get("status"):
            new = {**autoscaler, "status": status}
            self.context.api.store.put(AUTOSCALERS, key_of(autoscaler), new)

    def _condition(self, autoscaler: Object, provided: bool) -> Object:
        old = (get_path(autoscaler, "status", "conditions", default=[]) or [{}])[0]
        same = old.get("status") == str(provided)
        since = old["lastTransitionTime"] if same else timestamp(self.context.clock.now)
        return {"type": "RecommendationProvided", "status": str(provided),
                "lastTransitionTime": since}  # fmt: skip

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """How many samples there are, and what follows from them."""
        rows = []
        for (key, name), seen in self.seen.items():
            if key == key_of(obj):
                rows.append({
                    "container": name,
                    "samples": seen.samples,
                    "days": round(seen.confidence, 3),
                    "cpu p90": f"{seen.cpu.percentile(0.9):.3f}",
                    "memory p90": f"{seen.memory.percentile(0.9) / 2**20:.0f}Mi",
                })  # fmt: skip
        text = (
            "recommends the 90th percentile of what was used and 15 % more, at least 25m and 250Mi "
            "for a pod; nothing here changes requests by itself"
        )
        return [Reason(COMPONENT, text, table=tuple(rows))]


def _killed_at(pod: Object, container: str) -> int | None:
    """When a container was last killed for its memory."""
    for one in pod["status"].get("containerStatuses") or ():
        ended = (one.get("lastState") or {}).get("terminated") or {}
        if one["name"] == container and ended.get("reason") == "OOMKilled":
            return parse_timestamp(ended["finishedAt"])
    return None


def _policy(autoscaler: Object, container: str) -> Object:
    """The policy for a container: its own, else that of all."""
    found = get_path(autoscaler, "spec", "resourcePolicy", "containerPolicies", default=())
    by_name = {one.get("containerName"): one for one in found or ()}
    policy: Object = by_name.get(container, by_name.get("*", {}))
    return policy


def _row(name: str, found: Recommendation, policy: Object) -> dict[str, Any]:
    shown = policy.get("controlledResources") or ("cpu", "memory")
    return {
        "containerName": name,
        "target": _texts(found.target, policy, shown),
        "lowerBound": _texts(found.lower, policy, shown),
        "upperBound": _texts(found.upper, policy, shown),
        "uncappedTarget": _texts(found.target, {}, shown),
    }


def _texts(amounts: Amounts, policy: Object, shown: Any) -> dict[str, str]:
    least, most = policy.get("minAllowed") or {}, policy.get("maxAllowed") or {}
    cpu = _capped(amounts.cpu * 1000, milli, "cpu", least, most)
    memory = _capped(amounts.memory, value, "memory", least, most)
    texts = {"cpu": of_milli(cpu), "memory": of_value(memory, DECIMAL_SI)}
    return {name: text for name, text in texts.items() if name in shown}


def _capped(amount: float, read: Any, name: str, least: Object, most: Object) -> int:
    found = int(min(amount, MOST))
    if name in least:
        found = max(found, read(least[name]))
    return min(found, read(most[name])) if name in most else found
