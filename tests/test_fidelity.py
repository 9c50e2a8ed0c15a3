"""The fidelity ledger: its form, its tests, its completeness, and the page made from it."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.make_fidelity import DOCS, load, render

TOP = Path(__file__).parents[1]
ROWS = load()
TEXTS = {"area", "behaviour", "status", "differs", "source"}
NOTE = "Unlike the real one:"


def modules_with_a_note() -> list[str]:
    """Dotted names of the modules whose docstring says where they differ."""
    return [
        ".".join(path.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((TOP / "kubelearn").rglob("*.py"))
        if NOTE in (ast.get_docstring(ast.parse(path.read_text())) or "")
    ]


@cache
def functions_of(path: str) -> frozenset[str]:
    """The node ids of a test file without parameters, such as "test_a" and "TestB::test_c"."""
    found: set[str] = set()
    for node in ast.parse((TOP / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{f.name}" for f in node.body if isinstance(f, ast.FunctionDef)}
    return frozenset(found)


def names(row: dict[str, Any]) -> str:
    """A row's name in a test's id."""
    return str(row["behaviour"])[:60]


@pytest.mark.parametrize("row", ROWS, ids=names)
def test_a_row_has_the_form(row: dict[str, Any]) -> None:
    """All texts are there; what is not exact says what differs."""
    assert set(row) - {"tests", "module"} == TEXTS
    assert all(isinstance(row[key], str) for key in TEXTS)
    assert row["status"] in {"exact", "approximated", "absent"}
    assert bool(row["differs"]) == (row["status"] != "exact")
    assert row["area"]
    assert row["source"]


@pytest.mark.parametrize("row", ROWS, ids=names)
def test_a_row_is_proved(row: dict[str, Any]) -> None:
    """Each named test exists; only what is absent may do without one."""
    assert row["tests"] or row["status"] == "absent"
    for test in row["tests"]:
        path, _, name = test.partition("::")
        assert (TOP / path).is_file(), test
        assert name.partition("[")[0] in functions_of(path), test


def test_no_behaviour_is_told_twice() -> None:
    """One row for each behaviour of an area."""
    told = [(row["area"], row["behaviour"]) for row in ROWS]
    assert sorted(set(told)) == sorted(told)


def test_each_note_of_a_module_has_a_row() -> None:
    """Whoever writes "Unlike the real one" into a module writes it into the ledger too."""
    told = {row["module"] for row in ROWS if "module" in row}
    assert [module for module in modules_with_a_note() if module not in told] == []


def test_each_module_of_a_row_has_a_note() -> None:
    """A row's module still says so itself."""
    told = {row["module"] for row in ROWS if "module" in row}
    assert sorted(told - set(modules_with_a_note())) == []


def test_the_page_is_up_to_date() -> None:
    """docs/fidelity.md is what `python -m scripts.make_fidelity` writes."""
    assert (DOCS / "fidelity.md").read_text() == render(ROWS)
