"""The live service graph in a real JupyterLab: it follows cells, plays, and looks back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import lab, views
from tests.browser.test_cluster_view import write_notebook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CELL = """from kubelearn.learn.mesh_checks import meshed, program, service
both = program("front", calls="http://back/"), program("back")
cluster = meshed(8, *both, service("front"), service("back"))
cluster.load("http://front/", rate=2, duration="5m", client="pod/client")
cluster.run("10s")
cluster.show("graph")"""


@pytest.fixture(scope="module")
def graph_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab over a notebook with the graph."""
    folder = tmp_path_factory.mktemp("graph")
    write_notebook(folder / "graph.ipynb", CELL)
    with lab.lab_server(folder) as base:
        yield base


@pytest.fixture(scope="module")
def graph(page: Page, graph_lab: str) -> Locator:
    """The graph, drawn."""
    lab.open_notebook(page, graph_lab, "graph.ipynb")
    assert lab.run_all(page) == []
    root = page.locator("[data-kl=live-picture]").first
    expect(root.locator("figure")).to_be_visible()
    return root


def counted(graph: Locator) -> str:
    """How often front was asked, as its box says."""
    return graph.locator("figure svg text", has_text="asked").first.text_content() or ""


def test_time_can_be_played(graph: Locator) -> None:
    """More requests come, and the picture counts them."""
    before = counted(graph)
    play = graph.locator("[data-kl=play]")
    play.click()
    expect(graph.locator("figure svg text", has_text="asked").first).not_to_have_text(before)
    play.click()
    expect(play).to_have_text("Play")


def test_the_past_can_be_looked_at(graph: Locator) -> None:
    """The first moment has no arrow; back to now, they are there again."""
    graph.locator("[data-kl=scrub]").press("Home")
    expect(graph.locator("figure svg")).to_have_count(0, timeout=20_000)
    graph.locator("[data-kl=now]").click()
    expect(graph.get_by_role("table")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("theme", [lab.LIGHT, lab.DARK], ids=["light", "dark"])
def test_it_reads_well(page: Page, graph: Locator, theme: str) -> None:
    """Nothing serious from axe-core in both themes."""
    lab.set_theme(page, theme)
    expect(graph).to_be_visible()
    assert views.violations(page) == []
