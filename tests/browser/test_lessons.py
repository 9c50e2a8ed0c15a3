"""Each lesson in a real JupyterLab: it runs, its views are drawn and answer to keys and clicks.

A lesson is opened and run once; the tests of this file then look at it in the order written here.
With --full every view of a lesson is operated, otherwise its last one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import lab, views

LESSONS = sorted(path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass(frozen=True)
class Lesson:
    """A lesson after "run all cells": its name, its page, what went wrong in cells and scripts."""

    name: str
    page: Page
    cell_errors: list[lab.CellError]
    script_errors: list[str]


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request: pytest.FixtureRequest, browser: Browser, lab_url: str) -> Iterator[Lesson]:
    """The lesson, opened and run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    script_errors: list[str] = []
    page.on("pageerror", lambda error: script_errors.append(str(error)))
    lab.open_notebook(page, lab_url, request.param)
    yield Lesson(request.param.removesuffix(".ipynb"), page, lab.run_all(page), script_errors)
    lab.shut_down_kernel(page)
    context.close()


def drawn_views(lesson: Lesson) -> Iterator[tuple[int, Locator]]:
    """The views of a lesson with the index of their cell, each scrolled to and visible."""
    for index in lab.widget_cells(lesson.page):
        lab.reveal_cell(lesson.page, index)
        for root in views.roots(views.cell(lesson.page, index)).all():
            root.scroll_into_view_if_needed()
            yield index, root


def operated_views(lesson: Lesson, full: bool, control: str) -> Iterator[Locator]:
    """The views to operate: those that have the control; only the last one in a short run."""
    found = [pair for pair in drawn_views(lesson) if views.control(pair[1], control).count()]
    assert found, f"no view of {lesson.name} has a control {control!r}"
    for index, root in found if full else found[-1:]:
        # A mouse button pressed in another cell than the active one makes JupyterLab move the
        # page, and the button is let go beside the control.
        lab.reveal_cell(lesson.page, index)
        root.scroll_into_view_if_needed()
        views.wait_until_drawn(lesson.page)
        yield root


@pytest.fixture(scope="session")
def full(pytestconfig: pytest.Config) -> bool:
    """Whether this is the long run."""
    return bool(pytestconfig.getoption("--full"))


def test_all_cells_run(lesson: Lesson) -> None:
    """No cell ends in an error."""
    assert lesson.cell_errors == []


def test_every_widget_is_drawn(lesson: Lesson) -> None:
    """Each cell with a widget in its output shows at least one view with something in it."""
    indices = lab.widget_cells(lesson.page)
    assert indices
    for index in indices:
        lab.reveal_cell(lesson.page, index)
        root = views.roots(views.cell(lesson.page, index)).first
        expect(root).to_be_visible(timeout=20_000)
        expect(root).not_to_be_empty()


def test_a_button_steps_through_time(lesson: Lesson, full: bool) -> None:
    """A click on "step" changes the picture."""
    for root in operated_views(lesson, full, "step"):
        before = views.picture(root)
        views.control(root, "step").click()
        views.wait_for_change(lesson.page, root, before)


def test_the_time_slider_takes_keys(lesson: Lesson, full: bool) -> None:
    """An arrow key on the time slider shows another moment, and no cell is added or left."""
    cells = lesson.page.locator(".jp-Cell").count()
    for root in operated_views(lesson, full, "scrub"):
        before = views.picture(root)
        views.slider(root).press("ArrowLeft")
        views.wait_for_change(lesson.page, root, before)
        expect(views.slider(root)).to_be_focused()
    assert lesson.page.locator(".jp-Cell").count() == cells


def test_play_and_pause(lesson: Lesson, full: bool) -> None:
    """Time runs after a click on "play" and stops after another."""
    for root in operated_views(lesson, full, "play"):
        play = views.control(root, "play")
        expect(play).to_have_text("Play")
        before = views.picture(root)
        play.click()
        expect(play).to_have_text("Pause")
        views.wait_for_change(lesson.page, root, before)
        play.click()
        expect(play).to_have_text("Play")


@pytest.mark.parametrize("theme", [lab.LIGHT, lab.DARK], ids=["light", "dark"])
def test_it_reads_well(lesson: Lesson, theme: str, screenshots: Path) -> None:
    """In both themes: a picture for the reader of the run, and nothing serious from axe-core."""
    lab.set_theme(lesson.page, theme)
    views.screenshot(lesson.page, screenshots / f"{lesson.name}-{theme.split()[-1].lower()}.png")
    found = views.violations(lesson.page)
    lab.set_theme(lesson.page, lab.LIGHT)
    assert found == []


def test_no_script_failed(lesson: Lesson) -> None:
    """No uncaught error in the page from opening to here."""
    assert lesson.script_errors == []
