"""The service graph and a trace in a browser: both themes, narrow, with their numbers as text."""

import pytest
from playwright.sync_api import Page, expect

import kubelearn as kl
from tests.browser import views
from tests.browser.test_scheduling_views import show
from tests.frames.mesh_loads import canary_run, lost_zone, storm
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


# Pictures over time from the tries of proxies


@pytest.fixture(scope="module")
def over_time() -> str:
    """A canary, a lost zone, and a storm beside calm."""
    told = [
        canary_run().show("canary", "service/web"),
        canary_run().show("modes"),
        lost_zone().show("locality", "service/web"),
        kl.compare(storm(0), storm(2), ("once", "three times"), "retries"),
    ]
    return "".join(picture._repr_html_() for picture in told)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_in_pictures_over_time(page: Page, over_time: str, theme: str) -> None:
    """With all numbers unfolded."""
    show(page, over_time, theme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert views.violations(page, "main") == []


def test_pictures_over_time_scroll_inside(page: Page, over_time: str) -> None:
    """The page itself does not become wider than a narrow screen."""
    wide = views.narrow(page, lambda: show(page, over_time, "light"))
    assert wide <= views.NARROW


def test_no_label_is_cut_off(page: Page, over_time: str) -> None:
    """All text of a picture stands inside it."""
    show(page, over_time, "light")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg[role=img] text')].filter(text => {
            const [inner, outer] = [text, text.ownerSVGElement].map(e => e.getBoundingClientRect());
            return inner.left < outer.left - 1 || inner.right > outer.right + 1;
        }).map(text => text.textContent)"""
    )
    assert outside == []
