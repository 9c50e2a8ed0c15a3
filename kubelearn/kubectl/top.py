"""`kubectl top`: what nodes and pods use, as metrics-server has measured it.

Source: kubectl `pkg/cmd/top/top_{node,pod}.go`, `pkg/metricsutil/metrics_printer.go`, Kubernetes
1.36.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.api.quantity import milli, value
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.layout import layout
from kubelearn.kubectl.parsing import Parser

METRICS = "/apis/metrics.k8s.io/v1beta1"
MEBI = 1024 * 1024
NODES = ("node", "nodes", "no")
PODS = ("pod", "pods", "po")
UNKNOWN = "<unknown>"


class Usage(NamedTuple):
    """Thousandths of a core, and bytes."""

    cpu: int
    memory: int

    @classmethod
    def of(cls, parts: Iterable[Object]) -> Usage:
        """The sum of what several containers use."""
        parts = list(parts)
        return cls(sum(milli(p["cpu"]) for p in parts), sum(value(p["memory"]) for p in parts))

    def cells(self) -> list[str]:
        """As kubectl writes them."""
        return [f"{self.cpu}m", f"{self.memory // MEBI}Mi"]


def top(client: Client, words: list[str]) -> str:
    """What `kubectl top nodes` and `kubectl top pods` print."""
    parser = Parser("top", "namespace", "selection")
    parser.add_argument("--sort-by", choices=("", "cpu", "memory"), default="")
    for flag in ("no-headers", "containers", "sum"):
        parser.switch(f"--{flag}")
    options = parser.parse(words)
    kind, *names = options.words or [""]
    if kind in NODES:
        return _nodes(client, options, names)
    if kind in PODS:
        return _pods(client, options, names)
    raise UsageError("kubectl top takes nodes or pods")


def _measured(client: Client, path: str, options: argparse.Namespace) -> list[Object]:
    query = {"labelSelector": options.selector} if options.selector else {}
    try:
        items: list[Object] = client.request("GET", METRICS + path, query=query)["items"]
    except APIError as error:
        if error.code == 404:
            raise UsageError("Metrics API not available") from None
        raise
    return items


def _sorted(rows: list[tuple[Usage, list[str]]], options: argparse.Namespace) -> list[list[str]]:
    """Rows by name, or by what they use most of."""
    by = options.sort_by
    rows.sort(key=lambda row: (-getattr(row[0], by) if by else 0, row[1]))
    return [cells for _, cells in rows]


def _nodes(client: Client, options: argparse.Namespace, names: list[str]) -> str:
    found = [one for one in _measured(client, "/nodes", options) if _wanted(one, names)]
    nodes = {n["metadata"]["name"]: n for n in client.list(client.world.api.kinds.named("nodes"))}
    rows = []
    for one in found:
        name, usage = one["metadata"]["name"], Usage.of([one["usage"]])
        room = nodes[name]["status"]["allocatable"]
        cpu, memory = usage.cells()
        shares = [_percent(usage.cpu, milli(room["cpu"]))]
        shares.append(_percent(usage.memory, value(room["memory"])))
        rows.append((usage, [name, cpu, shares[0], memory, shares[1]]))
    measured = {one["metadata"]["name"] for one in found}
    silent = [
        name for name in sorted(nodes) if name not in measured and (not names or name in names)
    ]
    head = ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"]
    lines = [*_sorted(rows, options), *([name, *[UNKNOWN] * 4] for name in silent)]
    return layout(lines if options.no_headers else [head, *lines])


def _percent(used: int, room: int) -> str:
    return f"{used * 100 // room}%"


def _pods(client: Client, options: argparse.Namespace, names: list[str]) -> str:
    place = "" if options.all_namespaces else f"/namespaces/{options.namespace}"
    found = [one for one in _measured(client, f"{place}/pods", options) if _wanted(one, names)]
    if not found:
        where = "" if options.all_namespaces else f" in {options.namespace} namespace."
        return "No resources found" + where
    head = ["NAME", "CPU(cores)", "MEMORY(bytes)"]
    head = ["POD", *head] if options.containers else head
    head = ["NAMESPACE", *head] if options.all_namespaces else head
    lines = _sorted([row for one in found for row in _rows(one, options)], options)
    return layout(lines if options.no_headers else [head, *lines])


def _rows(pod: Object, options: argparse.Namespace) -> list[tuple[Usage, list[str]]]:
    metadata, containers = pod["metadata"], pod["containers"]
    front = [metadata["namespace"]] if options.all_namespaces else []
    front.append(metadata["name"])
    if not options.containers:
        usage = Usage.of(one["usage"] for one in containers)
        return [(usage, [*front, *usage.cells()])]
    each = [(Usage.of([one["usage"]]), one["name"]) for one in containers]
    return [(usage, [*front, name, *usage.cells()]) for usage, name in each]


def _wanted(measured: Object, names: list[str]) -> bool:
    return not names or measured["metadata"]["name"] in names
