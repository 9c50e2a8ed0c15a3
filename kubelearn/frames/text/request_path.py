"""The path of a request as plain text: two lines a hop."""

from __future__ import annotations

from kubelearn.frames.request_path import LAYER_WORDS
from kubelearn.frames.source import Frame, Row


def request_path_text(frame: Frame) -> str:
    """The frame of `request_path`."""
    return "\n".join([frame["summary"], *(line for hop in frame["hops"] for line in _lines(hop))])


def _lines(hop: Row) -> list[str]:
    arrow = "←" if hop["way"] == "back" else "→"
    indent = "  " * (hop["level"] + 1)
    head = f"{indent}{arrow} {hop['number']}. {hop['afterText']} {hop['hop']} {hop['place']}"
    sees = ", ".join(f"{what} {value}" for what, value in hop["sees"])
    hidden = f"; not {hop['hidden']}" if hop["hidden"] else ""
    layer = f"{hop['layer']} {LAYER_WORDS[hop['layer']]}"
    seen = [f"{indent}     {layer}: {sees}{hidden}"] if sees else []
    rules = [f"{indent}     rules: {' → '.join(hop['chains'])}"] if hop["chains"] else []
    return [head, *seen, f"{indent}     {hop['decided']}", *rules]
