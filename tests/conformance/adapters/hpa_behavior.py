"""Answers the vectors of `controllers/hpa_behavior.json`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.controllers.podautoscaler import behavior, stabilization
from kubelearn.controllers.podautoscaler.behavior import Past, ScaleEvent
from kubelearn.controllers.podautoscaler.stabilization import Recommendation
from kubelearn.sim.clock import SECOND

Given = dict[str, Any]
NOW = 0


def check(case: dict[str, Any]) -> None:
    """What the case names is as upstream has it."""
    given, wanted = case["input"], case["expect"]
    found = OPERATIONS[given["op"]](given)
    assert wanted == {name: found[name] for name in wanted}


def _age(one: Given) -> int:
    return NOW - int(one["ageSeconds"] * SECOND)


def _events(rows: list[Given]) -> tuple[ScaleEvent, ...]:
    return tuple(ScaleEvent(one["replicaChange"], _age(one)) for one in rows)


def _past(given: Given) -> Past:
    return Past(_events(given["scaleUpEvents"]), _events(given["scaleDownEvents"]))


def _recent(given: Given) -> tuple[Recommendation, ...]:
    return tuple(Recommendation(one["replicas"], _age(one)) for one in given["recommendations"])


def _bounds(given: Given) -> tuple[int, int, int, int]:
    names = ("currentReplicas", "desiredReplicas", "minReplicas", "maxReplicas")
    return tuple(given[name] for name in names)  # type: ignore[return-value]


def _clamp(given: Given) -> Given:
    limits = {"factor": given["scaleUpLimitFactor"], "least": given["scaleUpLimitMinimum"]}
    found = behavior.without_behavior(*_bounds(given), **limits)
    return {"replicas": found.replicas, "scalingLimitedReason": found.reason}


def _clamp_by_rules(given: Given) -> Given:
    up = behavior.rules_of(given["scaleUp"], behavior.SCALE_UP)
    down = behavior.rules_of(given["scaleDown"], behavior.SCALE_DOWN)
    found = behavior.with_behavior(*_bounds(given), up=up, down=down, past=_past(given), now=NOW)
    return {"replicas": found.replicas, "scalingLimitedReason": found.reason}


def _down_limit(given: Given) -> Given:
    current, rules = given["currentReplicas"], given["rules"]
    return {"limit": behavior.down_limit(current, _past(given), rules, NOW)}


def _up_limit(given: Given) -> Given:
    current, rules = given["currentReplicas"], given["rules"]
    return {"limit": behavior.up_limit(current, _past(given), rules, NOW)}


def _stabilize(given: Given) -> Given:
    window = given["downscaleStabilizationSeconds"]
    found = stabilization.without_behavior(_recent(given), given["desiredReplicas"], window, NOW)
    return {"replicas": found.replicas, "recommendationCount": len(found.recent)}


def _stabilize_by_rules(given: Given) -> Given:
    windows = tuple(given[f"scale{way}StabilizationWindowSeconds"] for way in ("Up", "Down"))
    sizes = (given["currentReplicas"], given["desiredReplicas"])
    found = stabilization.with_behavior(_recent(given), *sizes, windows, NOW)  # type: ignore[arg-type]
    after = [one.replicas for one in found.recent]
    return {"replicas": found.replicas, "recommendationsAfter": after}


def _store(given: Given) -> Given:
    events, up = _events(given["events"]), given["direction"] == "up"
    before = behavior.change_within(events, given["changeWindowSeconds"], NOW)
    past = Past(ups=events) if up else Past(downs=events)
    rules = {"scaleUp" if up else "scaleDown": given["rules"]} if given["rules"] else None
    sizes = (given["prevReplicas"], given["newReplicas"])
    after = behavior.remembered(past, rules, *sizes, NOW)
    kept = after.ups if up else after.downs
    rows = [{"replicaChange": one.change, "outdated": one.outdated} for one in kept]
    return {"replicaChangeInWindowBefore": before, "eventsAfter": rows}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "clampWithoutBehavior": _clamp,
    "clampWithBehavior": _clamp_by_rules,
    "scaleDownLimit": _down_limit,
    "scaleUpLimit": _up_limit,
    "stabilizeWithoutBehavior": _stabilize,
    "stabilizeWithBehavior": _stabilize_by_rules,
    "storeScaleEvent": _store,
}
