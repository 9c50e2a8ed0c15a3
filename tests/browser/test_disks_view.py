"""The picture of claims and disks in a browser: in both themes, nothing cut off, nothing moves."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import views
from tests.frames.test_disks import freed, stuck

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def pictures() -> str:
    """A database that waits for its disk, and later, when it has it."""
    return "".join(make().show("disks")._repr_html_() for make in (stuck, freed))


def show(page: Page, pictures: str, theme: str) -> None:
    """The pictures on a page of a theme, as JupyterLab marks it."""
    is_light = "true" if theme == "light" else "false"
    ground = "#ffffff" if theme == "light" else "#111111"
    page.set_content(
        f'<html lang="en"><title>disks</title><body style="background:{ground}" '
        f'data-jp-theme-light="{is_light}"><main>{pictures}</main></body></html>'
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_from_axe(page: Page, pictures: str, theme: str) -> None:
    """Contrast, names, order: in both themes."""
    show(page, pictures, theme)
    assert views.violations(page, "main") == []


def test_the_disk_stands_inside_its_node(page: Page, pictures: str) -> None:
    """In the dead one first, in the other one later."""
    show(page, pictures, "light")
    hosts = page.locator(".kl-host", has=page.locator(".kl-disk"))
    expect(hosts).to_have_count(2)
    expect(hosts.nth(0)).to_contain_text("NotReady")
    expect(hosts.nth(1)).to_contain_text("/order/1, /order/2")
    expect(hosts.nth(1)).not_to_contain_text("NotReady")


def test_labels_are_where_they_belong(page: Page, pictures: str) -> None:
    """No text of the course over time sticks out of its picture."""
    show(page, pictures, "light")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.kl-tracks svg[role=img] text')].filter(text => {
            const [inner, outer] = [text, text.ownerSVGElement].map(e => e.getBoundingClientRect());
            return inner.left < outer.left - 1 || inner.right > outer.right + 1;
        }).map(text => text.textContent)"""
    )
    assert outside == []


def test_nothing_moves(page: Page, pictures: str) -> None:
    """The pictures are still for everybody."""
    show(page, pictures, "light")
    assert page.evaluate("() => document.getAnimations().length") == 0
