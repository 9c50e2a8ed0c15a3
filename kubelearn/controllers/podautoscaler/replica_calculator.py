"""From one metric to a number of replicas, with the arithmetic in words.

Source: `pkg/controller/podautoscaler/replica_calculator.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, get_path, is_true
from kubelearn.api.quantity import of_milli
from kubelearn.controllers.podautoscaler.grouping import Groups, Patience, group_pods, requests_of
from kubelearn.controllers.podautoscaler.ratios import (
    Tolerances,
    Usage,
    average,
    ceil32,
    utilization,
)
from kubelearn.metrics.client import MetricsError, PodMetric
from kubelearn.runtime.explain import amount

Metrics = dict[str, PodMetric]
MAX_INT64 = 2**63 - 1


class Proposal(NamedTuple):
    """The replicas that one metric asks for, and how that came about."""

    replicas: int
    usage: int
    """Thousandths: per pod, or of the whole for a target of type Value."""
    utilization: int | None = None
    steps: tuple[str, ...] = ()


class PodSet(NamedTuple):
    """The pods behind a scale at a moment, and how strictly they are judged."""

    pods: Sequence[Object]
    current: int
    """`spec.replicas` of the scale."""
    now: int
    tolerances: Tolerances = Tolerances()
    patience: Patience = Patience()


def by_utilization(
    of: PodSet, metrics: Metrics, resource: str, target: int, container: str = ""
) -> Proposal:
    """For a target in percent of the requests (Resource, ContainerResource)."""
    groups, metrics = _sorted(of, metrics, resource)
    requests = requests_of(of.pods, container, resource)
    fallback = max(100, target)
    return _proposal(
        of,
        groups,
        metrics,
        measure=lambda found: utilization(found, requests, target),
        assumed=lambda pod: requests[pod] * fallback // 100,
        goal=f"{target}%",
    )


def by_average(of: PodSet, metrics: Metrics, resource: str, target: int) -> Proposal:
    """For a target in thousandths per pod (Resource, ContainerResource, Pods)."""
    groups, metrics = _sorted(of, metrics, resource)
    return _proposal(
        of,
        groups,
        metrics,
        measure=lambda found: average(found, target),
        assumed=lambda _pod: target,
        goal=of_milli(target),
    )


def _sorted(of: PodSet, metrics: Metrics, resource: str) -> tuple[Groups, Metrics]:
    """The groups of pods, and the samples that count."""
    if not of.pods:
        raise MetricsError("no pods returned by selector while calculating replica count")
    groups = group_pods(of.pods, metrics, resource, of.now, of.patience)
    dropped = {*groups.ignored, *groups.unready}
    kept = {name: metric for name, metric in metrics.items() if name not in dropped}
    if not kept:
        text = "did not receive metrics for targeted pods (pods might be unready)"
        raise MetricsError(text)
    return groups, kept


def _proposal(
    of: PodSet,
    groups: Groups,
    metrics: Metrics,
    *,
    measure: Callable[[Mapping[str, PodMetric]], Usage],
    assumed: Callable[[str], int],
    goal: str,
) -> Proposal:
    usage = measure(metrics)
    steps = [_measured(usage, len(metrics), goal)]
    hasty = bool(groups.unready) and usage.ratio > 1.0
    if not hasty and not groups.missing:
        replicas, step = _plain(of, usage.ratio, groups.ready)
    else:
        filled, words = _filled(groups, metrics, usage.ratio, assumed)
        again = measure(filled)
        steps += [*words, _measured(again, len(filled), goal)]
        replicas, step = _careful(of, usage.ratio, again.ratio, len(filled))
    return Proposal(replicas, usage.average, usage.utilization, (*steps, step))


def _plain(of: PodSet, ratio: float, ready: int) -> tuple[int, str]:
    if of.tolerances.holds(ratio):
        return of.current, _tolerated(of, ratio)
    replicas = ceil32(ratio * ready)
    return replicas, f"ceil({_short(ratio)} × {amount(ready, 'ready pod')}) = {replicas}"


def _filled(
    groups: Groups, metrics: Metrics, ratio: float, assumed: Callable[[str], int]
) -> tuple[Metrics, list[str]]:
    """The samples with careful guesses for pods that gave none."""
    filled, words = dict(metrics), []
    if groups.missing and ratio < 1.0:
        filled |= {pod: PodMetric(assumed(pod)) for pod in groups.missing}
        words.append(f"{_pods(len(groups.missing), 'without a sample')} as fully used")
    elif groups.missing and ratio > 1.0:
        filled |= dict.fromkeys(groups.missing, PodMetric(0))
        words.append(f"{_pods(len(groups.missing), 'without a sample')} as idle")
    if groups.unready and ratio > 1.0:
        filled |= dict.fromkeys(groups.unready, PodMetric(0))
        words.append(f"{_pods(len(groups.unready), 'not ready')} as idle")
    return filled, words


def _pods(number: int, like: str) -> str:
    return f"{amount(number, f'pod {like} counts', f'pods {like} count')}"


def _careful(of: PodSet, before: float, ratio: float, count: int) -> tuple[int, str]:
    """The replicas when guesses were needed: never against the direction of the samples."""
    if of.tolerances.holds(ratio):
        return of.current, _tolerated(of, ratio)
    if (before < 1.0 < ratio) or (ratio < 1.0 < before):
        return of.current, f"the guesses turn the direction: stays at {of.current}"
    replicas = ceil32(ratio * count)
    text = f"ceil({_short(ratio)} × {amount(count, 'pod')}) = {replicas}"
    if (ratio < 1.0 and replicas > of.current) or (ratio > 1.0 and replicas < of.current):
        return of.current, f"{text}, against the direction: stays at {of.current}"
    return replicas, text


def by_value(of: PodSet, value: int, target: int) -> Proposal:
    """For the value of one object or of something outside, against a target for the whole."""
    ratio = value / target
    step = f"{of_milli(value)} / {of_milli(target)} = {_short(ratio)}"
    if of.current == 0:
        replicas = ceil32(ratio)
        return Proposal(replicas, value, None, (step, f"ceil({_short(ratio)}) = {replicas}"))
    if of.tolerances.holds(ratio):
        return Proposal(of.current, value, None, (step, _tolerated(of, ratio)))
    if not of.pods:
        text = "no pods returned by selector while calculating replica count"
        raise MetricsError(f"unable to calculate ready pods: {text}")
    ready = sum(
        get_path(p, "status", "phase") == "Running" and is_true(p, "Ready") for p in of.pods
    )
    replicas, text = _plain(of, ratio, ready)
    return Proposal(replicas, value, None, (step, text))


def by_value_per_pod(of: PodSet, value: int, target: int, replicas: int) -> Proposal:
    """The same against a target per pod; `replicas` is `status.replicas` of the scale."""
    # Go divides by zero replicas too: infinity, or NaN, neither of which is within tolerance.
    whole = target * float(replicas)
    ratio = value / whole if whole else math.inf
    mean = ceil32_64(value / replicas) if replicas else 0
    pods = amount(replicas, "pod")
    each = f"{of_milli(value)} / ({of_milli(target)} × {pods}) = {_short(ratio)}"
    if of.tolerances.holds(ratio):
        return Proposal(
            replicas, mean, None, (each, _tolerated(of._replace(current=replicas), ratio))
        )
    wanted = ceil32(value / target)
    step = f"ceil({of_milli(value)} / {of_milli(target)}) = {wanted}"
    return Proposal(wanted, mean, None, (each, step))


def total(values: Iterable[int]) -> int:
    """The values of an external metric together, at most the largest 64-bit integer."""
    return min(sum(values), MAX_INT64)


def ceil32_64(number: float) -> int:
    """The next integer up, at most the largest 64-bit one."""
    return min(math.ceil(number), MAX_INT64)


def _measured(usage: Usage, count: int, goal: str) -> str:
    used = f"{amount(count, 'pod uses', 'pods use')} {of_milli(usage.used)}"
    if usage.utilization is None:
        return f"{used}, {of_milli(usage.average)} each; / {goal} = {_short(usage.ratio)}"
    return (
        f"{used} of {of_milli(usage.requested)} requested = "
        f"{usage.utilization}%; / {goal} = {_short(usage.ratio)}"
    )


def _tolerated(of: PodSet, ratio: float) -> str:
    low, high = 1.0 - of.tolerances.down, 1.0 + of.tolerances.up
    return f"{_short(low)} ≤ {_short(ratio)} ≤ {_short(high)}: stays at {of.current}"


def _short(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
