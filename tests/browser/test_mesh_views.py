"""The service graph and a trace in a browser: both themes, narrow, with their numbers as text."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import views
from tests.browser.test_scheduling_views import show
from tests.mesh.telemetry.watched import ask, telemetry, watched_mesh

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ALL = [{"providers": [{"name": "otel"}], "randomSamplingPercentage": 100}]


@pytest.fixture(scope="module")
def pictures() -> str:
    """A graph with errors, plain text and a Service without pods, and a trace."""
    cluster = watched_mesh()
    telemetry(cluster, tracing=ALL)
    cluster.load("http://front/", rate=2, duration="10s", client="pod/client")
    for url, client in (("sick", "client"), ("deaf", "client"), ("back", "plain")):
        ask(cluster, f"http://{url}/", client)
    cluster.kubectl("scale deployment/back --replicas=0")
    cluster.run("20s")
    call = ask(cluster, "http://front/")
    graph, trace = cluster.show("graph"), cluster.show("trace", call)
    return f"{graph._repr_html_()}{trace._repr_html_()}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_from_axe(page: Page, pictures: str, theme: str) -> None:
    """Contrast, names, order."""
    show(page, pictures, theme)
    assert views.violations(page, "main") == []


def test_a_narrow_screen_scrolls_inside(page: Page, pictures: str) -> None:
    """The page itself does not become wider than the screen."""
    wide = views.narrow(page, lambda: show(page, pictures, "light"))
    assert wide <= views.NARROW


def test_each_arrow_is_a_row_too(page: Page, pictures: str) -> None:
    """What a picture shows is there in words."""
    show(page, pictures, "light")
    graph = page.locator('[data-kl="graph"]')
    rows = graph.locator("tbody tr").count()
    expect(graph.locator("svg g")).to_have_count(rows)
    expect(graph.locator("svg text", has_text="100% errors").first).to_be_visible()
