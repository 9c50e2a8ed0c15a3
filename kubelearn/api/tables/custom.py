"""The rows of custom resources: `additionalPrinterColumns` with simple JSONPath.

Source: apiextensions-apiserver `pkg/registry/customresource/tableconvertor`, Kubernetes 1.36.

Unlike the real one: a JSONPath may have field names, `[0]`, `[*]` and `[?(@.type=="Ready")]`;
other JSONPath (ranges, unions, recursive descent) gives an empty cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.tables.age import since
from kubelearn.api.tables.printer import AGE, NAME, Cell, Column, Printer, age_of, name_of

CREATED = Column(AGE.name, "date", doc=AGE.doc)
"""The Age column of custom resources that define no columns."""
_STEP = re.compile(
    r"""\.?(?:(?P<name>[A-Za-z0-9_/\\.-]*?[A-Za-z0-9_/-])(?=[.\[]|$)
    |\[(?P<index>-?\d+|\*)\]
    |\['(?P<quoted>[^']+)'\]
    |\[\?\(@\.(?P<field>[A-Za-z0-9_]+)\s*==\s*["'](?P<value>[^"']*)["']\)\])""",
    re.VERBOSE,
)


def json_path(path: str, obj: Any) -> list[Any]:
    """All values that a simple JSONPath finds, in order; none for a path it does not know."""
    found, position = [obj], 0
    text = path.strip().removeprefix("$").removeprefix("{").removesuffix("}")
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or match.end() == position:
            return []
        found = [value for item in found for value in _step(match, item)]
        position = match.end()
    return found


def _step(match: re.Match[str], item: Any) -> list[Any]:
    name = match["name"] or match["quoted"]
    if name is not None:
        return [item[name]] if isinstance(item, dict) and name in item else []
    if not isinstance(item, list):
        return []
    if match["field"] is not None:
        return [each for each in item if each.get(match["field"]) == match["value"]]
    if match["index"] == "*":
        return item
    position = int(match["index"])
    return item[position : position + 1] if position >= 0 else item[position:][:1]


def _cell(kind: str, values: list[Any], now: int) -> Cell:
    """The cell of a column of this type (`cellForJSONValue`)."""
    if not values:
        return None
    value = values[0]
    if kind == "string":
        return ",".join(_go_text(each) for each in values) if len(values) > 1 else _go_text(value)
    if kind == "date":
        return since(value, now) if isinstance(value, str) else "<unknown>"
    if kind == "integer" and isinstance(value, (int, float)):
        return int(value)
    if kind in ("number", "boolean") and isinstance(value, (int, float)):
        return value  # type: ignore[return-value]
    return None


def _go_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):  # client-go's jsonpath writes these as JSON
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def custom_printer(columns: list[Object]) -> Printer:
    """The printer of a version of a custom resource, from its additionalPrinterColumns."""
    if not columns:
        return Printer((NAME, CREATED), lambda obj, now: [name_of(obj), age_of(obj, now)])
    extra = tuple(_column(column) for column in columns)
    return Printer((NAME, *extra), _cells(columns))


def _column(column: Object) -> Column:
    name, path = column["name"], column["jsonPath"]
    return Column(
        name,
        column["type"],
        wide=column.get("priority", 0) > 0,
        text=column.get("description")
        or f"Custom resource definition column (in JSONPath format): {path}",
        format=column.get("format", ""),
    )


def _cells(columns: list[Object]) -> Callable[[Object, int], list[Cell]]:
    def cells(obj: Object, now: int) -> list[Cell]:
        row = [_cell(c["type"], json_path(c["jsonPath"], obj), now) for c in columns]
        return [name_of(obj), *row]

    return cells
