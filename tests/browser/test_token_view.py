"""How a gateway has judged a token, in a browser: both themes, and narrow."""

import pytest
from playwright.sync_api import Page

from kubelearn.api.jwt.issuer import Issuer
from tests.browser import views
from tests.browser.test_scheduling_views import show
from tests.frames.test_token import RULES
from tests.spring.shop import ROUTES, SECRET, ask, shop

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def pictures() -> str:
    """One that is admitted, one without the role, one that somebody else has signed."""
    cluster = shop(ROUTES + RULES)
    shown = []
    for secret, role in ((SECRET, "ADMIN"), (SECRET, "A"), (f"not {SECRET}", "ADMIN")):
        token = Issuer("login", "HS256", secret).token("eva", roles=[role])
        call = ask(cluster, headers={"Authorization": f"Bearer {token}"})
        shown.append(cluster.show("token", call)._repr_html_())
    return "".join(shown)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_from_axe(page: Page, pictures: str, theme: str) -> None:
    """Contrast, names, order."""
    show(page, pictures, theme)
    assert views.violations(page, "main") == []


def test_a_narrow_screen_scrolls_inside(page: Page, pictures: str) -> None:
    """The page itself does not become wider than the screen."""
    wide = views.narrow(page, lambda: show(page, pictures, "light"))
    assert wide <= views.NARROW
