"""How full each node is, now and over time; two clusters side by side with their measures."""

from __future__ import annotations

from html import escape

from kubelearn.frames.balance import MEASURES, USED_UP_TOLD
from kubelearn.frames.html.sheet import cell, row_head, sheet, table
from kubelearn.frames.source import Frame, Row

HEADS = ("node", "cpu requested", "memory requested", "free", "over time")
LINES = "<p>Over time: cpu is the solid line, memory the dashed one; the top is 100 %.</p>"
STRANDED = f"<p>{escape(USED_UP_TOLD)}</p>"


def balance_html(frame: Frame) -> str:
    """The frame of `balance`."""
    measures = [
        f"<tr>{row_head(name)}{cell(text(frame['measures']))}</tr>"
        for name, text in MEASURES.items()
    ]
    told = table(("measure", "now"), measures)
    return sheet("balance", frame["summary"], f"{_nodes(frame)}{LINES}{told}{STRANDED}")


def balances_html(frame: Frame, names: tuple[str, str] = ("left", "right")) -> str:
    """The frame of `balances`; `names` say what the two are."""
    sides = "".join(
        f"<div><b>{escape(name)}</b>{_nodes(frame[side])}</div>"
        for name, side in zip(names, ("left", "right"), strict=True)
    )
    rows = [
        f"<tr>{row_head(row['measure'])}{cell(row['left'])}{cell(row['right'])}"
        f"{cell('' if row['left'] == row['right'] else '≠ differs')}</tr>"
        for row in frame["rows"]
    ]
    body = f'<div class="kl-pair">{sides}</div>{table(("measure", *names, "same?"), rows)}'
    return sheet("balances", frame["summary"], f"{body}{LINES}{STRANDED}")


def _nodes(frame: Frame) -> str:
    return table(HEADS, [_node(node, frame["start"], frame["time"]) for node in frame["nodes"]])


def _node(node: Row, start: int, end: int) -> str:
    free = f"{node['freeText']['cpu']} cpu, {node['freeText']['memory']}"
    return (
        f"<tr>{row_head(node['name'])}{_meter(node['cpu'])}{_meter(node['memory'])}"
        f"{cell(free)}<td>{_course(node, start, end)}</td></tr>"
    )


def _meter(share: float) -> str:
    width = min(100, share * 100)
    bar = f'<span class="kl-meter" aria-hidden="true"><span style="width:{width:.0f}%"></span>'
    return f"<td>{bar}</span>{share:.0%}</td>"


def _course(node: Row, start: int, end: int) -> str:
    """Both shares as stepped lines, 100 wide and 100 high; the numbers stand beside them."""
    most = max((max(point[1:]) for point in node["points"]), default=0)
    words = f"{node['name']}: from the beginning to now at most {most:.0%} requested"
    lines = "".join(
        f'<path class="{look}" d="{_path(node["points"], at, start, end)}"/>'
        for at, look in ((1, "kl-cpu"), (2, "kl-memory"))
    )
    return (
        f'<svg class="kl-course" viewBox="0 -4 100 108" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words)}">{lines}</svg>'
    )


def _path(points: list[list[float]], at: int, start: int, end: int) -> str:
    length = max(1, end - start)
    steps = [((point[0] - start) * 100 / length, 100 - point[at] * 100) for point in points]
    x, y = steps[0]
    return f"M{x:.1f} {y:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in steps[1:])
