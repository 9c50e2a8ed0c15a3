"""What the documents say exists: functions of the walks, links, the example, each dependency."""

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[1]
DOCUMENTS = [*sorted(TOP.glob("*.md")), *sorted((TOP / "docs").rglob("*.md"))]


def walks() -> dict[str, list[str]]:
    """The sections of docs/architecture.md whose heading names a walk, with their dotted names."""
    sections = (TOP / "docs/architecture.md").read_text().split("\n## ")[1:]
    return {
        section.splitlines()[0]: re.findall(r"`(kubelearn\.[\w.]+)`", section)
        for section in sections
        if "walk" in section.splitlines()[0].lower()
    }


def resolve(dotted: str) -> Any:
    """The object behind a dotted name: the longest importable module, then attributes."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError as error:
            if not dotted.startswith(error.name or ""):
                raise
            continue
        for name in parts[cut:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(dotted)


def test_there_are_four_walks() -> None:
    """A pod's, a request's, one through the mesh, and a load's, each with its steps."""
    assert [len(names) >= 5 for names in walks().values()] == [True] * 4


@pytest.mark.parametrize("name", [name for names in walks().values() for name in names])
def test_each_step_names_something_that_exists(name: str) -> None:
    """A reader who follows the walk finds each function."""
    assert resolve(name) is not None


def test_a_wrong_name_is_noticed() -> None:
    """The resolver does not take a module for a function that is missing in it."""
    with pytest.raises(AttributeError):
        resolve("kubelearn.sim.clock.nothing")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(TOP)))
def test_links_lead_somewhere(document: Path) -> None:
    """Each relative link names a file or folder of the repository."""
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text())
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_the_example_of_the_readme_runs() -> None:
    """The first thing a visitor copies works."""
    code = re.findall(r"```python\n(.*?)```", (TOP / "README.md").read_text(), re.DOTALL)
    assert len(code) == 1
    exec(compile(code[0], "README.md", "exec"), {})


def test_each_dependency_has_its_reason() -> None:
    """docs/decisions/0001 names every dependency of pyproject.toml, and no other."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(name for extra in extras.values() for name in extra)]
    wanted = [re.split(r"[<>=\[ ]", name)[0] for name in wanted]
    text = (TOP / "docs/decisions/0001-dependencies.md").read_text()
    given = re.findall(r"^\| ([\w-]+) \| (?:–|\w+) \|", text, re.MULTILINE)
    assert sorted(set(wanted)) == sorted(set(given) - {"package"})


def test_decisions_have_one_form() -> None:
    """Context, choice, numbers and price, in this order."""
    for path in sorted((TOP / "docs/decisions").glob("*.md")):
        text = path.read_text()
        places = [text.find(f"**{part}.**") for part in ("Context", "Choice", "Numbers", "Price")]
        assert places == sorted(places), path.name
        assert -1 not in places, path.name
