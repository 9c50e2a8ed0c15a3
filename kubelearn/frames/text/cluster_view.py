"""The cluster view as plain text: a row a node, a letter a pod, and a legend."""

from __future__ import annotations

from collections.abc import Iterable

from kubelearn.frames.pods import by_node
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.states import STATES

LETTERS_ACROSS = 60
EVENTS = 5


def cluster_view_text(frame: Frame) -> str:
    """The frame of `cluster_view` as lines of text."""
    letters = {
        name: "".join(STATES[pod["state"]].letter for pod in pods)
        for name, pods in by_node(frame).items()
    }
    lines = [frame["summary"], ""]
    lines += _nodes(frame["nodes"], letters)
    if letters.get(""):
        lines.append(f"without a node: {letters['']}")
    lines += _hidden(frame["hidden"])
    lines += ["", _legend(frame["totals"]["states"])] if frame["totals"]["states"] else []
    lines += _section("Workloads", map(_workload, frame["workloads"]))
    lines += _section("Services", map(_service, frame["services"]))
    lines += _section("Events", map(_event, frame["events"][-EVENTS:]))
    return "\n".join(lines) + "\n"


def _nodes(nodes: list[Row], letters: dict[str, str]) -> list[str]:
    wide = max((len(node["name"]) for node in nodes), default=0)
    lines, zone = [], None
    for node in nodes:
        if node["zone"] != zone:
            zone = node["zone"]
            lines.append(f"zone {zone or '(none)'}")
        bars = "  ".join(
            f"{bar['key']} {bar['usedText']}/{bar['totalText']}" for bar in node["bars"]
        )
        lines.append(f"  {node['name']:<{wide}}  {node['status']}  {bars}")
        pods = letters.get(node["name"], "")
        lines += [
            f"  {'':<{wide}}  [{pods[at : at + LETTERS_ACROSS]}]"
            for at in range(0, len(pods), LETTERS_ACROSS)
        ]
    return lines


def _hidden(hidden: Row) -> list[str]:
    if not (hidden["pods"] or hidden["nodes"]):
        return []
    return [f"not shown: {hidden['pods']} calm pods, {hidden['nodes']} nodes"]


def _legend(counts: dict[str, int]) -> str:
    told = [f"{STATES[name].letter} {STATES[name].label} ({n})" for name, n in counts.items()]
    return "Legend: " + ", ".join(told)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", f"{title}:", *found] if found else []


def _workload(row: Row) -> str:
    return (
        f"  {row['kind']} {row['namespace']}/{row['name']}: {row['ready']}/{row['desired']} ready"
    )


def _service(row: Row) -> str:
    backends = f"{row['ready']} of {row['endpoints']} endpoints ready"
    return f"  {row['namespace']}/{row['name']} {row['type']} {row['clusterIP']}: {backends}"


def _event(row: Row) -> str:
    return f"  {row['at']:>8} {row['type']:<7} {row['reason']} {row['object']}: {row['message']}"
