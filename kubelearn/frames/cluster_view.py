"""The cluster as one picture: nodes with their pods, workloads, services, events, one detail.

Unlike the real one: above 2,000 pods or 300 nodes the picture keeps those that need somebody and
says how many it leaves out; totals always count everything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from kubelearn.api.objects import Key, Object, key_of
from kubelearn.api.times import timestamp
from kubelearn.frames.detail import detail
from kubelearn.frames.events import event_rows
from kubelearn.frames.nodes import node_row
from kubelearn.frames.pods import is_active, pod_order, pod_row
from kubelearn.frames.source import Frame, Reader, Row, Source
from kubelearn.frames.states import CALM, STATES, count_states
from kubelearn.frames.workloads import service_rows, workload_rows
from kubelearn.scheduler.requests import requests_of
from kubelearn.sim.duration import format_duration

POD_LIMIT = 2000
NODE_LIMIT = 300


class Seen(NamedTuple):
    """A pod, its row, and what it asks a node for: None once it has ended."""

    pod: Object
    row: Row
    requests: Mapping[str, int] | None


class Memory:
    """What the frame before knew of each pod, so that only what changed is worked out again.

    Objects are never changed in place: the same object gives the same row.
    """

    def __init__(self) -> None:
        self._pods: dict[Key, Seen] = {}

    def see(self, api: Reader) -> list[Seen]:
        """All pods of a cluster; forgets those that are gone."""
        before, self._pods = self._pods, {}
        for pod in api.list("pods"):
            key = key_of(pod)
            known = before.get(key)
            if known is None or known.pod is not pod:
                known = Seen(pod, pod_row(pod, api), requests_of(pod) if is_active(pod) else None)
            self._pods[key] = known
        return list(self._pods.values())


def cluster_view(
    world: Source, selected: str | None = None, *, memory: Memory | None = None
) -> Frame:
    """The frame of a world now; `selected` is the key of the row whose detail is wanted.

    Pass one `memory` to a sequence of frames of the same world to make them quickly.
    """
    seen = (memory or Memory()).see(world.api)
    rows = [pod.row for pod in seen]
    nodes = _node_rows(world.api.list("nodes"), seen)
    totals = _totals(nodes, rows)
    shown_nodes = _shown_nodes(nodes)
    shown_pods = _shown_pods(rows, _names(nodes) - _names(shown_nodes))
    now = world.clock.now
    return {
        "kind": "cluster-view",
        "time": now,
        "timeText": format_duration(now),
        "date": timestamp(now),
        "nodes": shown_nodes,
        "pods": shown_pods,
        "workloads": workload_rows(world.api),
        "services": service_rows(world.api),
        "events": event_rows(world.api),
        "totals": totals,
        "hidden": {"nodes": len(nodes) - len(shown_nodes), "pods": len(rows) - len(shown_pods)},
        "summary": summary(format_duration(now), totals),
        "detail": detail(world, selected) if selected else None,
    }


def _node_rows(nodes: list[Object], seen: list[Seen]) -> list[Row]:
    placed: dict[str, list[Seen]] = defaultdict(list)
    for pod in seen:
        placed[pod.row["node"]].append(pod)
    return sorted(
        (_node_row(node, placed[node["metadata"]["name"]]) for node in nodes), key=_node_order
    )


def _node_row(node: Object, pods: list[Seen]) -> Row:
    active = [pod.requests for pod in pods if pod.requests is not None]
    return node_row(node, active)


def _node_order(row: Row) -> tuple[str, bool, int, str]:
    """By zone; in a zone workers by number (worker-2 before worker-10), control plane last."""
    return (row["zone"], "control-plane" in row["roles"], len(row["name"]), row["name"])


def _names(rows: list[Row]) -> set[str]:
    return {row["name"] for row in rows}


def _shown_nodes(rows: list[Row]) -> list[Row]:
    keep = sorted(rows, key=lambda row: row["state"] == "ready")[:NODE_LIMIT]
    return sorted(keep, key=_node_order)


def _shown_pods(rows: list[Row], hidden_nodes: set[str]) -> list[Row]:
    there = [row for row in rows if row["node"] not in hidden_nodes]
    keep = sorted(there, key=lambda row: row["state"] in CALM)[:POD_LIMIT]
    return sorted(keep, key=pod_order)


def _totals(nodes: list[Row], pods: list[Row]) -> Row:
    return {
        "nodes": len(nodes),
        "readyNodes": sum(row["state"] == "ready" for row in nodes),
        "pods": len(pods),
        "unplaced": sum(not row["node"] and row["state"] not in CALM for row in pods),
        "states": count_states(row["state"] for row in pods),
    }


def summary(time_text: str, totals: Row) -> str:
    """One sentence with the numbers, for screen readers and texts."""
    states = [f"{count} {STATES[name].label}" for name, count in totals["states"].items()]
    told = ", ".join(states) if states else "none"
    ready = f"{totals['readyNodes']} of {totals['nodes']} nodes ready"
    return f"At {time_text}: {ready}; {totals['pods']} pods: {told}."
