"""How fast and how far a size may change: policies, limits and what they remember.

Source: `pkg/controller/podautoscaler/horizontal.go` (convertDesiredReplicasWithRules,
convertDesiredReplicasWithBehaviorRate, storeScaleEvent), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object
from kubelearn.controllers.podautoscaler.ratios import MAX_INT32, ceil32
from kubelearn.sim.clock import SECOND

MIN_INT32 = -(2**31)
FACTOR, MINIMUM = 2.0, 4.0
"""Without behaviour: at most this many times the present size at once, or to this size."""
SCALE_UP: Object = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
SCALE_DOWN: Object = {
    "stabilizationWindowSeconds": 300,
    "selectPolicy": "Max",
    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
}
WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
UP_LIMIT = (
    "ScaleUpLimit",
    "the desired replica count is increasing faster than the maximum scale rate",
)
DOWN_LIMIT = (
    "ScaleDownLimit",
    "the desired replica count is decreasing faster than the maximum scale rate",
)


class ScaleEvent(NamedTuple):
    """One change of the size: by how many replicas, and when."""

    change: int
    time: int
    outdated: bool = False


class Past(NamedTuple):
    """The changes that are remembered, up and down."""

    ups: tuple[ScaleEvent, ...] = ()
    downs: tuple[ScaleEvent, ...] = ()


class Limited(NamedTuple):
    """A size within its limits, and what limited it."""

    replicas: int
    reason: str
    message: str


def rules_of(given: Object | None, default: Object) -> Object:
    """Scaling rules with what is not said filled in."""
    said = {name: value for name, value in (given or {}).items() if value is not None}
    return {**default, **said}


def without_behavior(
    current: int, desired: int, minimum: int, maximum: int,
    *, factor: float = FACTOR, least: float = MINIMUM,
) -> Limited:  # fmt: skip
    """The size within minReplicas, maxReplicas and twice the present size."""
    limit = int(max(factor * current, least))
    if desired < minimum:
        return Limited(minimum, *TOO_FEW)
    if desired > min(maximum, limit):
        return Limited(min(maximum, limit), *(UP_LIMIT if maximum > limit else TOO_MANY))
    return Limited(desired, *WITHIN)


def with_behavior(
    current: int, desired: int, minimum: int, maximum: int, *, up: Object, down: Object,
    past: Past, now: int,
) -> Limited:  # fmt: skip
    """The size within its bounds and what the policies of the direction allow."""
    if desired > current:
        limit = max(up_limit(current, past, up, now), current)
        if desired > min(maximum, limit):
            return Limited(min(maximum, limit), *(UP_LIMIT if maximum > limit else TOO_MANY))
    elif desired < current:
        limit = min(down_limit(current, past, down, now), current)
        if desired < max(minimum, limit):
            return Limited(max(minimum, limit), *(DOWN_LIMIT if minimum < limit else TOO_FEW))
    return Limited(desired, *WITHIN)


def up_limit(current: int, past: Past, rules: Object, now: int) -> int:
    """The largest size that the policies allow."""
    if rules["selectPolicy"] == "Disabled":
        return current
    limits = []
    for policy in rules["policies"]:
        start = _start(current, past, policy, now)
        if policy["type"] == "Pods":
            limits.append(start + int(policy["value"]))
        else:
            # Rounded up, since a small size would never grow otherwise.
            limits.append(ceil32(start * (1 + policy["value"] / 100)))
    least = rules["selectPolicy"] == "Min"
    return min([MAX_INT32, *limits]) if least else max([MIN_INT32, *limits])


def down_limit(current: int, past: Past, rules: Object, now: int) -> int:
    """The smallest size that the policies allow."""
    if rules["selectPolicy"] == "Disabled":
        return current
    limits = []
    for policy in rules["policies"]:
        start = _start(current, past, policy, now)
        if policy["type"] == "Pods":
            limits.append(start - int(policy["value"]))
        else:
            limits.append(int(start * (1 - policy["value"] / 100)))
    # The least change ("Min") is the largest of these sizes.
    least = rules["selectPolicy"] == "Min"
    return max([MIN_INT32, *limits]) if least else min([MAX_INT32, *limits])


def _start(current: int, past: Past, policy: Object, now: int) -> int:
    """The size at the beginning of a policy's period."""
    period = policy["periodSeconds"]
    return current - change_within(past.ups, period, now) + change_within(past.downs, period, now)


def change_within(events: Sequence[ScaleEvent], seconds: int, now: int) -> int:
    """By how much the size has changed in the last seconds."""
    return sum(one.change for one in events if one.time > now - seconds * SECOND)


def remembered(past: Past, behavior: Object | None, before: int, after: int, now: int) -> Past:
    """What is remembered after a change of the size; nothing without a behaviour."""
    if behavior is None:
        return past
    if after > before:
        rules = behavior.get("scaleUp") or SCALE_UP
        return past._replace(ups=_stored(past.ups, rules, after - before, now))
    rules = behavior.get("scaleDown") or SCALE_DOWN
    return past._replace(downs=_stored(past.downs, rules, before - after, now))


def _stored(
    events: tuple[ScaleEvent, ...], rules: Object, change: int, now: int
) -> tuple[ScaleEvent, ...]:
    longest = max((one["periodSeconds"] for one in rules.get("policies") or ()), default=0)
    cutoff = now - longest * SECOND
    kept = [one._replace(outdated=one.outdated or one.time < cutoff) for one in events]
    slots = [index for index, one in enumerate(kept) if one.outdated]
    new = ScaleEvent(change, now)
    if slots:
        kept[slots[-1]] = new
        return tuple(kept)
    return (*kept, new)
