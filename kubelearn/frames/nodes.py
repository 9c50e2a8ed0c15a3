"""The nodes of a cluster as rows: condition, taints, capacity, and the pods they carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kubelearn.api.objects import Object, condition, get_path, labels_of
from kubelearn.api.tables.nodes import node_roles, node_status
from kubelearn.frames.capacity import bars
from kubelearn.frames.source import Row

ZONE_LABEL = "topology.kubernetes.io/zone"
CONDITIONS = {"True": "ready", "False": "notready", "Unknown": "unknown"}
"""What the Ready condition says, as a class to draw."""


def node_row(node: Object, requests: Iterable[Mapping[str, int]]) -> Row:
    """One node; `requests` are those of its pods that have not ended."""
    name = node["metadata"]["name"]
    return {
        "key": f"node/{name}",
        "name": name,
        "zone": labels_of(node).get(ZONE_LABEL, ""),
        "roles": node_roles(node),
        "state": node_state(node),
        "status": node_status(node),
        "cordoned": bool(get_path(node, "spec", "unschedulable", default=False)),
        "taints": [taint_text(taint) for taint in get_path(node, "spec", "taints", default=[])],
        "bars": bars(node, requests),
    }


def node_state(node: Object) -> str:
    """`ready`, `notready`, or `unknown` when the node no longer reports."""
    found = condition(node, "Ready")
    return CONDITIONS[found["status"]] if found else "unknown"


def taint_text(taint: Object) -> str:
    """A taint as kubectl describes it: "key=value:Effect" or "key:Effect"."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"
