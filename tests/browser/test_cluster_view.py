"""The cluster view in a real JupyterLab: drawn, played, searched, operated by keys, lost."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from tests.browser import lab, views

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CLUSTER = """
from kubelearn.cluster import Cluster
cluster = Cluster(nodes=3, zones=3, seed=7)
answer = cluster.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
    "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}}})
"""
SHOW = "cluster.show()"
COMPARE = """
import kubelearn as kl
cluster.run("20s")
twin = cluster.fork()
twin.fail.node("worker-2")
cluster.run("60s"), twin.run("60s")
kl.compare(cluster, twin, ("calm", "worker-2 fails"))
"""
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write_notebook(path: Path, *sources: str) -> None:
    """A notebook with a heading and these code cells."""
    cells = [new_markdown_cell("# View"), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


@pytest.fixture(scope="module")
def view_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A JupyterLab over two notebooks with views."""
    folder = tmp_path_factory.mktemp("views")
    write_notebook(folder / "show.ipynb", CLUSTER, SHOW)
    write_notebook(folder / "compare.ipynb", CLUSTER, COMPARE)
    with lab.lab_server(folder) as base:
        yield base


@pytest.fixture
def view(page: Page, view_lab: str) -> Iterator[Locator]:
    """The view of a cluster to which a Deployment was just applied."""
    lab.open_notebook(page, view_lab, "show.ipynb")
    assert lab.run_all(page) == []
    root = views.roots(page).first
    expect(root.locator("[data-kl=node]").first).to_be_visible()
    yield root
    lab.shut_down_kernel(page)


def named(view: Locator, name: str) -> Locator:
    """A part by its hook."""
    return view.locator(f"[data-kl='{name}']")


def test_it_is_drawn(view: Locator) -> None:
    """Every node and pod, and the sentence."""
    expect(named(view, "node")).to_have_count(4)
    expect(named(view, "pod")).to_have_count(10)
    expect(named(view, "summary")).to_contain_text("4 of 4 nodes ready; 10 pods: 10 running")


def test_play_and_pause(view: Locator) -> None:
    """Time runs until the Deployment is ready, then stands still."""
    view.get_by_label("Speed").select_option("10")
    named(view, "play").click()
    expect(view.get_by_role("button", name="Deployment web: 3 of 3 ready")).to_be_visible(
        timeout=20_000
    )
    expect(named(view, "play")).to_have_text("Pause")
    named(view, "play").click()
    expect(named(view, "play")).to_have_text("Play")


def test_what_a_cell_does_is_shown(page: Page, view: Locator) -> None:
    """Within a heartbeat."""
    assert lab.ask_kernel(page, "cluster.run('30s')").error is None
    expect(named(view, "time")).to_have_text("30s", timeout=5_000)


def test_looking_back_by_keys_and_going_on(page: Page, view: Locator) -> None:
    """An arrow goes to the change before; the past can become the present."""
    lab.ask_kernel(page, "cluster.run('30s')")
    expect(named(view, "time")).to_have_text("30s", timeout=5_000)
    views.slider(view).press("ArrowLeft")
    expect(view.get_by_text("Looking back at")).to_be_visible()
    moment = named(view, "time").text_content()
    view.get_by_role("button", name="Go on from here").click()
    expect(view.get_by_text("Looking back at")).to_be_hidden()
    assert moment == named(view, "time").text_content()
    assert lab.ask_kernel(page, "print(cluster.time < 30)").text == "True\n"


def test_pods_by_keys(page: Page, view: Locator) -> None:
    """Arrows move, Enter opens, Escape closes; JupyterLab takes none of the keys."""
    cells = page.locator(".jp-Cell").count()
    named(view, "pod").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("b")
    name = page.evaluate("document.activeElement.dataset.key")
    page.keyboard.press("Enter")
    expect(view.locator(".kl-detail-title")).to_contain_text(name.split("/")[-1])
    view.get_by_role("tab", name="YAML").click()
    expect(view.get_by_role("tabpanel")).to_contain_text("kind:")
    page.keyboard.press("Escape")
    expect(view.locator(".kl-detail-title")).to_be_hidden()
    assert cells == page.locator(".jp-Cell").count()


def test_what_decides_is_in_sight(page: Page, view: Locator) -> None:
    """Beside the node's name stands its total, though the decision gives it last."""
    assert lab.ask_kernel(page, "cluster.run('20s')").error is None
    view.locator("[data-kl=pod][data-key*='web']").first.click()
    view.get_by_role("tab", name="Why").click()
    heads = view.get_by_role("region", name="Table of reasons").get_by_role("columnheader")
    expect(heads.nth(0)).to_have_text("node")
    expect(heads.nth(1)).to_have_text("total")


def test_the_table(view: Locator) -> None:
    """The same pods in kubectl's columns."""
    view.get_by_role("button", name="Table").click()
    expect(view.locator("tbody tr")).to_have_count(10)
    expect(view.get_by_role("columnheader")).to_have_text(
        ["Namespace", "Name", "Ready", "Status", "Restarts", "Age", "IP", "Node"]
    )


def test_a_lost_kernel_is_said(page: Page, view: Locator) -> None:
    """Within five seconds."""
    lab.shut_down_kernel(page)
    expect(view.get_by_role("alert")).to_contain_text("Kernel lost", timeout=5_000)


@pytest.mark.parametrize("theme", [lab.LIGHT, lab.DARK])
@pytest.mark.parametrize("width", [1280, 640])
def test_it_is_accessible(
    page: Page, view: Locator, screenshots: Path, theme: str, width: int
) -> None:
    """Axe finds nothing serious in either theme, wide or narrow."""
    lab.set_theme(page, theme)
    page.set_viewport_size({"width": width, "height": 1200})
    named(view, "step").click()
    named(view, "pod").first.click()
    expect(view.locator(".kl-detail-title")).to_be_visible()
    expect(view).to_have_attribute("data-theme", "dark" if theme == lab.DARK else "light")
    views.screenshot(page, screenshots / f"cluster-view-{theme.split()[-1].lower()}-{width}.png")
    assert views.violations(page) == []


def test_compare(page: Page, view_lab: str, screenshots: Path) -> None:
    """Two boards under one time control; what differs is marked on both."""
    page.set_viewport_size({"width": 1280, "height": 900})
    lab.open_notebook(page, view_lab, "compare.ipynb")
    lab.set_theme(page, lab.LIGHT)
    assert lab.run_all(page) == []
    root = views.roots(page).first
    expect(root.locator("section.kl-differs[data-key='node/worker-2']")).to_have_count(2)
    expect(named(root, "scrub")).to_have_count(1)
    expect(named(root, "summary")).to_contain_text("things differ")
    views.screenshot(page, screenshots / "compare.png")
    assert views.violations(page) == []
    lab.shut_down_kernel(page)
