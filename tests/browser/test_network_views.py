"""The path of a request and failover in a browser: both themes, narrow, with and without motion."""

import pytest
from playwright.sync_api import Page, expect

import kubelearn as kl
from tests.browser import views
from tests.browser.test_scheduling_views import RUNNING, show
from tests.cloud.aws.edge import edge, name_of
from tests.frames.test_failover import lost
from tests.network.exposed import exposed

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOVED = "one => getComputedStyle(one).transform !== 'none'"


@pytest.fixture(scope="module")
def paths() -> str:
    """A request through an NLB, and one that is dropped."""
    cluster, other = edge(), exposed()
    calls = (
        (cluster, cluster.request(f"http://{name_of(cluster)}/cart")),
        (
            other,
            other.request("http://web:81/", client="pod/client"),
        ),
    )
    return "".join(world.show("path", call)._repr_html_() for world, call in calls)


@pytest.fixture(scope="module")
def failovers() -> str:
    """The same accident at one door, and at two."""
    both = kl.compare(lost("port"), lost("nlb"), names=("port", "nlb"), view="failover")
    return f"{lost('nlb').show('failover')._repr_html_()}{both._repr_html_()}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_from_axe(page: Page, paths: str, failovers: str, theme: str) -> None:
    """Contrast, names, order: with all numbers unfolded."""
    show(page, paths + failovers, theme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert views.violations(page, "main") == []


def test_a_narrow_screen_scrolls_inside(page: Page, paths: str, failovers: str) -> None:
    """The page itself does not become wider than the screen, and axe stays content."""
    found = []

    def shown() -> None:
        show(page, paths + failovers, "light")
        found.extend(views.violations(page, "main"))

    assert views.narrow(page, shown) <= views.NARROW
    assert found == []


def test_the_packet_moves_and_can_be_stopped(moving: Page, paths: str) -> None:
    """The box is on at first; taken off, all stands still; put on, it begins again."""
    show(moving, paths, "light")
    packet, box = moving.locator(".kl-packet").first, moving.get_by_role("checkbox").first
    expect(box).to_be_checked()
    assert packet.evaluate(MOVED)
    box.press("Space")
    assert not packet.evaluate(MOVED)
    box.press("Space")
    assert packet.evaluate(MOVED)


def test_nothing_moves_without_motion(page: Page, paths: str, failovers: str) -> None:
    """Nor is there anything to switch; the numbers of the hops are on the strip."""
    show(page, paths + failovers, "light")
    assert page.evaluate(RUNNING) == 0
    expect(page.get_by_role("checkbox").first).to_be_hidden()
    expect(page.locator(".kl-path svg").first).to_contain_text("1, 9")


def test_text_stays_inside_the_pictures(page: Page, paths: str, failovers: str) -> None:
    """No label is cut off at an edge."""
    show(page, paths + failovers, "light")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg[role=img] text')].filter(text => {
            const [inner, outer] = [text, text.ownerSVGElement].map(e => e.getBoundingClientRect());
            return inner.left < outer.left - 1 || inner.right > outer.right + 1;
        }).map(text => text.textContent)"""
    )
    assert outside == []
