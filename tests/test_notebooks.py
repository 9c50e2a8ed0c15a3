"""Every lesson: clean in git, shaped for reading, and it runs from top to bottom."""

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from statistics import median

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from kubelearn.learn import LESSONS as PLANS

FOLDER = Path(__file__).parents[1] / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))
CELL_SECONDS = 60
WIDGET = "application/vnd.jupyter.widget-view+json"
MARKUP_OF_ONE_VIEWER = re.compile(r"^> \[!|^:::|^```\{|<script", re.MULTILINE)
RHYTHM = ("break", "quiz", "simplified", "real cluster")
PICTURE = re.compile(r"\.show\(|\bcompare\(")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request: pytest.FixtureRequest) -> NotebookNode:
    """A lesson as it is committed."""
    return nbformat.read(request.param, as_version=4)


def code(lesson: NotebookNode) -> list[NotebookNode]:
    """The code cells."""
    return [cell for cell in lesson.cells if cell.cell_type == "code"]


def prose(lesson: NotebookNode) -> list[NotebookNode]:
    """The text cells."""
    return [cell for cell in lesson.cells if cell.cell_type == "markdown"]


def is_exercise(cell: NotebookNode) -> bool:
    """Whether the learner is meant to write here."""
    return "exercise" in cell.metadata.get("tags", [])


def python_lines(cell: NotebookNode) -> int:
    """Lines of code: without blank lines, comments, and the inside of long texts such as YAML."""
    if cell.source.startswith("%%"):
        return 1
    text = re.sub(r'("""|\'\'\').*?\1', '""', cell.source, flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines()]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def headings(lesson: NotebookNode) -> list[tuple[int, str]]:
    """Level and text of each heading; lines inside code fences are none."""
    texts = [re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL) for cell in prose(lesson)]
    found = re.findall(r"^(#+) +(.+)$", "\n".join(texts), re.MULTILINE)
    return [(len(marks), text) for marks, text in found]


def test_each_lesson_has_its_plan() -> None:
    """Every notebook is a lesson of the course by its number, and every lesson has a notebook."""
    numbers = [path.name[:2] for path in LESSONS]
    assert numbers != []
    assert numbers == sorted(PLANS)


def test_nothing_of_a_run_is_committed(lesson: NotebookNode) -> None:
    """No outputs, no counts, no widget state."""
    assert [cell.id for cell in code(lesson) if cell.outputs or cell.execution_count] == []
    assert "widgets" not in lesson.metadata


def test_ids_are_unique_and_kept(lesson: NotebookNode) -> None:
    """The file holds an id for each cell, and each once."""
    assert (lesson.nbformat, lesson.nbformat_minor >= 5) == (4, True)
    ids = [cell.id for cell in lesson.cells]
    assert sorted(set(ids)) == sorted(ids)


def test_the_kernel_is_python3(lesson: NotebookNode) -> None:
    """The kernel that every Jupyter has; nothing of one machine in the metadata."""
    assert lesson.metadata.kernelspec.name == "python3"
    assert set(lesson.metadata) <= {"kernelspec", "language_info"}


def test_headings_form_a_tree(lesson: NotebookNode) -> None:
    """One title in the first cell, and no level is jumped over."""
    levels = [level for level, _ in headings(lesson)]
    assert lesson.cells[0].source.startswith("# ")
    assert levels.count(1) == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


def test_the_beginning_says_what_comes(lesson: NotebookNode) -> None:
    """Three to five objectives that can be observed, and how many minutes they take."""
    beginning = "\n".join(cell.source for cell in lesson.cells[:3])
    objectives = re.findall(r"^[-*] +(.+)$", beginning, re.MULTILINE)
    assert 3 <= len(objectives) <= 5
    assert [text for text in objectives if re.match(r"(?i)understand|know|learn", text)] == []
    assert re.search(r"\d+ minutes", beginning)


def test_a_lesson_has_its_rhythm(lesson: NotebookNode) -> None:
    """After the first: break it, a quiz, what is simplified, the same on a real cluster."""
    texts = " ".join(text for _, text in headings(lesson)).lower()
    if lesson.cells[0].source.lstrip("# ").startswith("00"):
        return
    assert [word for word in RHYTHM if word not in texts] == []
    assert any(is_exercise(cell) for cell in code(lesson))


def test_it_is_short(lesson: NotebookNode) -> None:
    """At most 45 cells and 1,800 words, and 150 words in a text cell."""
    words = [len(cell.source.split()) for cell in prose(lesson)]
    assert len(lesson.cells) <= 45
    assert sum(words) <= 1800
    assert max(words) <= 150


def test_code_cells_are_short(lesson: NotebookNode) -> None:
    """At most eight lines, three as a rule, outside exercises."""
    lines = [python_lines(cell) for cell in code(lesson) if not is_exercise(cell)]
    assert max(lines) <= 8
    assert median(lines) <= 3


def test_nothing_is_defined(lesson: NotebookNode) -> None:
    """No def and no class but in exercises: what is worth defining belongs into the package."""
    found = [cell.id for cell in code(lesson) if re.search(r"^\s*(def|class) ", cell.source, re.M)]
    exercises = [cell.id for cell in code(lesson) if is_exercise(cell)]
    assert [cell for cell in found if cell not in exercises] == []


def test_nothing_is_installed_or_absolute(lesson: NotebookNode) -> None:
    """No pip, no absolute path."""
    bad = re.compile(r"pip install|[\"'](/home|/root|/tmp|/Users|/work)\b")
    assert [cell.id for cell in code(lesson) if bad.search(cell.source)] == []


def test_a_picture_follows_a_question(lesson: NotebookNode) -> None:
    """The text before each live view asks the learner to predict."""
    asked, missing = False, []
    for cell in lesson.cells:
        if cell.cell_type == "markdown":
            asked = "?" in cell.source
        elif PICTURE.search(cell.source) and not asked:
            missing.append(cell.id)
    assert missing == []


def test_text_reads_the_same_everywhere(lesson: NotebookNode) -> None:
    """Only Markdown that JupyterLab, GitHub, Colab and VS Code all draw; pictures have a text."""
    sources = [cell.source for cell in prose(lesson)]
    assert [text[:60] for text in sources if MARKUP_OF_ONE_VIEWER.search(text)] == []
    assert [text[:60] for text in sources if "![](" in text] == []


def test_links_lead_somewhere(lesson: NotebookNode) -> None:
    """Each relative link names a file beside the lessons."""
    links = re.findall(r"\]\(([^)#\s]+)", "\n".join(cell.source for cell in prose(lesson)))
    assert [link for link in links if "://" not in link and not (FOLDER / link).exists()] == []


def test_imports_are_used() -> None:
    """Ruff finds no unused import and no unknown name in any lesson."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F401,F811,F821"]
    run = subprocess.run([*command, FOLDER], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


@pytest.fixture(
    scope="module",
    params=[pytest.param(path, marks=pytest.mark.xdist_group(path.stem)) for path in LESSONS],
    ids=lambda path: path.stem,
)
def executed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NotebookNode:
    """A lesson after a run from top to bottom in a copy of its folder, exercises untouched.

    A cell that ends in an error, or takes longer than a minute, ends the run with its traceback.
    """
    copy = tmp_path_factory.mktemp("run") / "notebooks"
    shutil.copytree(FOLDER, copy)
    notebook = nbformat.read(copy / request.param.name, as_version=4)
    resources = {"metadata": {"path": str(copy)}}
    return NotebookClient(notebook, timeout=CELL_SECONDS, resources=resources).execute()


def test_it_runs(executed: NotebookNode) -> None:
    """Every code cell was run, and none ended in an error."""
    assert [cell.id for cell in code(executed) if cell.source and not cell.execution_count] == []
    kinds = {output.output_type for cell in code(executed) for output in cell.outputs}
    assert "error" not in kinds


def test_widgets_can_be_read_without_a_kernel(executed: NotebookNode) -> None:
    """Each widget brings a picture and a text for viewers that cannot run it."""
    outputs = [o for cell in code(executed) for o in cell.outputs if WIDGET in o.get("data", {})]
    assert outputs
    for output in outputs:
        assert "<" in output.data.get("text/html", "")
        assert output.data.get("text/plain")
