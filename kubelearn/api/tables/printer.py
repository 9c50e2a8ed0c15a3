"""What one column of a server-side table is, and what prints the rows of a resource.

Source: `pkg/printers/internalversion/printers.go` and `tablegenerator.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.tables.age import since

Cell: TypeAlias = str | int | bool | None
"""One value of a row; numbers stay numbers on the wire."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its type, and whether only `-o wide` shows it.

    `text` is the description on the wire; `doc` names the API field whose text it is instead.
    """

    name: str
    type: str = "string"
    wide: bool = False
    text: str = ""
    doc: str = ""
    format: str = ""

    def definition(self) -> Object:
        """The column as an entry of `columnDefinitions`."""
        return {
            "name": self.name,
            "type": self.type,
            "format": self.format,
            "description": field_texts()[self.doc] if self.doc else self.text,
            "priority": 1 if self.wide else 0,
        }


@dataclass(frozen=True, slots=True)
class Printer:
    """The columns of a resource and the function that makes all cells of one row.

    `cells(object, now)` gives one value per column, wide ones included; `conditions(object)` gives
    the conditions of the row.
    """

    columns: tuple[Column, ...]
    cells: Callable[[Object, int], list[Cell]]
    conditions: Callable[[Object], list[Object]] | None = None

    def row(self, obj: Object, now: int, *, wide: bool) -> list[Cell]:
        """The cells as kubectl shows them, with or without the wide columns."""
        cells = self.cells(obj, now)
        pairs = zip(self.columns, cells, strict=True)
        return cells if wide else [cell for column, cell in pairs if not column.wide]


@cache
def field_texts() -> Mapping[str, str]:
    """The texts of API fields that stand over columns, by `core.v1.PodSpec.nodeName`."""
    text = files(__package__).joinpath("column_texts.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


NAME: Final = Column("Name", format="name", doc="meta.v1.ObjectMeta.name")
AGE: Final = Column("Age", doc="meta.v1.ObjectMeta.creationTimestamp")
CREATED_AT: Final = Column("Created At", "date", doc="meta.v1.ObjectMeta.creationTimestamp")


def name_of(obj: Object) -> str:
    """The name cell."""
    return obj["metadata"].get("name", "")  # type: ignore[no-any-return]


def age_of(obj: Object, now: int) -> str:
    """The Age cell: time since creation."""
    return since(obj["metadata"].get("creationTimestamp"), now)


def part(obj: Object, *path: str) -> Any:
    """The dict, list or value at `path`, or {} when it is missing; for cells that read deep."""
    for step in path:
        obj = obj.get(step) or {}
    return obj


def number(obj: Object, *path: str) -> int:
    """The whole number at `path`; 0 when it is not set."""
    return part(obj, *path) or 0


def text(obj: Object, *path: str) -> str:
    """The text at `path`; empty when it is not set."""
    return part(obj, *path) or ""


def comma(texts: Iterable[str]) -> str:
    """Texts joined as the printers join them."""
    return ",".join(texts)


def first_of(texts: list[str], maximum: int, separator: str = ",") -> str:
    """The first texts, and how many more there are: `a,b,c + 2 more...`."""
    shown = separator.join(texts[:maximum])
    return f"{shown} + {len(texts) - maximum} more..." if len(texts) > maximum else shown


def label_pairs(labels: Mapping[str, str]) -> str:
    """Labels or an equality selector as text, sorted: `app=web,tier=front`; `<none>` if empty."""
    return comma(f"{key}={value}" for key, value in sorted(labels.items())) or "<none>"


_SYMBOLS: Final = {"In": "in", "NotIn": "notin"}


def selector_text(selector: Object | None) -> str:
    """A LabelSelector as text, requirements sorted by key; `<none>` for an empty or absent one.

    Source: apimachinery `pkg/apis/meta/v1/helpers.go`, FormatLabelSelector.
    """
    if not selector:
        return "<none>"
    terms = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    terms += [(rule["key"], _rule(rule)) for rule in selector.get("matchExpressions") or ()]
    return comma(text for _, text in sorted(terms, key=lambda term: term[0])) or "<none>"


def _rule(rule: Object) -> str:
    operator, key = rule["operator"], rule["key"]
    if operator == "Exists":
        return key  # type: ignore[no-any-return]
    if operator == "DoesNotExist":
        return f"!{key}"
    return f"{key} {_SYMBOLS[operator]} ({comma(sorted(rule['values']))})"


def default_cells(obj: Object, _now: int) -> list[Cell]:
    """The cells of kinds without a printer of their own: name and creation time."""
    return [name_of(obj), obj["metadata"].get("creationTimestamp")]


DEFAULT: Final = Printer((NAME, CREATED_AT), default_cells)
"""What kinds without an entry in the table print (apiserver `pkg/registry/rest/table.go`)."""
