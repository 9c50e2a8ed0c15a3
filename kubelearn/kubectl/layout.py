"""Tables and documents as kubectl lays them out.

Source: cli-runtime `pkg/printers/tableprinter.go`, `tabwriter.go` (padding 3, minimum width 6).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from kubelearn.api.kinds import Kind
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.tables import Cell
from kubelearn.api.tables.served import printer_for
from kubelearn.api.yaml_output import to_yaml
from kubelearn.kubectl.kyaml import to_kyaml

PADDING, MINIMUM = 3, 6
_LINE_END = re.compile(r"[\n\r\f]")


def table(
    api: APIServer,
    kind: Kind,
    objects: list[Object],
    *,
    wide: bool = False,
    namespaces: bool = False,
    label_columns: Sequence[str] = (),
    labels: bool = False,
    headers: bool = True,
    prefix: bool = False,
) -> str:
    """Objects of one kind as a table; `prefix` writes names as `pod/web`."""
    printer = printer_for(api, kind, kind.version)
    head = [column.name.upper() for column in printer.columns if wide or not column.wide]
    rows = [list(map(cell_text, printer.row(obj, api.clock.now, wide=wide))) for obj in objects]
    if prefix:
        rows = [[f"{kind_name(kind)}/{row[0]}", *row[1:]] for row in rows]
    if namespaces and kind.namespaced:
        head = ["NAMESPACE", *head]
        pairs = zip(objects, rows, strict=True)
        rows = [[obj["metadata"]["namespace"], *row] for obj, row in pairs]
    for name in label_columns:
        head = [*head, name.rpartition("/")[2].upper()]
        rows = [[*row, label_text(obj, name)] for obj, row in zip(objects, rows, strict=True)]
    if labels:
        head = [*head, "LABELS"]
        rows = [[*row, labels_text(obj)] for obj, row in zip(objects, rows, strict=True)]
    return layout([head, *rows] if headers else rows)


def kind_name(kind: Kind) -> str:
    """How kubectl writes a kind before a name: "pod", "deployment.apps"."""
    return f"{kind.kind.lower()}.{kind.group}" if kind.group else kind.kind.lower()


def object_name(obj: Object) -> str:
    """How `-o name` writes an object: "pod/web", "deployment.apps/web"."""
    group, slash, _ = obj["apiVersion"].partition("/")
    kind = f"{obj['kind'].lower()}.{group}" if slash else obj["kind"].lower()
    return f"{kind}/{obj['metadata'].get('name', '')}"


def qualified(kind: Kind) -> str:
    """How kubectl writes a kind in its errors: "Pod", "Deployment.apps"."""
    return f"{kind.kind}.{kind.group}" if kind.group else kind.kind


def cell_text(cell: Cell) -> str:
    """One cell: nothing for None, the first line only of a longer text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    first, *more = _LINE_END.split(str(cell), maxsplit=1)
    return f"{first}..." if more else first


def label_text(obj: Object, name: str) -> str:
    """The cell of a label's column (`-L`); empty where the label is missing."""
    labels: dict[str, str] = obj["metadata"].get("labels") or {}
    return labels.get(name, "")


def labels_text(obj: Object) -> str:
    """The LABELS cell of --show-labels."""
    labels = obj["metadata"].get("labels") or {}
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels)) or "<none>"


def layout(rows: list[list[str]], *, minimum: int = MINIMUM, padding: int = PADDING) -> str:
    """Rows in columns as kubectl's tab writer sets them."""
    columns = list(zip(*rows, strict=True))
    widths = [max(minimum, max(map(len, column)) + padding) for column in columns]
    lines = []
    for *front, last in rows:
        padded = (cell.ljust(width) for cell, width in zip(front, widths, strict=False))
        lines.append("".join(padded) + last)
    return "\n".join(lines)


def document(objects: list[Object], output: str, *, single: bool) -> str:
    """Objects as "yaml", "kyaml" or "json"; a List unless a single one was named."""
    shown = shown_document(objects, single=single)
    if output == "kyaml":
        return to_kyaml(shown).rstrip("\n")
    if output == "yaml":
        return to_yaml(shown).rstrip("\n")
    return json.dumps(shown, indent=4, sort_keys=True, ensure_ascii=False)


def shown_document(objects: list[Object], *, single: bool) -> Object:
    """The object, or a List of all, as templates and documents show it."""
    items = list(map(_without_managed_fields, objects))
    if single:
        return items[0]
    head = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}}
    return {**head, "items": items}


def _without_managed_fields(obj: Object) -> Object:
    metadata = {name: v for name, v in obj["metadata"].items() if name != "managedFields"}
    return {**obj, "metadata": metadata}
