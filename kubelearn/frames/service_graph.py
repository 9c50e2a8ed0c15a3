"""The service graph: who has asked whom, how often, with which errors, how slow, how secured.

It is drawn from the metrics of proxies alone, as Kiali does it: the client's proxy counts; only
for clients without a proxy the server's does. Source: kiali `graph/telemetry/istio`, 2.

Unlike the real one: Kiali has more kinds of graphs; this one is of workloads, and of Services where
no pod was reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubelearn.frames.source import Frame, Row
from kubelearn.mesh.telemetry.labels import UNKNOWN, Labels
from kubelearn.mesh.telemetry.series import WIDTH, Tally
from kubelearn.sim.clock import SECOND
from kubelearn.world.explain import as_it_was

LAST = 60 * SECOND
"""How much time is shown unless a beginning is chosen."""
SERVICE = "service "
"""Before the name of a Service of which no pod was reached."""
OUTSIDE = "outside of the mesh"
NOTHING = "No proxy of a mesh has passed on a request in this time."


def service_graph(world: Any, start: int | None = None) -> Frame:
    """Workloads and the requests between them, since a moment (ns) or in the last minute."""
    now = world.clock.now
    begin = max(0, now - LAST if start is None else start) // WIDTH * WIDTH
    counted = as_it_was(world).parts["telemetry"].series.since(begin)
    seconds = max(now - begin, SECOND) / SECOND
    edges = _edges(counted, seconds)
    nodes = _nodes(edges)
    return {
        "kind": "graph",
        "start": begin,
        "end": now,
        "nodes": nodes,
        "edges": edges,
        "summary": _summary(edges, seconds) if edges else NOTHING,
    }


def _edges(counted: Mapping[Labels, Tally], seconds: float) -> list[Row]:
    groups: dict[tuple[str, str], list[tuple[Labels, Tally]]] = {}
    for labels, tally in counted.items():
        if labels.reporter == "source" or labels.source.workload == UNKNOWN:
            groups.setdefault(_ends(labels), []).append((labels, tally))
    return [_edge(*ends, rows, seconds) for ends, rows in sorted(groups.items())]


def _ends(labels: Labels) -> tuple[str, str]:
    """Names of the two ends: a Service stands for a pod that was not reached."""
    one, other = labels.source, labels.destination
    source = OUTSIDE if one.workload == UNKNOWN else _name(one.workload, one.namespace)
    if other.workload != UNKNOWN:
        return source, _name(other.workload, other.namespace)
    return source, f"{SERVICE}{_name(labels.service_name, labels.service_namespace)}"


def _name(name: str, namespace: str) -> str:
    return name if namespace in ("default", UNKNOWN) else f"{name}.{namespace}"


def _edge(source: str, target: str, rows: Iterable[tuple[Labels, Tally]], seconds: float) -> Row:
    total, answers, secured = Tally(), dict[str, int](), 0
    errors = 0
    for labels, tally in rows:
        total = total.plus(tally)
        said = "TCP" if labels.protocol == "tcp" else _answer(labels)
        answers[said] = answers.get(said, 0) + tally.requests
        errors += tally.requests * _fails(labels)
        secured += tally.requests * (labels.destination_principal != UNKNOWN)
    return {
        "from": source,
        "to": target,
        "count": total.requests,
        "rate": round(total.requests / seconds, 2),
        "errors": errors,
        "share": round(errors / total.requests, 4),
        "p95": round(total.quantile(0.95), 1),
        "mtls": None if target.startswith(SERVICE) else round(secured / total.requests, 4),
        "answers": dict(sorted(answers.items())),
    }


def _answer(labels: Labels) -> str:
    code = "none" if labels.code == "0" else labels.code
    return code if labels.flags == "-" else f"{code} {labels.flags}"


def _fails(labels: Labels) -> bool:
    if labels.protocol == "tcp":
        return labels.flags != "-"
    return labels.code == "0" or int(labels.code) >= 400


def _nodes(edges: list[Row]) -> list[Row]:
    """The ends with their columns: whoever is asked stands to the right of who asks."""
    names = list(dict.fromkeys(edge[end] for edge in edges for end in ("from", "to")))
    columns = dict.fromkeys(names, 0)
    for _ in names:  # a circle of callers ends after as many rounds as there are ends
        for edge in edges:
            if edge["from"] != edge["to"] and columns[edge["to"]] <= columns[edge["from"]]:
                columns[edge["to"]] = min(columns[edge["from"]] + 1, len(names) - 1)
    used = sorted(set(columns.values()))
    return [_node(name, used.index(columns[name]), edges) for name in names]


def _node(name: str, column: int, edges: list[Row]) -> Row:
    asked = [edge for edge in edges if edge["to"] == name]
    count = sum(edge["count"] for edge in asked)
    errors = sum(edge["errors"] for edge in asked)
    kind = "service" if name.startswith(SERVICE) else "workload"
    return {
        "name": name.removeprefix(SERVICE),
        "id": name,
        "what": "outside" if name == OUTSIDE else kind,
        "column": column,
        "count": count,
        "errors": errors,
    }


def per_second(rate: float) -> str:
    """A rate in words: seldom is not never."""
    return f"{rate:.1f}" if rate >= 0.1 or not rate else f"{rate:.2f}"


def _summary(edges: list[Row], seconds: float) -> str:
    rate = sum(edge["count"] for edge in edges) / seconds
    worst = max(edges, key=lambda edge: (edge["share"], edge["errors"]))
    plain = sum(edge["mtls"] is not None and edge["mtls"] < 1 for edge in edges)
    used = f"{seconds:.0f} s, {len(edges)} connection{'s' * (len(edges) != 1)} in use"
    parts = [
        f"{used}, {per_second(rate)} requests/s on all of them",
        f"most errors: {worst['from']} → {worst['to']}, {worst['share']:.0%}"
        if worst["errors"]
        else "no errors",
        f"{plain} without mTLS" if plain else "all that reached a pod with mTLS",
    ]
    return "; ".join(parts)
