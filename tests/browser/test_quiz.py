"""The quiz in a real JupyterLab: answered by keys, judged without the kernel."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import lab, views
from tests.browser.test_cluster_view import write_notebook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUIZ = 'import kubelearn as kl\nlesson = kl.lesson("00")\nlesson.quiz()'


@pytest.fixture(scope="module")
def quiz_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab over a notebook with the quiz of lesson 00."""
    folder = tmp_path_factory.mktemp("quiz")
    write_notebook(folder / "quiz.ipynb", QUIZ)
    with lab.lab_server(folder) as base:
        yield base


@pytest.fixture(scope="module")
def quiz(page: Page, quiz_lab: str) -> Locator:
    """The quiz, drawn."""
    lab.open_notebook(page, quiz_lab, "quiz.ipynb")
    assert lab.run_all(page) == []
    root = views.roots(page).first
    expect(views.control(root, "score")).to_have_text("0 of 4 right")
    return root


def question(root: Locator, number: int) -> Locator:
    """One question, counted from 1."""
    return root.locator("[data-kl=question]").nth(number - 1)


def heard(page: Page, wanted: str) -> str:
    """What the kernel says of the lesson, once it has heard; at most 50 times asked.

    Answers of widgets come through another thread of the kernel than our question, which may
    overtake them.
    """
    for _ in range(50):
        told = lab.ask_kernel(page, "print(lesson)").text
        if wanted in told:
            break
        page.wait_for_timeout(100)
    return told


def test_nothing_chosen_is_said(quiz: Locator) -> None:
    """A check without a choice explains what to do."""
    question(quiz, 1).locator("[data-kl=check]").click()
    expect(question(quiz, 1).locator("[data-kl=feedback]")).to_have_text("Choose an answer first.")


def test_a_question_is_answered_by_keys(quiz: Locator, page: Page) -> None:
    """Arrows choose, Enter checks, the reason appears, and the kernel hears of it."""
    cells = page.locator(".jp-Cell").count()
    option = question(quiz, 1).locator("[data-kl=option]").first
    option.focus()
    option.press("ArrowDown")
    page.keyboard.press("Enter")
    feedback = question(quiz, 1).locator("[data-kl=feedback]")
    expect(feedback).to_contain_text("✗ not quite: Nothing is started by the call itself")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(feedback).to_contain_text("✓ right: Yes")
    expect(views.control(quiz, "score")).to_have_text("1 of 4 right")
    assert page.locator(".jp-Cell").count() == cells
    assert "Quiz: 1 of 4 right" in heard(page, "Quiz: 1 of 4 right")


@pytest.mark.parametrize("theme", [lab.LIGHT, lab.DARK], ids=["light", "dark"])
def test_it_reads_well(quiz: Locator, page: Page, theme: str, screenshots: Path) -> None:
    """In both themes: a picture, and nothing serious from axe-core."""
    lab.set_theme(page, theme)
    page.wait_for_timeout(800)  # the host swaps its style sheets after it changed its attributes
    screenshots.mkdir(parents=True, exist_ok=True)
    quiz.screenshot(path=screenshots / f"quiz-{theme.split()[-1].lower()}.png")
    assert views.violations(page) == []
    lab.set_theme(page, lab.LIGHT)


def test_it_goes_on_without_a_kernel(quiz: Locator, page: Page) -> None:
    """The answers are in the page."""
    lab.shut_down_kernel(page)
    question(quiz, 2).locator("[data-kl=option]").nth(2).check()
    question(quiz, 2).locator("[data-kl=check]").click()
    expect(question(quiz, 2).locator("[data-kl=feedback]")).to_contain_text("✓ right")
