"""The scheduler's frames as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubelearn.frames.balance import MEASURES, USED_UP_TOLD
from kubelearn.frames.source import Frame, Row


def scores_text(frame: Frame) -> str:
    """The frame of `scores`: a line a node."""
    plugins = [column["plugin"] for column in frame["columns"]]
    rows = [_score_cells(row, plugins) for row in frame["rows"]]
    refused = [_refusal(row) for row in frame["rows"] if row["verdict"] == "refused"]
    return _joined(frame["summary"], [("node", "verdict", *plugins, "total"), *rows], refused)


def _refusal(row: Row) -> str:
    change = f" ({row['advice']})" if row["advice"] else ""
    return f"  {row['node']}: {row['plugin']}: {row['reason']}{change}"


def _score_cells(row: Row, plugins: list[str]) -> list[str]:
    cells = [str(row["cells"].get(plugin, "")) for plugin in plugins]
    return [row["node"], row["verdict"], *cells, str(row["total"]) if row["cells"] else ""]


def queue_text(frame: Frame) -> str:
    """The frame of `queue`: a line a pod."""
    heads = ("pod", "queue", "attempts", "in it for", "next try", "waits for")
    rows = [
        [row["pod"], row["queue"], str(row["attempts"]), row["waited"], row["next"],
         row["note"] or ", ".join(row["waitsFor"])]
        for row in frame["pods"]
    ]  # fmt: skip
    return _joined(frame["summary"], [heads, *rows] if rows else [])


def placement_text(frame: Frame) -> str:
    """The frame of `placement`: a line a landing."""
    rows = [
        [str(r["number"]), r["atText"], r["pod"], r["node"], "gone since" if r["gone"] else ""]
        for r in frame["landings"]
    ]
    return _joined(frame["summary"], [("number", "at", "pod", "node", ""), *rows])


def balance_text(frame: Frame) -> str:
    """The frame of `balance`: a line a node, then a line a measure."""
    rows = [
        [n["name"], f"{n['cpu']:.0%}", f"{n['memory']:.0%}", *n["freeText"].values()]
        for n in frame["nodes"]
    ]
    told = [f"{name}: {text(frame['measures'])}" for name, text in MEASURES.items()]
    heads = ("node", "cpu", "memory", "cpu free", "memory free")
    return _joined(frame["summary"], [heads, *rows], ["", *told, USED_UP_TOLD])


def balances_text(frame: Frame, names: Sequence[str] = ("left", "right")) -> str:
    """The frame of `balances`: a line a measure."""
    rows = [[row["measure"], row["left"], row["right"]] for row in frame["rows"]]
    return _joined(frame["summary"], [("measure", *names), *rows], [USED_UP_TOLD])


def _joined(summary: str, rows: Sequence[Sequence[str]], more: Iterable[str] = ()) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([summary, *(["", *lines] if lines else []), *more])
