"""Where pods landed, one after the other: the order in which nodes were filled."""

from __future__ import annotations

from kubelearn.api.objects import labels_of
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.stays import Scheduled, Stay, stays
from kubelearn.sim.duration import format_duration

MOST_PODS = 400
"""Pods drawn: the newest ones; the counts are of all."""
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
ZONE = "topology.kubernetes.io/zone"


def placement(world: Scheduled, start: int = 0) -> Frame:
    """Pods that came to a node since `start` (ns), by node, each with its number in the order."""
    landed = [stay for stay in stays(world.api) if stay.start >= start]
    landings = [_landing(number, stay) for number, stay in enumerate(landed, 1)]
    shown = landings[-MOST_PODS:]
    waiting = sorted(
        pod["metadata"]["name"] for pod in world.api.list("pods") if not pod["spec"].get("nodeName")
    )
    nodes = [_node(node, landings) for node in workers(world)]
    return {
        "kind": "placement",
        "time": world.clock.now,
        "timeText": format_duration(world.clock.now),
        "nodes": nodes,
        "landings": shown,
        "waiting": waiting,
        "hidden": len(landings) - len(shown),
        "summary": _summary(nodes, landings, waiting),
    }


def workers(world: Scheduled) -> list[Row]:
    """Name and zone of each node that is no control plane, by zone and number."""
    rows = [
        {"name": node["metadata"]["name"], "zone": labels_of(node).get(ZONE, ""), "object": node}
        for node in world.api.list("nodes")
        if CONTROL_PLANE not in labels_of(node)
    ]
    return sorted(rows, key=lambda row: (row["zone"], len(row["name"]), row["name"]))


def _landing(number: int, stay: Stay) -> Row:
    return {
        "key": f"pod/{stay.namespace}/{stay.pod}",
        "number": number,
        "pod": stay.pod,
        "node": stay.node,
        "at": stay.start,
        "atText": format_duration(stay.start),
        "gone": stay.end is not None,
    }


def _node(node: Row, landings: list[Row]) -> Row:
    here = [row for row in landings if row["node"] == node["name"]]
    left = sum(row["gone"] for row in here)
    return {
        "key": f"node/{node['name']}",
        "name": node["name"],
        "zone": node["zone"],
        "came": len(here),
        "left": left,
    }


def _summary(nodes: list[Row], landings: list[Row], waiting: list[str]) -> str:
    if not landings:
        return f"No pod has come to a node yet; without a node: {len(waiting)}."
    told = ", ".join(f"{node['name']} {node['came']}" for node in nodes)
    came = "1 pod" if len(landings) == 1 else f"{len(landings)} pods"
    return f"{came} came to nodes: {told}; without a node: {len(waiting)}."
