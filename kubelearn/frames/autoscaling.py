"""An autoscaler over time: load, p95, what it measures against its target, and sizes.

What it measured and what size it set stand in the status that it wrote at each sync; what its
metrics asked for, before window and limits, in its last decisions (`runtime.decisions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.objects import Object, get_path
from kubelearn.api.quantity import NANO, parse
from kubelearn.frames.lanes import Course, lane, mark, merged, over_time, series
from kubelearn.frames.load_lanes import Felt, felt
from kubelearn.frames.rollout import DEPLOYMENTS, services_of
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.writes import writes
from kubelearn.sim.clock import HOUR, SECOND
from kubelearn.sim.duration import format_duration

AUTOSCALERS = "horizontalpodautoscalers.autoscaling"
WINDOW = 300
"""Seconds for which recommendations hold a size up, unless the autoscaler says otherwise."""
TELLS = ("SuccessfulRescale",)
"""Reasons of Normal events that are worth a mark."""


def autoscaling(world: Any, subject: str = "", start: int = 0) -> Frame:
    """An autoscaler ("namespace/name") since `start` (ns); without a subject the newest one."""
    end, key = world.clock.now, _key(world, subject)
    scaler = world.api.store.get(AUTOSCALERS, key)
    if scaler is None:
        told = f"There is no autoscaler {subject}." if subject else "There is no autoscaler."
        return over_time("autoscaling", start, end, [], [], told, subject=subject, measures={})
    target = _target(world, scaler)
    users = felt(world, services_of(world, target) if target else (), start, end)
    sizes = _sizes(world, key, scaler)
    lanes = [*users.lanes(), *_metric_lanes(world, key, scaler), sizes]
    measures = _measures(sizes, users, start, end)
    window = _window(world, key, scaler)
    summary = _summary(scaler, measures, window, end)
    return over_time("autoscaling", start, end, lanes, merged(_marks(world, key)), summary,
                     subject="/".join(key), measures=measures, window=window)  # fmt: skip


def _key(world: Any, subject: str) -> tuple[str, str]:
    if subject:
        namespace, _, name = subject.partition("/")
        return namespace, name
    scalers = world.api.list(AUTOSCALERS)
    newest = max(scalers, key=lambda one: one["metadata"]["creationTimestamp"], default=None)
    return ("", "") if newest is None else (
        newest["metadata"]["namespace"], newest["metadata"]["name"])  # fmt: skip


def _target(world: Any, scaler: Object) -> Object | None:
    target = scaler["spec"]["scaleTargetRef"]
    if target["kind"] != "Deployment":
        return None
    key = (scaler["metadata"]["namespace"], target["name"])
    found: Object | None = world.api.store.get(DEPLOYMENTS, key)
    return found


# Metrics


def _metric_lanes(world: Any, key: tuple[str, str], scaler: Object) -> list[Row]:
    """One lane for each metric: its value at each sync, and its target."""
    found = []
    for place, spec in enumerate(scaler["spec"].get("metrics") or ()):
        name, unit = _name(spec)
        current, wanted = Course(None), Course(None)
        for write in writes(world.api, AUTOSCALERS):
            if write.key != key or write.new is None:
                continue
            wanted.set(write.time, _amount(_at(write.new["spec"], "metrics", place), "target"))
            metrics = get_path(write.new, "status", default={})
            current.set(write.time, _amount(_at(metrics, "currentMetrics", place), "current"))
        lines = [series("current", "measured", "accent solid", current),
                 series("target", "target", "ink dash", wanted)]  # fmt: skip
        found.append(lane(f"metric {place}", name, unit, lines=lines))
    return found


def _at(obj: Object, field: str, place: int) -> Object:
    entries = obj.get(field) or ()
    return entries[place] if place < len(entries) else {}


def _source(metric: Object) -> Object:
    kind = metric.get("type", "")
    return metric.get(f"{kind[:1].lower()}{kind[1:]}") or {}


def _name(spec: Object) -> tuple[str, str]:
    source = _source(spec)
    name = str(source.get("name") or get_path(source, "metric", "name", default="metric"))
    if (source.get("target") or {}).get("type") == "Utilization":
        return f"{name} used, in % of what is requested", ""
    return name, ""


def _amount(metric: Object, field: str) -> float | None:
    """The number that a metric's target or present value is about."""
    source = _source(metric)
    value = source.get(field) or {}
    if "averageUtilization" in value:
        return float(value["averageUtilization"])
    text = value.get("averageValue", value.get("value"))
    return None if text is None else round(parse(str(text)).nano / NANO, 3)


# Sizes


def _sizes(world: Any, key: tuple[str, str], scaler: Object) -> Row:
    desired, least, most = Course(None), Course(None), Course(None)
    for write in writes(world.api, AUTOSCALERS):
        if write.key != key:
            continue
        spec, status = (write.new or {}).get("spec") or {}, (write.new or {}).get("status") or {}
        desired.set(write.time, status.get("desiredReplicas"))
        least.set(write.time, spec.get("minReplicas", 1) if spec else None)
        most.set(write.time, spec.get("maxReplicas"))
    pods, ready = _present(world, scaler)
    bands = [series("ready", "ready", "accent ready", ready),
             series("starting", "not ready yet", "accent starting", pods)]  # fmt: skip
    lines = [
        series("asked", "the metrics ask for", "alarm dot", _asked(world, key)),
        series("desired", "desired", "ink solid", desired),
        series("least", "minReplicas", "muted dash", least),
        series("most", "maxReplicas", "muted long", most),
    ]
    return lane("replicas", "replicas", "", bands, lines)


def _present(world: Any, scaler: Object) -> tuple[Course, Course]:
    """Pods of the target that are not ready, and those that are."""
    target = scaler["spec"]["scaleTargetRef"]
    key = (scaler["metadata"]["namespace"], target["name"])
    pods, ready = Course(), Course()
    for write in writes(world.api, DEPLOYMENTS):
        if write.key == key and target["kind"] == "Deployment":
            status = (write.new or {}).get("status") or {}
            count = status.get("readyReplicas", 0)
            ready.set(write.time, count)
            pods.set(write.time, max(0, status.get("replicas", 0) - count))
    return pods, ready


def _decisions(world: Any, key: tuple[str, str]) -> tuple[Any, ...]:
    found: tuple[Any, ...] = world.context.decisions.of(f"{AUTOSCALERS}/{'/'.join(key)}")
    return found


def _recommended(world: Any, key: tuple[str, str]) -> dict[int, int | None]:
    """Moment of a sync -> what its metrics asked for, as far back as it was recorded."""
    known: dict[int, int | None] = {}
    for decision in _decisions(world, key):
        known |= {time: size for time, size in decision.recent if time < decision.time}
        known[decision.time] = decision.wanted
    return dict(sorted(known.items()))


def _asked(world: Any, key: tuple[str, str]) -> Course:
    course = Course(None)
    for time, size in _recommended(world, key).items():
        course.set(time, size)
    return course


def _window(world: Any, key: tuple[str, str], scaler: Object) -> Row:
    """The recommendations that hold the size up at this moment."""
    path = ("spec", "behavior", "scaleDown", "stabilizationWindowSeconds")
    seconds = get_path(scaler, *path, default=WINDOW)
    seconds = WINDOW if seconds is None else seconds
    since = world.clock.now - seconds * SECOND
    known = {time: size for time, size in _recommended(world, key).items() if size is not None}
    inside = [size for time, size in known.items() if time > since]
    last = next(reversed(known.values()), None)
    return {"seconds": seconds, "highest": max(inside, default=None), "last": last}


def _measures(sizes: Row, users: Felt, start: int, end: int) -> Row:
    hours = sum(_area(band["points"], start, end) for band in sizes["bands"])
    worst = [value for _, value in users.p95 if value is not None]
    return {
        "replicaHours": round(hours, 3),
        "worstP95": max(worst, default=None),
        "window": users.step // SECOND,
        "sent": users.totals["sent"],
        "failed": users.totals["failed"],
    }


def _area(points: list[list[Any]], start: int, end: int) -> float:
    """Hours times pods under a course."""
    times = [*(point[0] for point in points[1:]), end]
    total = 0
    for (begin, value), until in zip(points, times, strict=True):
        total += (value or 0) * max(0, min(until, end) - max(begin, start))
    return total / HOUR


def _marks(world: Any, key: tuple[str, str]) -> Iterator[Row]:
    """Rescales, warnings of the autoscaler, nodes that come."""
    for write in writes(world.api, "events"):
        event = write.new
        if event is None:
            continue
        about = event["involvedObject"]
        is_its = about["kind"] == "HorizontalPodAutoscaler"
        if not is_its or (about.get("namespace"), about["name"]) != key:
            continue
        if event["reason"] in TELLS:
            yield mark(write.time, event["message"].partition(";")[0])
        elif event["type"] == "Warning" and write.old is None:
            yield mark(write.time, event["reason"], "Warning")


def _summary(scaler: Object, measures: Row, window: Row, end: int) -> str:
    status, name = scaler.get("status") or {}, scaler["metadata"]["name"]
    sizes = (
        f"{status.get('currentReplicas', 0)} replicas, {status.get('desiredReplicas', 0)} desired"
    )
    told = [f"Autoscaler {name} at {format_duration(end)}: {sizes}"]
    told.append(f"{measures['replicaHours']:.2f} replica-hours")
    if window["highest"] is not None and window["highest"] != window["last"]:
        told.append(
            f"its metrics ask for {window['last']}, the window of {window['seconds']} s remembers "
            f"{window['highest']}"
        )
    if measures["worstP95"] is not None:
        told.append(f"worst p95 {measures['worstP95']:.0f} ms in {measures['window']} s")
        told.append(f"{measures['failed']} of {measures['sent']} requests failed")
    return "; ".join(told) + "."
