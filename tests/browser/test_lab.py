"""The browser harness itself: it sees what is right, and it does not miss what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser import lab, views

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# A counter that the kernel keeps: only a round trip changes its picture.
COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    count = traitlets.Int(0).tag(sync=True)
    _esm = """export default { render({ model, el }) {
        el.innerHTML = `<div data-kl="counter"><p></p><button data-kl="step">Step</button>
            <input type="range" min="0" max="9" value="0" data-kl="scrub" aria-label="time"></div>`;
        const [root, text] = [el.firstChild, el.querySelector("p")];
        const draw = () => { text.textContent = `count ${model.get("count")}`; };
        root.addEventListener("keydown", event => event.stopPropagation());
        root.querySelector("button").onclick = () => model.send({ add: 1 });
        root.querySelector("input").oninput = event => model.send({ add: +event.target.value });
        model.on("change:count", draw);
        draw();
    } };"""

    def __init__(self):
        super().__init__()
        self.on_msg(lambda _, content, __: self.add(content["add"]))

    def add(self, amount):
        self.count += amount

counter = Counter()
counter
'''

BROKEN_WIDGET = """
import anywidget

class Broken(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.innerHTML = '<input type=range>'; } };"

Broken()
"""

SLOW_WIDGET = """
import anywidget

class Slow(anywidget.AnyWidget):
    _esm = \"\"\"export default { render({ el }) {
        el.innerHTML = '<div data-kl="slow"><button data-kl="play"></button></div>';
        setTimeout(() => { el.querySelector('button').textContent = 'Play'; }, 1500);
    } };\"\"\"

Slow()
"""


def write_notebook(path: Path, *sources: str) -> None:
    """A notebook with a heading and these code cells; without a kernel JupyterLab would ask."""
    cells = [new_markdown_cell("# Tiny"), *map(new_code_cell, sources)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)


@pytest.fixture(scope="module")
def tiny_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab over four small notebooks."""
    folder = tmp_path_factory.mktemp("tiny")
    write_notebook(folder / "counter.ipynb", "print(6 * 7)", COUNTER)
    write_notebook(folder / "error.ipynb", "1 + 1", "1 / 0", "print('not reached')")
    write_notebook(folder / "broken.ipynb", BROKEN_WIDGET)
    write_notebook(folder / "slow.ipynb", "1 + 1", SLOW_WIDGET)
    with lab.lab_server(folder) as base:
        yield base


def count(root: Locator) -> int:
    """What the counter shows."""
    return int(re.findall(r"count (\d+)", views.picture(root))[0])


@pytest.fixture(scope="module")
def counter(page: Page, tiny_lab: str) -> Page:
    """The counter's notebook, run."""
    lab.open_notebook(page, tiny_lab, "counter.ipynb")
    assert lab.run_all(page) == []
    return page


def test_widget_cells_are_found_and_drawn(counter: Page) -> None:
    """The one widget has one view in its cell."""
    assert lab.widget_cells(counter) == [2]
    assert views.roots(views.cell(counter, 2)).count() == 1


def test_a_button_changes_the_picture(counter: Page) -> None:
    """A click travels to the kernel and back."""
    root = views.roots(counter).first
    number, before = count(root), views.picture(root)
    views.control(root, "step").click()
    views.wait_for_change(counter, root, before)
    assert count(root) > number


def test_a_slider_is_moved_by_keys(counter: Page) -> None:
    """An arrow key moves the slider, not JupyterLab's cell selection."""
    root = views.roots(counter).first
    number, before = count(root), views.picture(root)
    views.slider(root).press("ArrowRight")
    views.wait_for_change(counter, root, before)
    expect(views.slider(root)).to_be_focused()
    assert count(root) > number


def test_a_control_does_not_count_as_a_change(counter: Page) -> None:
    """Only the picture counts: a control that merely looks different proves nothing."""
    root = views.roots(counter).first
    before = views.picture(root)
    views.control(root, "step").evaluate("button => { button.title = 'pressed'; }")
    with pytest.raises(PlaywrightTimeout):
        views.wait_for_change(counter, root, before, patience=0.5)


def test_the_kernel_can_be_asked(counter: Page) -> None:
    """Code beside the cells sees their names; its errors come back as text."""
    assert lab.ask_kernel(counter, "print(type(counter).__name__)") == lab.Answer("Counter\n", None)
    assert lab.ask_kernel(counter, "counter.nothing").error.startswith("AttributeError")


def test_named_controls_are_no_violation(counter: Page) -> None:
    """The counter names its controls, so axe-core finds nothing serious."""
    assert views.violations(counter) == []


def test_a_screenshot_shows_both_themes(counter: Page, tmp_path: Path) -> None:
    """The dark picture differs from the light one."""
    views.screenshot(counter, tmp_path / "light.png")
    lab.set_theme(counter, lab.DARK)
    views.screenshot(counter, tmp_path / "dark.png")
    lab.set_theme(counter, lab.LIGHT)
    assert (tmp_path / "light.png").read_bytes() != (tmp_path / "dark.png").read_bytes()


def test_a_screenshot_waits_until_views_are_drawn(
    page: Page, tiny_lab: str, tmp_path: Path
) -> None:
    """A view that is there and not drawn yet would be missing in the picture."""
    lab.open_notebook(page, tiny_lab, "slow.ipynb")
    assert lab.run_all(page) == []
    root = views.roots(page).first
    root.wait_for()
    assert root.text_content() == ""
    views.screenshot(page, tmp_path / "slow.png")
    assert root.text_content() == "Play"


def test_errors_are_read_from_the_cells(page: Page, tiny_lab: str) -> None:
    """A failing cell is reported with its index, and the run stops there."""
    lab.open_notebook(page, tiny_lab, "error.ipynb")
    assert lab.run_all(page) == [lab.CellError(2, "ZeroDivisionError", "division by zero")]


def test_an_unnamed_slider_is_a_violation(page: Page, tiny_lab: str) -> None:
    """axe-core runs on the outputs and names what is wrong."""
    lab.open_notebook(page, tiny_lab, "broken.ipynb")
    assert lab.run_all(page) == []
    page.locator(f"{views.OUTPUT} input").wait_for()
    assert {violation.rule for violation in views.violations(page)} >= {"label"}
