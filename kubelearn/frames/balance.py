"""How evenly nodes are filled, and how much of what is free can still be used, over time.

Shares are of what a node may give away (allocatable), counted in requests. *Stranded* is what is
free on nodes whose other resource is used up: no pod that asks for both can have it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kubelearn.api.objects import get_path
from kubelearn.api.resources import amount
from kubelearn.frames.capacity import amount_text
from kubelearn.frames.placement import workers
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.stays import Scheduled, Stay, stays
from kubelearn.sim.duration import format_duration

USED_UP = 0.9
"""From this requested share on a resource counts as used up."""
USED_UP_TOLD = (
    f"Stranded: free on nodes where {USED_UP * 100:.0f} % or more of the other one is requested."
)
MOST_POINTS = 120
SHOWN = ("cpu", "memory")


def balance(world: Scheduled, start: int = 0) -> Frame:
    """Per node the requested share of cpu and memory since `start` (ns), and what is left now."""
    now, seen = world.clock.now, stays(world.api)
    times = _times(seen, start, now)
    by_node: dict[str, list[Stay]] = defaultdict(list)
    for stay in seen:
        by_node[stay.node].append(stay)
    nodes = [_node(node, by_node[node["name"]], times) for node in workers(world)]
    waiting = sum(not pod["spec"].get("nodeName") for pod in world.api.list("pods"))
    measures = _measures(nodes, waiting)
    return {
        "kind": "balance",
        "start": start,
        "time": now,
        "timeText": format_duration(now),
        "times": times,
        "nodes": nodes,
        "measures": measures,
        "summary": _summary(format_duration(now), nodes, measures),
    }


def _times(seen: list[Stay], start: int, now: int) -> list[int]:
    moments = {stay.start for stay in seen} | {stay.end for stay in seen if stay.end is not None}
    inside = sorted(time for time in moments if start < time < now)
    step = -(-len(inside) // MOST_POINTS) or 1
    return sorted({start, *inside[::-1][::step], now})


def _node(node: Row, here: list[Stay], times: list[int]) -> Row:
    allocatable = get_path(node["object"], "status", "allocatable", default={})
    total = {name: amount(name, str(allocatable.get(name, 0))) for name in SHOWN}
    points = [[time, *_shares(here, time, total)] for time in times]
    used = _used(here, times[-1])
    free = {name: max(0, total[name] - used[name]) for name in SHOWN}
    return {
        "key": f"node/{node['name']}",
        "name": node["name"],
        "zone": node["zone"],
        "cpu": points[-1][1],
        "memory": points[-1][2],
        "total": total,
        "free": free,
        "freeText": {name: amount_text(name, free[name]) for name in SHOWN},
        "pods": sum(stay.end is None for stay in here),
        "points": points,
    }


def _used(here: list[Stay], time: int) -> dict[str, int]:
    there = [s for s in here if s.start <= time and (s.end is None or s.end > time)]
    return {"cpu": sum(s.cpu for s in there), "memory": sum(s.memory for s in there)}


def _shares(here: list[Stay], time: int, total: dict[str, int]) -> list[float]:
    used = _used(here, time)
    return [round(used[name] / total[name], 4) if total[name] else 0.0 for name in SHOWN]


def _measures(nodes: list[Row], waiting: int) -> Row:
    largest = {name: max((n["free"][name] for n in nodes), default=0) for name in SHOWN}
    shares = [node["cpu"] for node in nodes]
    other = {"cpu": "memory", "memory": "cpu"}
    stranded = {
        name: sum(n["free"][name] for n in nodes if n[other[name]] >= USED_UP) for name in SHOWN
    }
    return {
        "waiting": waiting,
        "empty": sum(node["cpu"] < 0.1 for node in nodes),
        "spread": round(max(shares, default=0) - min(shares, default=0), 4),
        "largest": _texts(largest),
        "stranded": _texts(stranded),
        "largestCpu": largest["cpu"],
    }


def _texts(amounts: dict[str, int]) -> dict[str, str]:
    return {name: amount_text(name, value) for name, value in amounts.items()}


def _summary(time: str, nodes: list[Row], measures: Row) -> str:
    told = ", ".join(f"{n['name']} cpu {n['cpu']:.0%} memory {n['memory']:.0%}" for n in nodes)
    return (
        f"Requested at {time}: {told}. Most free on one node: {measures['largest']['cpu']} cpu, "
        f"{measures['largest']['memory']} memory. Pods that wait: {measures['waiting']}."
    )


MEASURES: dict[str, Any] = {
    "pods that wait": lambda m: str(m["waiting"]),
    "nodes with less than 10 % of their cpu requested": lambda m: str(m["empty"]),
    "fullest minus emptiest node, cpu": lambda m: f"{m['spread']:.0%}",
    "most cpu free on one node": lambda m: m["largest"]["cpu"],
    "most memory free on one node": lambda m: m["largest"]["memory"],
    "stranded cpu (memory used up)": lambda m: m["stranded"]["cpu"],
    "stranded memory (cpu used up)": lambda m: m["stranded"]["memory"],
}
"""What is told of a whole cluster, and its text."""


def balances(left: Scheduled, right: Scheduled) -> Frame:
    """Two worlds with the same arrivals, such as a fork with another profile, side by side."""
    one, two = balance(left), balance(right)
    rows = [
        {"measure": name, "left": text(one["measures"]), "right": text(two["measures"])}
        for name, text in MEASURES.items()
    ]
    differ = [
        f"{r['measure']}: {r['left']} and {r['right']}" for r in rows if r["left"] != r["right"]
    ]
    return {
        "kind": "balances",
        "left": one,
        "right": two,
        "rows": rows,
        "summary": f"What differs: {'; '.join(differ)}." if differ else "No difference.",
    }
