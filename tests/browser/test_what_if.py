"""The sliders of "what if" in a real JupyterLab: by keyboard, the picture follows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import lab, views
from tests.browser.test_cluster_view import write_notebook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CELL = """from kubelearn.learn import what_if
from kubelearn.learn.edge_checks import CROSSING, DEPLOYED, with_balancers
cluster = with_balancers(5)
cluster.apply(DEPLOYED + CROSSING)
cluster.run("210s")
what_if(cluster, "service/shop", interval=(10, 5), targets=("instance", "ip"))"""


@pytest.fixture(scope="module")
def what_if_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab over a notebook with two sliders."""
    folder = tmp_path_factory.mktemp("what-if")
    write_notebook(folder / "what-if.ipynb", CELL)
    with lab.lab_server(folder) as base:
        yield base


@pytest.fixture(scope="module")
def sliders(page: Page, what_if_lab: str) -> Locator:
    """The view, drawn with its first choice."""
    lab.open_notebook(page, what_if_lab, "what-if.ipynb")
    assert lab.run_all(page) == []
    root = views.roots(page).first
    expect(root.get_by_role("slider")).to_have_count(2)
    expect(root.locator("figure")).to_be_visible()
    return root


def test_a_key_runs_another_scenario(page: Page, sliders: Locator) -> None:
    """Another picture, the slider says its value, and no cell is added or left."""
    cells = page.locator(".jp-Cell").count()
    before = sliders.locator("figcaption").inner_text()
    targets = sliders.get_by_role("slider", name="targets")
    targets.press("ArrowRight")
    expect(sliders.locator("figcaption")).not_to_have_text(before, timeout=20_000)
    expect(targets).to_have_attribute("aria-valuetext", "ip")
    expect(targets).to_be_focused()
    targets.press("b")
    assert page.locator(".jp-Cell").count() == cells


def test_going_back_shows_the_first_picture(sliders: Locator) -> None:
    """Nothing is left in the state line."""
    after = sliders.locator("figcaption").inner_text()
    sliders.get_by_role("slider", name="targets").press("ArrowLeft")
    expect(sliders.locator("figcaption")).not_to_have_text(after, timeout=20_000)
    expect(sliders.locator("[data-kl=state]")).to_have_text("")


@pytest.mark.parametrize("theme", [lab.LIGHT, lab.DARK], ids=["light", "dark"])
def test_it_reads_well(page: Page, sliders: Locator, theme: str) -> None:
    """Nothing serious from axe-core in both themes."""
    lab.set_theme(page, theme)
    expect(sliders).to_be_visible()
    assert views.violations(page) == []
