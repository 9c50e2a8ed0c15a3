"""Finds kubelearn's widgets in a page by their `data-kl` hooks, operates and judges them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

from playwright.sync_api import Locator, Page

from tests.browser import lab

OUTPUT = ".jp-Cell-outputArea"
NARROW = 420
"""Pixels of a narrow screen."""
SCREEN = 900
"""Pixels by which a window grows until nothing is left out."""
# What the front end changes by itself; the rest changes only when the kernel has answered.
CONTROLS = ("play", "step", "speed", "time", "go-on", "now", "table", "scrub")

# A view without its controls: what remains changes only if the picture or its text does.
PICTURE = """(root, controls) => {
    const copy = root.cloneNode(true);
    for (const name of controls)
        copy.querySelectorAll(`[data-kl="${name}"]`).forEach(control => control.remove());
    return copy.innerHTML;
}"""

PICTURE_DIFFERS = f"([root, before, controls]) => ({PICTURE})(root, controls) !== before"

# JupyterLab leaves out cells that are far from the screen; those have no height yet.
PAGE_HEIGHT = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .reduce((sum, cell) => sum + cell.node.offsetHeight, 160)"""
ALL_CELLS_ARE_THERE = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .every(cell => cell.node.isConnected)"""

# After a change of theme or size the front end lays its cells out anew, a moment later.
IS_LAID_OUT = """() => {
    const all = window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.node);
    const there = all.filter(node => node.isConnected && node.offsetHeight > 0);
    const ends = there.map(node => node.getBoundingClientRect().bottom);
    return there.length > 0 && (
        all.every(node => node.isConnected) || Math.max(...ends) >= innerHeight - 50);
}"""

# A view stands in the page before it is drawn; its button "play" gets its word with the picture.
IS_DRAWN = """root => root.textContent.trim() !== ''
    && [...root.querySelectorAll('[data-kl="play"]')].every(play => play.textContent !== '')"""
ON_SCREEN_ARE_DRAWN = f"""indices => indices.map(
    index => window.jupyterapp.shell.currentWidget.content.widgets[index].node
).filter(node => node.isConnected && node.getBoundingClientRect().top < innerHeight
).every(node => {{
    const views = [...node.querySelectorAll('[data-kl]')].filter(
        view => !view.parentElement.closest('[data-kl]'));
    return views.length > 0 && views.every({IS_DRAWN});
}})"""

RUN_AXE = """async selector => (await axe.run(selector, {resultTypes: ['violations']})).violations
    .flatMap(rule => rule.nodes.map(
        node => ({rule: rule.id, impact: rule.impact, html: node.html, help: rule.help})))"""


@dataclass(frozen=True)
class Violation:
    """One element that breaks an accessibility rule of axe-core."""

    rule: str
    impact: str
    html: str
    help: str


def cell(page: Page, index: int) -> Locator:
    """The cell with this index, counted over all cells from 0."""
    return page.locator(f".jp-Cell[data-windowed-list-index='{index}']")


def roots(scope: Page | Locator) -> Locator:
    """The outermost hooked elements: one for each view."""
    return scope.locator("xpath=.//*[@data-kl][not(ancestor::*[@data-kl])]")


def control(root: Locator, name: str) -> Locator:
    """A view's control by its hook, such as "play", "step" or "scrub"."""
    return root.locator(f"[data-kl='{name}']").first


def picture(root: Locator) -> str:
    """The view's content without its controls, as HTML."""
    return cast("str", root.evaluate(PICTURE, list(CONTROLS)))


def wait_for_change(page: Page, root: Locator, before: str, patience: float = 20) -> None:
    """Waits until the view's picture differs from `before`; raises TimeoutError if it does not."""
    page.wait_for_function(
        PICTURE_DIFFERS,
        arg=[root.element_handle(), before, list(CONTROLS)],
        timeout=patience * 1000,
    )


def slider(root: Locator) -> Locator:
    """The element of a scrub control that takes the keys."""
    return (
        control(root, "scrub")
        .locator("xpath=descendant-or-self::*")
        .and_(root.page.get_by_role("slider"))
    )


def screenshot(page: Page, path: Path, limit: int = 12_000) -> None:
    """Photographs the whole notebook by making the window as high as it is, up to a limit."""
    before = page.viewport_size or {"width": 1280, "height": 720}
    lab.reveal_cell(page, 0)
    page.wait_for_function(IS_LAID_OUT)
    height = 0
    while height < (wanted := min(_height(page, height), limit)):
        height = wanted
        page.set_viewport_size({"width": before["width"], "height": height})
        page.wait_for_function(IS_LAID_OUT)
        wait_until_drawn(page)
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    page.set_viewport_size(before)


def _height(page: Page, height: int) -> int:
    """How high the notebook is, or higher than now while cells are left out."""
    least = 0 if page.evaluate(ALL_CELLS_ARE_THERE) else height + SCREEN
    return max(int(page.evaluate(PAGE_HEIGHT)), least)


def wait_until_drawn(page: Page, patience: float = 20) -> None:
    """Waits until each view that is on the screen has its picture and its buttons their words."""
    cells = lab.widget_cells(page)
    page.wait_for_function(ON_SCREEN_ARE_DRAWN, arg=cells, timeout=patience * 1000)


def narrow(page: Page, show: Callable[[], object]) -> int:
    """How wide a page becomes that is shown on a narrow screen, which it is then given back."""
    page.set_viewport_size({"width": NARROW, "height": 800})
    show()
    wide = int(page.evaluate("document.documentElement.scrollWidth"))
    page.set_viewport_size({"width": 1280, "height": 900})
    return wide


def violations(page: Page, selector: str = OUTPUT) -> list[Violation]:
    """What axe-core calls serious or critical in the elements that the selector names."""
    page.add_script_tag(path=str(files("axe_playwright_python") / "axe.min.js"))
    found = [Violation(**row) for row in page.evaluate(RUN_AXE, selector)]
    return [violation for violation in found if violation.impact in {"serious", "critical"}]
