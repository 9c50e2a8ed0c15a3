"""The shape of the house: floors, sizes, names, and nothing of one machine in the files."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kubelearn

TOP = Path(__file__).parents[1]
SOURCES = sorted((TOP / "kubelearn").rglob("*.py"))
CODE = SOURCES + sorted(path for path in (TOP / "tests").rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
TEXTS = [
    path
    for pattern in ("*.md", "*.toml", "*.txt", "*.py", "*.sh", "*.js", "*.ipynb")
    for folder in ("kubelearn", "notebooks", "docs", "scripts", "binder", ".")
    for path in ((TOP / folder).glob(pattern) if folder == "." else (TOP / folder).rglob(pattern))
]
# Folders of one machine, and the servers behind package managers: neither is part of the project.
OF_ONE_MACHINE = re.compile(
    r"""["'\s`(](/work|/root|/home/\w+|/Users/\w+)/|files\.pythonhosted|registry\.npmjs|deb\.debian"""
)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)]


def named(path: Path) -> str:
    """A path as a reader of a failure wants it."""
    return str(path.relative_to(TOP))


def test_floors_hold() -> None:
    """import-linter finds no import against the arrow."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_files_are_short() -> None:
    """At most 450 lines: a longer file holds more than one concept."""
    long = {named(path): n for path in CODE if (n := len(path.read_text().splitlines())) > 450}
    assert long == {}


def test_functions_are_short() -> None:
    """At most 60 lines, docstring included."""
    long = {
        f"{named(path)}:{function.name}": size
        for path in SOURCES
        for function in functions(path)
        if (size := (function.end_lineno or 0) - function.lineno + 1) > 60
    }
    assert long == {}


def test_names_say_what_is_inside() -> None:
    """No file is called utils or the like."""
    assert [named(path) for path in SOURCES if path.stem in VAGUE] == []


def test_nothing_is_put_off() -> None:
    """Unfinished things stand in issues, not in comments."""
    marks = re.compile(r"#.*\b(TO[D]O|FIX[M]E|XX[X])\b")
    assert [named(path) for path in CODE if marks.search(path.read_text())] == []


def test_docstrings_begin_with_one_short_line() -> None:
    """The first line says the meaning in at most 80 letters, as far as modules are concerned."""
    first = {named(path): ast.get_docstring(ast.parse(path.read_text())) for path in SOURCES}
    long = {
        name: line
        for name, text in first.items()
        if text and len(line := text.splitlines()[0]) > 100
    }
    assert long == {}


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_nothing_of_one_machine(path: Path) -> None:
    """No absolute folder and no package server in what everybody gets."""
    assert OF_ONE_MACHINE.findall(path.read_text()) == []


def test_public_names_are_documented() -> None:
    """The headings of docs/reference.md are exactly the names that `kubelearn` exports."""
    headings = re.findall(r"^#+ `(\w+)", (TOP / "docs/reference.md").read_text(), re.MULTILINE)
    assert sorted(kubelearn.__all__) == sorted(headings)


def test_public_names_are_there() -> None:
    """Each name can be imported."""
    assert [name for name in kubelearn.__all__ if getattr(kubelearn, name, None) is None] == []
