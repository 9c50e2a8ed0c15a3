"""The pictures over time in a browser: both themes, by keyboard, on a narrow screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import views
from tests.browser.test_scheduling_views import show
from tests.frames.scaled import grown, rolled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def pictures() -> str:
    """A rollout that went wrong, an autoscaler, the capacity of its cluster."""
    told = [rolled().show("rollout", "deployment/shop"), grown().show("autoscaling", "hpa/shop"),
            grown().show("capacity")]  # fmt: skip
    return "".join(picture._repr_html_() for picture in told)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_from_axe(page: Page, pictures: str, theme: str) -> None:
    """Contrast, names, order: in both themes, with the numbers unfolded."""
    show(page, pictures, theme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert views.violations(page, "main") == []


def test_the_numbers_open_by_keyboard(page: Page, pictures: str) -> None:
    """Enter on the title unfolds what the curves say."""
    show(page, pictures, "light")
    title = page.locator("[data-kl='rollout'] summary")
    numbers = page.locator("[data-kl='rollout'] details table")
    expect(numbers).to_be_hidden()
    title.focus()
    page.keyboard.press("Enter")
    expect(numbers).to_be_visible()


def test_patterns_of_one_picture_are_its_own(page: Page, pictures: str) -> None:
    """Each id is there once, and each fill names one that is there."""
    show(page, pictures, "light")
    ids = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids)) > 0
    fills = page.eval_on_selector_all(
        "[fill^=url]", "all => all.map(one => one.getAttribute('fill'))"
    )
    assert {fill[5:-1] for fill in fills} <= set(ids)


def test_a_narrow_screen_scrolls_inside(page: Page, pictures: str) -> None:
    """The page itself does not become wider than the screen."""
    wide = views.narrow(page, lambda: show(page, pictures, "light"))
    assert wide <= views.NARROW


def test_text_stays_inside_the_picture(page: Page, pictures: str) -> None:
    """No label is cut off at an edge."""
    show(page, pictures, "light")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.kl-lanes > svg')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < frame.left - 1 || box.right > frame.right + 1;
            }).map(text => text.textContent);
        })"""
    )
    assert outside == []
