"""One whole sync of the autoscaler for the vectors of `controllers/hpa_reconcile.json`."""

from __future__ import annotations

from typing import Any

from kubelearn.api.errors import InternalError
from kubelearn.controllers.podautoscaler import horizontal
from kubelearn.controllers.podautoscaler.horizontal import AUTOSCALERS, HorizontalController
from kubelearn.controllers.podautoscaler.scale import Scale
from kubelearn.controllers.podautoscaler.stabilization import Recommendation
from kubelearn.controllers.podautoscaler.sync import Config
from tests.conformance.adapters.hpa_group_pods import patience_of
from tests.conformance.adapters.hpa_metrics import Served, moment
from tests.controllers.control_room import control_room

Given = dict[str, Any]


class GivenScales:
    """The scale of the case; a write is remembered, or refused as the case says."""

    def __init__(self, given: Given) -> None:
        self.scale, self.faults = given["scale"], given["faults"]
        self.written: int | None = None

    def get(self, namespace: str, reference: Given) -> Scale:
        """The given scale."""
        if "getScale" in self.faults:
            raise InternalError("fake error")
        numbers = (self.scale["specReplicas"], self.scale["statusReplicas"])
        place = ("replicationcontrollers", namespace, reference["name"])
        return Scale(*place, *numbers, self.scale["selector"])

    def update(self, _scale: Scale, replicas: int) -> None:
        """Remember what was asked for."""
        if "updateScale" in self.faults:
            raise InternalError("fake error")
        self.written = replicas


def check(case: dict[str, Any]) -> None:
    """Size, conditions and outcome are those of upstream."""
    wanted = case["expect"]
    found = _sync(case["input"])
    assert wanted == {name: found[name] for name in wanted}


def _config(given: Given) -> Config:
    flags, gates = given["controller"], given["featureGates"]
    return Config(
        flags["tolerance"],
        flags["downscaleStabilizationSeconds"],
        patience_of(flags),
        flags["scaleUpLimitFactor"],
        flags["scaleUpLimitMinimum"],
        gates["HPAConfigurableTolerance"],
        gates["HPAScaleToZero"],
    )


def _sync(given: Given) -> Given:
    room = control_room()
    room.clock.run(moment(given["now"]))
    autoscaler = given["hpa"]
    key = (autoscaler["metadata"]["namespace"], autoscaler["metadata"]["name"])
    scales = GivenScales(given)
    controller = type("Given", (HorizontalController,), {"scales": scales})(
        room.context, _config(given)
    )
    controller.metrics = Served(given["metrics"], given["faults"])
    for number, selector in enumerate(given["otherHPASelectors"]):
        controller.claimed[key[0], f"other-{number}"] = selector
    for pod in given["pods"]:
        full = {**pod, "metadata": {"uid": pod["metadata"]["name"], **pod["metadata"]}}
        room.api.store.put("pods", (key[0], pod["metadata"]["name"]), full)
    if given["recommendations"] is not None:
        rows = given["recommendations"]
        recent = tuple(Recommendation(one["replicas"], moment(one["time"])) for one in rows)
        controller._recommendations[key] = recent
    stored = room.api.store.put(AUTOSCALERS, key, autoscaler)
    decision = controller.sync(stored, key)
    return _outcome(room.api.get(AUTOSCALERS, *key), decision, scales)


def _outcome(after: Given, decision: horizontal.Decision, scales: GivenScales) -> Given:
    status = after["status"]
    rows = [{name: one[name] for name in ("type", "status", "reason")}
            for one in status["conditions"]]  # fmt: skip
    return {
        "desiredReplicas": status["desiredReplicas"],
        "scaleWritten": scales.written is not None,
        "conditions": rows,
        "reconcileAction": decision.action,
        "reconcileError": "internal" if decision.error else "none",
        "cpuUtilization": _utilization(status),
    }


def _utilization(status: Given) -> int | None:
    for one in status.get("currentMetrics") or ():
        if one["type"] == "Resource" and one["resource"]["name"] == "cpu":
            found: int | None = one["resource"]["current"].get("averageUtilization")
            return found
    return None
