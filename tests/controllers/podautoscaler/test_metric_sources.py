"""The types of metrics."""

from types import SimpleNamespace

import pytest

from kubelearn.api.selectors import EVERYTHING
from kubelearn.controllers.podautoscaler.metric_sources import Question, Unavailable, ask
from kubelearn.controllers.podautoscaler.replica_calculator import PodSet
from kubelearn.metrics.client import NoMetrics
from tests.controllers.podautoscaler.pods import NOW, pod, used

PODS = PodSet([pod("a", cpu="100m"), pod("b", cpu="100m")], 2, NOW)
SERVED = SimpleNamespace(
    resource=lambda *_: used(a=100, b=100),
    pods=lambda *_: used(a=3000, b=3000),
    object=lambda *_: 9000,
    external=lambda *_: [2000, 4000],
)
QPS = {"name": "qps"}
INGRESS = {"kind": "Ingress", "name": "shop", "apiVersion": "networking.k8s.io/v1"}


def answer(kind, metrics=SERVED, **given):
    """What one metric proposes."""
    question = Question(metrics, "default", EVERYTHING, PODS, 2)
    return ask(question, {"type": kind, f"{kind[0].lower()}{kind[1:]}": given})


def target(kind, value):
    """A target of a type."""
    field = {"Utilization": "averageUtilization", "Value": "value"}.get(kind, "averageValue")
    return {"type": kind, field: value}


CASES = {
    "Resource": ({"name": "cpu", "target": target("Utilization", 50)}, 4,
                 "cpu resource utilization (percentage of request)"),
    "ContainerResource": ({"name": "cpu", "container": "web",
                           "target": target("AverageValue", "50m")}, 4, "cpu container resource"),
    "Pods": ({"metric": QPS, "target": target("AverageValue", "1")}, 6, "pods metric qps"),
    "Object": ({"metric": QPS, "describedObject": INGRESS, "target": target("Value", "3")}, 6,
               "Ingress metric qps"),
    "External": ({"metric": QPS, "target": target("AverageValue", "2")}, 3,
                 "external metric qps(nil)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_each_type_proposes(kind):
    """Its number, its name in messages, and its status."""
    given, replicas, name = CASES[kind]
    found = answer(kind, **given)
    assert (found.proposal.replicas, found.name, found.status["type"]) == (replicas, name, kind)


@pytest.mark.parametrize("kind", CASES)
def test_each_type_fails_with_its_reason(kind):
    """When nobody serves its API."""
    with pytest.raises(Unavailable) as failure:
        answer(kind, NoMetrics(), **CASES[kind][0])
    assert failure.value.reason == f"FailedGet{kind}Metric"
    assert failure.value.wrapped.endswith(f"metric value: {failure.value.text}")


def test_an_unknown_type():
    """Validation lets none pass."""
    with pytest.raises(Unavailable, match="unknown metric source type"):
        answer("Moon")


def test_a_selector_of_an_external_metric_is_printed_as_go_does():
    """In the name of the metric."""
    chosen = {**QPS, "selector": {"matchLabels": {"queue": "mail"}}}
    found = answer("External", metric=chosen, target=target("Value", "2"))
    assert found.name == (
        "external metric qps(&LabelSelector{MatchLabels:map[string]string{queue: mail,},"
        "MatchExpressions:[]LabelSelectorRequirement{},})"
    )
