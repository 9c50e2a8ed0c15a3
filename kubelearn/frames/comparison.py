"""Two worlds side by side: their frames, and the rows in which they differ."""

from __future__ import annotations

from kubelearn.frames.cluster_view import Memory, cluster_view
from kubelearn.frames.source import Frame, Row, Source

COMPARED: dict[str, tuple[str, ...]] = {
    "nodes": ("status", "taints"),
    "pods": ("state", "status", "node"),
    "workloads": ("desired", "ready"),
    "services": ("ready", "endpoints"),
}
"""Tables of the cluster view, and the fields in which a row may differ."""


def comparison(
    left: Source,
    right: Source,
    selected: str | None = None,
    *,
    memories: tuple[Memory, Memory] | None = None,
) -> Frame:
    """The frames of two worlds and their `differences`, one entry a table."""
    one, two = memories or (Memory(), Memory())
    frames = cluster_view(left, selected, memory=one), cluster_view(right, selected, memory=two)
    found = differences(*frames)
    return {
        "kind": "comparison",
        "left": frames[0],
        "right": frames[1],
        "differences": found,
        "summary": comparison_summary(found),
    }


def differences(left: Frame, right: Frame) -> Row:
    """Per table the keys of rows that only one side has, and of those that differ."""
    return {table: _difference(left[table], right[table], table) for table in COMPARED}


def _difference(left: list[Row], right: list[Row], table: str) -> Row:
    one, two = ({row["key"]: row for row in rows} for rows in (left, right))
    fields = COMPARED[table]
    return {
        "left": [key for key in one if key not in two],
        "right": [key for key in two if key not in one],
        "changed": [
            key
            for key, row in one.items()
            if key in two and any(row[field] != two[key][field] for field in fields)
        ],
    }


def comparison_summary(found: Row) -> str:
    """One sentence: how many rows of each table differ."""
    told = [
        f"{table}: {len(each['left'])} only left, {len(each['right'])} only right, "
        f"{len(each['changed'])} differ"
        for table, each in found.items()
        if any(each.values())
    ]
    return "; ".join(told) + "." if told else "No difference."
