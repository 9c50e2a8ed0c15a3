"""`kubectl get`: tables as kubectl lays them out, or objects as YAML, JSON or names.

Source: cli-runtime `pkg/printers/tableprinter.go`, `tabwriter.go` (padding 3, minimum width 6).
"""

from __future__ import annotations

import argparse
import json
from typing import Any, NoReturn

import yaml

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.tables import Printer, printer_of
from kubelearn.world import World

PADDING, MINIMUM = 3, 6


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(f"kubectl get: {message}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="kubectl get", add_help=False)
    parser.add_argument("what")
    parser.add_argument("names", nargs="*")
    parser.add_argument("-n", "--namespace", default="default")
    parser.add_argument("-A", "--all-namespaces", action="store_true")
    parser.add_argument("-l", "--selector")
    parser.add_argument("-o", "--output", default="", choices=["", "wide", "yaml", "json", "name"])
    parser.add_argument("--no-headers", action="store_true")
    return parser


def get(world: World, words: list[str]) -> str:
    """What `kubectl get WORDS` prints."""
    options = _parser().parse_args(words)
    what, slash, name = options.what.partition("/")
    names = [name, *options.names] if slash else options.names
    kind = world.api.kinds.named(what)
    objects = _objects(world, kind, names, options)
    if options.output in ("yaml", "json"):
        return _document(objects, options.output, single=len(names) == 1)
    if options.output == "name":
        group = f".{kind.group}" if kind.group else ""
        return "\n".join(f"{kind.kind.lower()}{group}/{o['metadata']['name']}" for o in objects)
    if not objects:
        everywhere = options.all_namespaces or not kind.namespaced
        return "No resources found" + ("" if everywhere else f" in {options.namespace} namespace.")
    return _table(kind, objects, world.clock.now, options)


def _objects(
    world: World, kind: Kind, names: list[str], options: argparse.Namespace
) -> list[Object]:
    namespace = options.namespace if kind.namespaced and not options.all_namespaces else None
    if names:
        return [world.api.get(kind.resource, namespace, name) for name in names]
    return world.api.list(kind.resource, namespace, options.selector)


def _document(objects: list[Object], output: str, *, single: bool) -> str:
    listed: Any = {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {}}
    listed["metadata"] = {"resourceVersion": ""}
    shown = objects[0] if single else listed
    if output == "json":
        return json.dumps(shown, indent=4, sort_keys=True)
    return str(yaml.safe_dump(shown, sort_keys=True, default_flow_style=False)).rstrip("\n")


def _table(kind: Kind, objects: list[Object], now: int, options: argparse.Namespace) -> str:
    printer = printer_of(kind.resource)
    wide = options.output == "wide"
    columns = [i for i, column in enumerate(printer.columns) if wide or not column.wide]
    head = [printer.columns[i].name.upper() for i in columns]
    rows = [_cells(printer, obj, now, columns) for obj in objects]
    if options.all_namespaces and kind.namespaced:
        head = ["NAMESPACE", *head]
        pairs = zip(objects, rows, strict=True)
        rows = [[obj["metadata"]["namespace"], *row] for obj, row in pairs]
    return layout(rows if options.no_headers else [head, *rows])


def _cells(printer: Printer, obj: Object, now: int, columns: list[int]) -> list[str]:
    cells = printer.cells(obj, now)
    return [str(cells[i]) for i in columns]


def layout(rows: list[list[str]]) -> str:
    """Rows in columns as kubectl's tab writer sets them."""
    widths = [max(MINIMUM, max(map(len, column)) + PADDING) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        *front, last = row
        padded = "".join(cell.ljust(width) for cell, width in zip(front, widths, strict=False))
        lines.append(padded + last)
    return "\n".join(lines)


