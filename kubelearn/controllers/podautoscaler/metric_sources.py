"""The five types of metrics: what each asks for, and what stands in `status.currentMetrics`.

Source: `pkg/controller/podautoscaler/horizontal.go` (computeStatusFor…Metric), Kubernetes 1.36.
A new type is a function and a line in `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.quantity import milli, of_milli
from kubelearn.api.selectors import Selector
from kubelearn.controllers.podautoscaler import replica_calculator as calculator
from kubelearn.controllers.podautoscaler.replica_calculator import PodSet, Proposal
from kubelearn.metrics.client import MetricsClient, MetricsError


@dataclass(frozen=True, slots=True)
class Question:
    """What a metric is asked with."""

    metrics: MetricsClient
    namespace: str
    selector: Selector
    of: PodSet
    present: int
    """`status.replicas` of the scale."""


class Answer(NamedTuple):
    """What a metric proposes, its name in messages, and its status."""

    proposal: Proposal
    name: str
    status: Object


class Unavailable(Exception):
    """A metric gives no number: the reason of the condition, its text, and the text further up."""

    def __init__(self, reason: str, text: str, wrapped: str) -> None:
        super().__init__(text)
        self.reason, self.text, self.wrapped = reason, text, wrapped


def ask(question: Question, spec: Object) -> Answer:
    """What one entry of `spec.metrics` proposes; Unavailable when it cannot."""
    source = SOURCES.get(spec.get("type", ""))
    if source is None:
        text = f'unknown metric source type "{spec.get("type", "")}": invalid MetricSpec'
        raise Unavailable("InvalidMetricSourceType", text, text)
    kind, field, reason, label = source
    given = spec[field]
    try:
        return kind(question, given)
    except MetricsError as error:
        wrapped = f"failed to get {label(given)} metric value: {error}"
        raise Unavailable(reason, str(error), wrapped) from None


def _resource(question: Question, given: Object, container: str = "") -> Answer:
    name, target = given["name"], given.get("target") or {}
    word = "container resource" if container else "resource"
    field = "containerResource" if container else "resource"
    head = {"name": name, **({"container": container} if container else {})}
    if target.get("averageValue") is not None:
        asked = milli(target["averageValue"])
        try:
            found = _samples(question, name, container)
            proposal = calculator.by_average(question.of, found, name, asked)
        except MetricsError as error:
            raise MetricsError(f"failed to get {name} usage: {error}") from None
        current: Object = {"averageValue": of_milli(proposal.usage)}
        status = _status(field, {**head, "current": current})
        return Answer(proposal, f"{name} {word}", status)
    percent = target.get("averageUtilization")
    if percent is None:
        raise MetricsError(f"invalid {word} metric source: neither an average utilization target "
                           "nor an average value (usage) target was set")  # fmt: skip
    try:
        found = _samples(question, name, container)
        proposal = calculator.by_utilization(question.of, found, name, percent, container)
    except MetricsError as error:
        raise MetricsError(f"failed to get {name} utilization: {error}") from None
    current = {
        "averageUtilization": proposal.utilization,
        "averageValue": of_milli(proposal.usage),
    }
    full = f"{name} {word} utilization (percentage of request)"
    return Answer(proposal, full, _status(field, {**head, "current": current}))


def _samples(question: Question, name: str, container: str) -> calculator.Metrics:
    try:
        return question.metrics.resource(name, question.namespace, question.selector, container)
    except MetricsError as error:
        raise MetricsError(f"unable to get metrics for resource {name}: {error}") from None


def _container_resource(question: Question, given: Object) -> Answer:
    return _resource(question, given, given["container"])


def _pods(question: Question, given: Object) -> Answer:
    metric = given["metric"]
    name = metric["name"]
    try:
        found = question.metrics.pods(
            name, question.namespace, question.selector, metric.get("selector")
        )
    except MetricsError as error:
        raise MetricsError(f"unable to get metric {name}: {error}") from None
    target = milli(given["target"]["averageValue"])
    proposal = calculator.by_average(question.of, found, "", target)
    current = {"averageValue": of_milli(proposal.usage)}
    status = _status("pods", {"metric": metric, "current": current})
    return Answer(proposal, f"pods metric {name}", status)


def _object(question: Question, given: Object) -> Answer:
    metric, described, target = given["metric"], given["describedObject"], given["target"]
    name, namespace = metric["name"], question.namespace
    if target.get("type") not in ("Value", "AverageValue"):
        raise MetricsError("invalid object metric source: neither a value target nor an average "
                           "value target was set")  # fmt: skip
    whole = target["type"] == "Value"
    try:
        value = question.metrics.object(name, namespace, described, metric.get("selector"))
    except MetricsError as error:
        text = f"unable to get metric {name}: {described['kind']} on {namespace} "
        text += f"{described['name']}/{error}"
        raise MetricsError(
            text if whole else f"failed to get {name} object metric: {text}"
        ) from None
    proposal, current = _for_value(question, target, value, whole)
    status = _status("object", {"describedObject": described, "metric": metric, "current": current})
    if whole:
        return Answer(proposal, f"{described['kind']} metric {name}", status)
    return Answer(proposal, f"external metric {name}({_printed(metric.get('selector'))})", status)


def _external(question: Question, given: Object) -> Answer:
    metric, target = given["metric"], given["target"]
    name, selector = metric["name"], metric.get("selector")
    whole = target.get("averageValue") is None
    if whole and target.get("value") is None:
        raise MetricsError("invalid external metric source: neither a value target nor an average "
                           "value target was set")  # fmt: skip
    try:
        values = question.metrics.external(name, question.namespace, selector)
    except MetricsError as error:
        place = f"{question.namespace}/{name}/{_printed(selector)}"
        text = f"unable to get external metric {place}: {error}"
        head = f"external metric {name}" if whole else f"{name} external metric"
        raise MetricsError(f"failed to get {head}: {text}") from None
    proposal, current = _for_value(question, target, calculator.total(values), whole)
    status = _status("external", {"metric": metric, "current": current})
    return Answer(proposal, f"external metric {name}({_printed(selector)})", status)


def _for_value(
    question: Question, target: Object, value: int, whole: bool
) -> tuple[Proposal, Object]:
    if whole:
        found = calculator.by_value(question.of, value, milli(target["value"]))
        return found, {"value": of_milli(found.usage)}
    asked = milli(target["averageValue"])
    found = calculator.by_value_per_pod(question.of, value, asked, question.present)
    return found, {"averageValue": of_milli(found.usage)}


def _status(field: str, content: Object) -> Object:
    return {"type": f"{field[0].upper()}{field[1:]}", field: content}


def _printed(selector: Mapping[str, Any] | None) -> str:
    """A LabelSelector as Go prints it."""
    if selector is None:
        return "nil"
    labels = selector.get("matchLabels") or {}
    pairs = "".join(f"{key}: {labels[key]}," for key in sorted(labels))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{one['key']},Operator:{one['operator']},"
        f"Values:[{' '.join(one.get('values') or ())}],}},"
        for one in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{pairs}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )


Source = tuple[Callable[[Question, Object], Answer], str, str, Callable[[Object], str]]

SOURCES: dict[str, Source] = {
    "Resource": (
        _resource,
        "resource",
        "FailedGetResourceMetric",
        lambda given: f"{given['name']} resource",
    ),
    "ContainerResource": (
        _container_resource,
        "containerResource",
        "FailedGetContainerResourceMetric",
        lambda given: f"{given['name']} container",
    ),
    "Pods": (_pods, "pods", "FailedGetPodsMetric", lambda _given: "pods"),
    "Object": (_object, "object", "FailedGetObjectMetric", lambda _given: "object"),
    "External": (
        _external,
        "external",
        "FailedGetExternalMetric",
        lambda given: f"{given['metric']['name']} external",
    ),
}
"""Type of a metric → (function, its field, reason of its failure, its name in errors)."""
