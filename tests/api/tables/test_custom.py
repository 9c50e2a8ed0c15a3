"""Columns of custom resources."""

import pytest

from kubelearn.api.tables import custom_printer
from kubelearn.api.tables.custom import json_path

OBJ = {
    "metadata": {
        "name": "w",
        "labels": {"a.b/c": "d"},
        "creationTimestamp": "2026-01-01T00:00:00Z",
    },
    "spec": {"size": 3, "hosts": ["a", "b"], "when": "2026-01-01T00:00:00Z"},
    "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Z", "status": "?"}]},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.size", [3]),
        (".spec.nope", []),
        (".spec.hosts[0]", ["a"]),
        (".spec.hosts[*]", ["a", "b"]),
        ('.status.conditions[?(@.type=="Ready")].status', ["True"]),
        ("..size", []),
    ],
)
def test_json_path(path, found):
    """The simple forms that columns use; others give nothing."""
    assert json_path(path, OBJ) == found


def test_cells_have_the_type_of_their_column():
    """Numbers stay numbers, dates become ages, the missing is null."""
    columns = [
        {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
        {"name": "When", "type": "date", "jsonPath": ".spec.when"},
        {"name": "Gone", "type": "string", "jsonPath": ".spec.gone", "priority": 1},
    ]
    printer = custom_printer(columns)
    assert printer.cells(OBJ, 5_000_000_000) == ["w", 3, "5s", None]
    assert [column.wide for column in printer.columns] == [False, False, False, True]


def test_without_columns_there_is_the_age():
    """Of type date."""
    printer = custom_printer([])
    assert printer.cells(OBJ, 0) == ["w", "0s"]
    assert printer.columns[1].type == "date"
