"""A rollout over time: pods of old and new ReplicaSets, the budget, and what users felt.

Pods are *ready*, *starting* (there, but not ready) or *ending* (asked to stop). While rolling at
most `replicas + maxSurge` pods may exist beside those that end, and at least `replicas -
maxUnavailable` must be available. Which pods are whose is read from the write log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.objects import (
    Object,
    condition,
    controller_of,
    get_path,
    is_terminating,
    is_true,
    labels_of,
)
from kubelearn.controllers.deployment import replicasets as rs
from kubelearn.controllers.deployment.budget import budget_of
from kubelearn.frames.lanes import Course, lane, mark, merged, over_time, series
from kubelearn.frames.load_lanes import Felt, felt
from kubelearn.frames.pods import is_active
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.writes import writes
from kubelearn.sim.duration import format_duration

DEPLOYMENTS, REPLICASETS = "deployments.apps", "replicasets.apps"
STATES = ("ready", "starting", "ending")
"""States of a pod, as they are stacked from below."""
TONES = ("muted", "accent", "ink", "alarm")
MOST_SETS = len(TONES)


def rollout(world: Any, subject: str = "", start: int = 0) -> Frame:
    """The rollouts of a Deployment ("namespace/name") since `start` (ns).

    Without a subject that of the Deployment whose template was written last.
    """
    end, key = world.clock.now, _key(world, subject)
    deployment = world.api.store.get(DEPLOYMENTS, key)
    if deployment is None:
        told = "There is no Deployment to show." if not subject else f"There is no {subject}."
        return over_time("rollout", start, end, [], [], told, subject=subject, revisions=[])
    sets = _sets(world, deployment)
    courses = _pods(world, sets)
    shown = [one for one in sets if _lives(courses[one["uid"]], start)][-MOST_SETS:]
    users = felt(world, services_of(world, deployment), start, end)
    lanes = [_pod_lane(world, key, shown, courses), *users.lanes()]
    marks = merged(_marks(world, key))
    rows = [_row(one, world) for one in shown]
    frame = over_time("rollout", start, end, lanes, marks, _summary(deployment, rows, users),
                      subject="/".join(key), revisions=rows)  # fmt: skip
    pods = frame["lanes"][0]
    pods["bands"] = [band for band in pods["bands"] if any(p[1] for p in band["points"])]
    return frame


def _key(world: Any, subject: str) -> tuple[str, str]:
    if subject:
        namespace, _, name = subject.partition("/")
        return namespace, name
    last = [write.key for write in writes(world.api, DEPLOYMENTS) if _is_template(write)]
    own = [key for key in last if key[0] != "kube-system"]
    return (own or last or [("", "")])[-1]


def _is_template(write: Any) -> bool:
    if write.new is None:
        return False
    return write.old is None or write.old["spec"]["template"] != write.new["spec"]["template"]


def services_of(world: Any, workload: Object) -> set[str]:
    """The names of the Services that send requests to a workload's pods."""
    labels = labels_of(workload["spec"]["template"])
    services = world.api.list("services", workload["metadata"]["namespace"])
    return {
        service["metadata"]["name"]
        for service in services
        if (wanted := service["spec"].get("selector")) and wanted.items() <= labels.items()
    }


def _sets(world: Any, deployment: Object) -> list[Row]:
    """The ReplicaSets that the Deployment ever had, in the order of their first revision."""
    uid = deployment["metadata"]["uid"]
    found: dict[str, Row] = {}
    for write in writes(world.api, REPLICASETS):
        obj = write.new or write.old
        owner = controller_of(obj) if obj else None
        if obj and owner and owner["uid"] == uid:
            first = found.get(obj["metadata"]["uid"], {}).get("first", rs.revision_of(obj))
            found[obj["metadata"]["uid"]] = {
                "uid": obj["metadata"]["uid"],
                "name": obj["metadata"]["name"],
                "first": first,
                "revision": rs.revision_of(obj),
                "images": _images(obj),
            }
    return sorted(found.values(), key=lambda one: (one["first"], one["name"]))


def _images(obj: Object) -> str:
    containers = obj["spec"]["template"]["spec"]["containers"]
    return ", ".join(container["image"] for container in containers)


def _pods(world: Any, sets: list[Row]) -> dict[str, dict[str, Course]]:
    """For each ReplicaSet and state the number of pods over time."""
    courses = {one["uid"]: {state: Course() for state in STATES} for one in sets}
    for write in writes(world.api, "pods"):
        owner = controller_of(write.new or write.old or {"metadata": {}})
        if owner is None or owner["uid"] not in courses:
            continue
        for pod, change in ((write.old, -1), (write.new, 1)):
            state = _state(pod)
            if state:
                courses[owner["uid"]][state].add(write.time, change)
    return courses


def _state(pod: Object | None) -> str:
    if pod is None or not is_active(pod):
        return ""
    if is_terminating(pod):
        return "ending"
    return "ready" if is_true(pod, "Ready") else "starting"


def _lives(courses: dict[str, Course], start: int) -> bool:
    """Whether a ReplicaSet has pods at the beginning or later."""
    for course in courses.values():
        before = [value for time, value in course.points if time <= start]
        later = [value for time, value in course.points if time > start]
        if any([*before[-1:], *later]):
            return True
    return False


def _pod_lane(
    world: Any, key: tuple[str, str], sets: list[Row], courses: dict[str, dict[str, Course]]
) -> Row:
    bands = [
        series(f"{one['name']} {state}", f"revision {one['first']} {state}",
               f"{tone} {state}", courses[one["uid"]][state])
        for state in STATES
        for one, tone in zip(sets, TONES, strict=False)
    ]  # fmt: skip
    least, most, wanted = _budget(world, key)
    lines = [
        series("least", "must be available", "ink dash", least),
        series("wanted", "wanted", "muted dot", wanted),
        series("most", "may exist", "ink long", most),
    ]
    return lane("pods", "pods", "", bands, lines)


def _budget(world: Any, key: tuple[str, str]) -> tuple[Course, Course, Course]:
    least, most, wanted = Course(None), Course(None), Course(None)
    for write in writes(world.api, DEPLOYMENTS):
        if write.key != key or write.new is None:
            continue
        replicas, budget = write.new["spec"]["replicas"], budget_of(write.new)
        wanted.set(write.time, replicas)
        is_rolling = (write.new["spec"].get("strategy") or {}).get("type") == "RollingUpdate"
        least.set(write.time, replicas - budget.unavailable if is_rolling else None)
        most.set(write.time, replicas + budget.surge if is_rolling else None)
    return least, most, wanted


def _marks(world: Any, key: tuple[str, str]) -> Iterator[Row]:
    """Changes of the Deployment, what its conditions say, and warnings about its pods."""
    for write in writes(world.api, DEPLOYMENTS):
        if write.key == key:
            yield from (mark(write.time, text, kind) for text, kind in _changes(write))
    for write in writes(world.api, "events"):
        event = write.new
        if event is None or write.old is not None or event.get("type") != "Warning":
            continue
        about = event["involvedObject"]
        if (about.get("namespace"), about["name"].rsplit("-", 2)[0]) == key:
            yield mark(write.time, f"{event['reason']} in a pod", "Warning")


def _changes(write: Any) -> Iterator[tuple[str, str]]:
    old, new = write.old, write.new
    if old is None or new is None:
        yield ("created" if old is None else "deleted"), "Normal"
        return
    if old["spec"]["template"] != new["spec"]["template"]:
        yield _template_change(old, new), "Normal"
    for field in ("replicas", "paused"):
        before, after = old["spec"].get(field), new["spec"].get(field)
        if before != after:
            words = {"replicas": f"scaled {before} → {after}"}
            yield words.get(field, "paused" if after else "resumed"), "Normal"
    progress = [(condition(one, "Progressing") or {}).get("reason") for one in (old, new)]
    if progress[0] != progress[1] and progress[1] == "ProgressDeadlineExceeded":
        yield "ProgressDeadlineExceeded", "Warning"
    if progress[0] != progress[1] and progress[1] == "NewReplicaSetAvailable":
        yield "the new ReplicaSet is available", "Normal"


def _template_change(old: Object, new: Object) -> str:
    before, after = _images(old), _images(new)
    return f"new template: {after}" if before != after else "new template, same images"


def _row(one: Row, world: Any) -> Row:
    found = next((each for each in world.api.list(REPLICASETS)
                  if each["metadata"]["uid"] == one["uid"]), None)  # fmt: skip
    status = (found or {}).get("status") or {}
    return {
        "first": one["first"],
        "revision": one["revision"],
        "name": one["name"],
        "images": one["images"],
        "pods": status.get("replicas", 0),
        "ready": status.get("readyReplicas", 0),
    }


def _summary(deployment: Object, rows: list[Row], users: Felt) -> str:
    metadata, replicas = deployment["metadata"], deployment["spec"]["replicas"]
    budget = budget_of(deployment)
    told = ", ".join(f"revision {row['revision']} {row['ready']} of {row['pods']} pods ready"
                     for row in rows if row["pods"])  # fmt: skip
    limits = (
        f"while rolling at least {replicas - budget.unavailable} must be available and at most "
        f"{replicas + budget.surge} may exist"
    )
    if get_path(deployment, "spec", "strategy", "type") == "Recreate":
        limits = "all old pods end before the first new one begins"
    lost = ""
    if users.totals["sent"]:
        lost = f" Requests: {users.totals['sent']} sent, {users.totals['failed']} failed."
    when = format_duration(users.end)
    return (
        f"Deployment {metadata['name']} at {when}: wants {replicas} pods; {limits}. "
        f"Now {told or 'it has no pods'}.{lost}"
    )
