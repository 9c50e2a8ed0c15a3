"""The capacity of a cluster over time: workers, what they have to give, what pods ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.objects import Object, get_path, is_true
from kubelearn.api.resources import amount
from kubelearn.frames.lanes import Course, lane, mark, merged, over_time, series
from kubelearn.frames.marks import node_mark
from kubelearn.frames.pods import is_active
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.writes import writes
from kubelearn.scheduler.requests import requests_of
from kubelearn.sim.duration import format_duration

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
COMPONENT = "cluster-autoscaler"


def cluster_capacity(world: Any, start: int = 0) -> Frame:
    """Workers, their cpu and the pods that wait, since `start` (ns)."""
    end = world.clock.now
    nodes, given = _nodes(world)
    lanes = [nodes, _cpu_lane(world, given)]
    marks = merged(_marks(world))
    frame = over_time("capacity", start, end, lanes, marks, "")
    return {**frame, "summary": _summary(frame, end)}


def _is_worker(node: Object) -> bool:
    return CONTROL_PLANE not in (node["metadata"].get("labels") or {})


def _nodes(world: Any) -> tuple[Row, Course]:
    """The lane of nodes, and the cpu (cores) that ready workers have to give."""
    ready, coming, given = Course(), Course(), Course()
    for write in writes(world.api, "nodes"):
        for node, change in ((write.old, -1), (write.new, 1)):
            if node is None or not _is_worker(node):
                continue
            if is_true(node, "Ready"):
                ready.add(write.time, change)
                cores = amount("cpu", str(get_path(node, "status", "allocatable", "cpu")))
                given.add(write.time, change * cores / 1000)
            else:
                coming.add(write.time, change)
    bands = [series("ready", "Ready", "accent ready", ready),
             series("notready", "not Ready", "alarm starting", coming)]  # fmt: skip
    return lane("nodes", "workers", "", bands), given


def _cpu_lane(world: Any, given: Course) -> Row:
    placed, waiting = Course(), Course()
    workers = _workers(world)
    for write in writes(world.api, "pods"):
        for pod, change in ((write.old, -1), (write.new, 1)):
            if pod is None or not is_active(pod):
                continue
            cores, node = requests_of(pod).get("cpu", 0) / 1000, pod["spec"].get("nodeName")
            if not node:
                waiting.add(write.time, round(change * cores, 3))
            elif node in workers:
                placed.add(write.time, round(change * cores, 3))
    bands = [
        series("placed", "requested, on a node", "accent ready", _rounded(placed)),
        series("waiting", "requested, waits for a node", "alarm starting", _rounded(waiting)),
    ]
    lines = [series("given", "Ready workers have", "ink solid", given)]
    return lane("cpu", "cpu in cores", "", bands, lines)


def _rounded(course: Course) -> list[list[Any]]:
    return [[time, abs(round(value, 3))] for time, value in course.points]


def _workers(world: Any) -> set[str]:
    """The names of all workers that there ever were."""
    found = (write.new or write.old for write in writes(world.api, "nodes"))
    return {node["metadata"]["name"] for node in found if node and _is_worker(node)}


def _marks(world: Any) -> Iterator[Row]:
    """What the cluster autoscaler tells, and nodes that come and go."""
    for write in writes(world.api, "events"):
        event = write.new
        if event is None or write.old is not None:
            continue
        if (event.get("source") or {}).get("component") == COMPONENT:
            about = event["involvedObject"]
            who = f": {about['name']}" if about["kind"] == "Node" else ""
            yield mark(write.time, f"{event['reason']}{who}{_change(event)}", event["type"])
    for write in writes(world.api, "nodes"):
        told = node_mark(write) if write.time >= 0 else None  # type: ignore[arg-type]
        if told:
            yield mark(write.time, f"{told['what']}: {told['who']}", told["type"])


def _change(event: Object) -> str:
    """Which group grows by how much, from the event on a pod."""
    _, bracket, rest = event["message"].partition("[{")
    return f": {rest.partition('}]')[0]}" if bracket else ""


def _summary(frame: Frame, end: int) -> str:
    workers, cpu = frame["lanes"]
    count = {band["key"]: band["points"][-1][1] for band in workers["bands"]}
    asked = {band["key"]: band["points"][-1][1] for band in cpu["bands"]}
    given = cpu["lines"][0]["points"][-1][1]
    late = f" ({count['notready']} more not Ready)" if count["notready"] else ""
    return (
        f"At {format_duration(end)} {count['ready']} workers are Ready{late}; pods request "
        f"{asked['placed']:g} of their {given:g} cpu, and {asked['waiting']:g} cpu wait for a node."
    )
