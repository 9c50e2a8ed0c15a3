"""The scheduler's pictures in a browser: by keyboard, in both themes, with and without motion."""

import pytest
from playwright.sync_api import Page, expect

from kubelearn.cluster import Cluster
from tests.browser import views

VIEWS = ("scores", "queue", "placement", "balance")
RUNNING = "() => document.getAnimations().length"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def pictures() -> str:
    """All views of a cluster with four pods that fit and one that does not."""
    cluster = Cluster(nodes=3, seed=1)
    container = {"name": "a", "image": "nginx", "resources": {"requests": {"cpu": "1"}}}
    for number in range(4):
        cluster.apply(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": f"web-{number}"},
                "spec": {"containers": [container]},
            }
        )
    cluster.run("10s")
    told = [cluster.show(name)._repr_html_() for name in VIEWS]
    return "".join(told)


def show(page: Page, pictures: str, theme: str) -> None:
    """The pictures on a page of a theme, as JupyterLab marks it."""
    is_light = "true" if theme == "light" else "false"
    ground = "#ffffff" if theme == "light" else "#111111"
    page.set_content(
        f'<html lang="en"><title>views</title><body style="background:{ground}" '
        f'data-jp-theme-light="{is_light}"><main>{pictures}</main></body></html>'
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_from_axe(page: Page, pictures: str, theme: str) -> None:
    """Contrast, names, order: in both themes, with all parts unfolded."""
    show(page, pictures, theme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert views.violations(page, "main") == []


def test_the_sums_open_by_keyboard(page: Page, pictures: str) -> None:
    """Enter on the title unfolds how each total comes about."""
    show(page, pictures, "light")
    title = page.get_by_text("How each total comes about")
    sums = page.locator("[data-kl='scores'] details ul")
    expect(sums).to_be_hidden()
    title.focus()
    page.keyboard.press("Enter")
    expect(sums).to_be_visible()


def test_pods_land_again_by_keyboard(moving: Page, pictures: str) -> None:
    """Closed and opened with Space the pods land once more."""
    show(moving, pictures, "light")
    expect(moving.locator(".kl-box")).to_have_count(4)
    moving.wait_for_function("() => document.getAnimations().length === 0")
    moving.locator("[data-kl='placement'] summary").focus()
    moving.keyboard.press("Space")
    expect(moving.locator(".kl-box").first).to_be_hidden()
    moving.keyboard.press("Space")
    moving.wait_for_function("() => document.getAnimations().length > 0")


def test_nothing_moves_for_those_who_want_none(page: Page, pictures: str) -> None:
    """With reduced motion all pods are there at once."""
    show(page, pictures, "light")
    assert page.evaluate(RUNNING) == 0
    expect(page.locator(".kl-box").last).to_be_visible()
