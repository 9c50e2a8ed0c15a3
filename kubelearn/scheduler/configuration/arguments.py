"""Rules for the arguments of the built-in plugins.

Source: `pkg/scheduler/apis/config/validation/validation_pluginargs.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kubelearn.api.istio.names import duration_text
from kubelearn.api.validation.field import (
    FieldError,
    Verbatim,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.labels import validate_label_name
from kubelearn.scheduler.configuration.added_affinity import validate_added_affinity
from kubelearn.scheduler.configuration.durations import nanoseconds
from kubelearn.sim.clock import SECOND

Args = Mapping[str, Any]
STRATEGIES = ("LeastAllocated", "MostAllocated", "RequestedToCapacityRatio")
ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
HIGHEST_SCORE = 10
"""Of a point of a shape."""


def _default_preemption(args: Args, path: str) -> list[FieldError]:
    percentage = args["minCandidateNodesPercentage"]
    absolute = args["minCandidateNodesAbsolute"]
    percentage_path = child(path, "minCandidateNodesPercentage")
    absolute_path = child(path, "minCandidateNodesAbsolute")
    errors = []
    if not 0 <= percentage <= 100:
        errors.append(invalid(percentage_path, percentage, "not in valid range [0, 100]"))
    if absolute < 0:
        errors.append(invalid(absolute_path, absolute, "not in valid range [0, inf)"))
    if percentage == absolute == 0:
        text = "cannot be zero at the same time as"
        errors.append(invalid(percentage_path, 0, f"{text} minCandidateNodesAbsolute"))
        errors.append(invalid(absolute_path, 0, f"{text} minCandidateNodesPercentage"))
    return errors


def _inter_pod_affinity(args: Args, path: str) -> list[FieldError]:
    weight = args["hardPodAffinityWeight"]
    if 0 <= weight <= 100:
        return []
    return [invalid(child(path, "hardPodAffinityWeight"), weight, "not in valid range [0, 100]")]


def _node_affinity(args: Args, path: str) -> list[FieldError]:
    added = args.get("addedAffinity")
    return validate_added_affinity(added, child(path, "addedAffinity")) if added else []


def _balanced_allocation(args: Args, path: str) -> list[FieldError]:
    errors, seen = [], set()
    for place, resource in enumerate(args["resources"]):
        where, name = index(child(path, "resources"), place), resource.get("name", "")
        if name in seen:
            errors.append(duplicate(child(where, "name"), name))
        seen.add(name)
        if resource["weight"] != 1:
            errors.append(invalid(child(where, "weight"), resource["weight"], "must be 1"))
    return errors


def _fit(args: Args, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for place, name in enumerate(args.get("ignoredResources") or ()):
        errors += validate_label_name(name, index(child(path, "ignoredResources"), place))
    for place, group in enumerate(args.get("ignoredResourceGroups") or ()):
        where = index(child(path, "ignoredResourceGroups"), place)
        if "/" in group:
            errors.append(invalid(where, group, "resource group name can't contain '/'"))
        errors += validate_label_name(group, where)
    return errors + _strategy(args["scoringStrategy"], child(path, "scoringStrategy"))


def _strategy(strategy: Args, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    kind, ratio = strategy.get("type", ""), strategy.get("requestedToCapacityRatio")
    if kind not in STRATEGIES:
        errors.append(not_supported(child(path, "type"), kind, STRATEGIES))
    for place, resource in enumerate(strategy["resources"]):
        weight = resource["weight"]
        if not 0 < weight <= 100:
            text = f"resource weight of {resource.get('name', '')} not in valid range (0, 100]"
            where = child(index(child(path, "resources"), place), "weight")
            errors.append(invalid(where, weight, text))
    where = child(path, "requestedToCapacityRatio")
    if kind == "RequestedToCapacityRatio":
        if ratio is None:
            text = "must be specified when type is RequestedToCapacityRatio"
            return [*errors, required(where, text)]
        return errors + _shape(ratio.get("shape") or (), child(where, "shape"))
    if ratio is not None:
        text = "must be nil when type is not RequestedToCapacityRatio"
        errors.append(forbidden(where, text))
    return errors


def _shape(shape: Sequence[Args], path: str) -> list[FieldError]:
    if not shape:
        return [required(path, "at least one point must be specified")]
    errors = []
    points = [(one.get("utilization", 0), one.get("score", 0)) for one in shape]
    for place in range(1, len(points)):
        if points[place - 1][0] >= points[place][0]:
            where = child(index(path, place), "utilization")
            text = "values must be sorted in increasing order"
            errors.append(invalid(where, points[place][0], text))
            break
    for place, (utilization, score) in enumerate(points):
        where = index(path, place)
        if not 0 <= utilization <= 100:
            text = "not in valid range [0, 100]"
            errors.append(invalid(child(where, "utilization"), utilization, text))
        if not 0 <= score <= HIGHEST_SCORE:
            text = f"not in valid range [0, {HIGHEST_SCORE}]"
            errors.append(invalid(child(where, "score"), score, text))
    return errors


def _spread(args: Args, path: str) -> list[FieldError]:
    kind, constraints = args["defaultingType"], args.get("defaultConstraints") or ()
    where = child(path, "defaultingType")
    errors: list[FieldError] = []
    if kind not in ("System", "List"):
        errors.append(not_supported(where, kind, ("System", "List")))
    elif kind == "System" and constraints:
        errors.append(invalid(where, kind, "when .defaultConstraints are not empty"))
    path = child(path, "defaultConstraints")
    seen: set[tuple[str, str]] = set()
    for place, constraint in enumerate(constraints):
        errors += _constraint(constraint, index(path, place))
        key = (constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", ""))
        if key in seen:
            errors.append(duplicate(index(path, place), f"{{{key[0]}, {key[1]}}}"))
        seen.add(key)
    return errors


def _constraint(constraint: Args, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    skew, key = constraint.get("maxSkew", 0), constraint.get("topologyKey", "")
    action = constraint.get("whenUnsatisfiable", "")
    if skew <= 0:
        errors.append(invalid(child(path, "maxSkew"), skew, "not in valid range (0, inf)"))
    where = child(path, "topologyKey")
    errors += validate_label_name(key, where) if key else [required(where, "can not be empty")]
    where = child(path, "whenUnsatisfiable")
    if not action:
        errors.append(required(where, "can not be empty"))
    elif action not in ACTIONS:
        errors.append(not_supported(where, action, ACTIONS))
    if constraint.get("labelSelector") is not None:
        text = "constraint must not define a selector, as they deduced for each pod"
        errors.append(forbidden(child(path, "labelSelector"), text))
    return errors


def _volume_binding(args: Args, path: str) -> list[FieldError]:
    seconds, shape = args["bindTimeoutSeconds"], args.get("shape")
    errors = []
    if seconds < 0:
        text = "invalid BindTimeoutSeconds, should not be a negative value"
        errors.append(invalid(child(path, "bindTimeoutSeconds"), seconds, text))
    if shape is not None:
        text = (
            "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring"
        )
        errors.append(invalid(child(path, "shape"), shape, text))
    return errors


def _dynamic_resources(args: Args, path: str) -> list[FieldError]:
    """Upstream's rules, with the feature gates of 1.36 at their defaults."""
    errors = []
    for name, least, text in (
        ("filterTimeout", 0, "must be zero or positive"),
        ("bindingTimeout", SECOND, "must be at least 1 second"),
    ):
        time = least if args.get(name) is None else nanoseconds(args[name])
        if time < least:
            errors.append(invalid(child(path, name), Verbatim(duration_text(time)), text))
    return errors


VALIDATORS: dict[str, Callable[[Args, str], list[FieldError]]] = {
    "DefaultPreemption": _default_preemption,
    "DynamicResources": _dynamic_resources,
    "InterPodAffinity": _inter_pod_affinity,
    "NodeAffinity": _node_affinity,
    "NodeResourcesBalancedAllocation": _balanced_allocation,
    "PodTopologySpread": _spread,
    "VolumeBinding": _volume_binding,
}
"""Plugin -> the rules of its arguments, looked at when the configuration is read."""
AT_START: dict[str, Callable[[Args, str], list[FieldError]]] = {"NodeResourcesFit": _fit}
"""Plugins whose arguments upstream looks at only when it makes the plugin."""
