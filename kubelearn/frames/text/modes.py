"""Ways to put a mesh into a cluster as plain text."""

from __future__ import annotations

from kubelearn.frames.source import Frame, Row


def modes_text(frame: Frame) -> str:
    """The frame of `modes`."""
    return "\n".join([frame["summary"], *(line for row in frame["modes"] for line in _lines(row))])


def _lines(row: Row) -> list[str]:
    first, *others = row["hops"]
    parts = [f"{first['name']} ({first['place']})"]
    for wire, hop in zip(row["wires"], others, strict=True):
        layer = f", {hop['layer']}" if hop["layer"] else ""
        parts.append(f"—[{wire}]→ {hop['name']} ({hop['place']}{layer})")
    return [f"  {row['name']}: {row['proxies']}; {row['can']}", f"    {' '.join(parts)}"]
