"""Puts the vectors of `controllers/hpa_replica_calculator.json` to the calculator."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.controllers.podautoscaler import replica_calculator as calculator
from kubelearn.controllers.podautoscaler.ratios import Tolerances
from kubelearn.controllers.podautoscaler.replica_calculator import PodSet, Proposal
from kubelearn.metrics.client import MetricsError, PodMetric
from kubelearn.sim.clock import SECOND
from tests.conformance.adapters.hpa_group_pods import patience_of
from tests.conformance.adapters.hpa_metrics import moment, samples

Given = dict[str, Any]


def check(case: dict[str, Any]) -> None:
    """The replicas and the usage are those of upstream, or its error."""
    given, wanted = case["input"], case["expect"]
    if "errorContains" in wanted:
        with pytest.raises(MetricsError) as refused:
            _proposal(given, _pods(given))
        assert wanted["errorContains"] in f"{_context(given)}{refused.value}"
        return
    found = _proposal(given, _pods(given))
    names = {"averageValueMilli": "usage", "usageMilli": "usage", "replicas": "replicas",
             "utilizationPercent": "utilization"}  # fmt: skip
    assert wanted == {name: getattr(found, names[name]) for name in wanted}


def _context(given: Given) -> str:
    return f"unable to get metrics for resource {given.get('resource')}: "


def _pods(given: Given) -> PodSet:
    tolerances = Tolerances(given["tolerance"]["scaleDown"], given["tolerance"]["scaleUp"])
    now = moment(given["now"])
    return PodSet(given["pods"], given["currentReplicas"], now, tolerances, patience_of(given))


def _proposal(given: Given, pods: PodSet) -> Proposal:
    function = given["function"]
    if function == "resource_utilization":
        name, container = given["resource"], given["container"]
        found = samples(given["podMetrics"], name, container)
        target = given["targetUtilization"]
        return calculator.by_utilization(pods, found, name, target, container)
    if function == "pods_average":
        values = {
            one["pod"]: PodMetric(
                one["valueMilli"], moment(one["timestamp"]), one["windowSeconds"] * SECOND
            )
            for one in given["podMetricValuesMilli"]
        }
        return calculator.by_average(pods, values, "", given["targetAverageMilli"])
    values = given.get("externalMetricValuesMilli") or [given.get("objectMetricValueMilli")]
    value = calculator.total(values)
    if function.endswith("_value"):
        return calculator.by_value(pods, value, given["targetMilli"])
    target = given["targetAverageMilli"]
    return calculator.by_value_per_pod(pods, value, target, given["currentReplicas"])
