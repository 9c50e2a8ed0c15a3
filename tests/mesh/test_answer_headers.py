"""Headers that proxies add to answers: CORS, redirects, and what a rule says."""

import pytest

from tests.mesh.telemetry.watched import ask, ruled, watched_mesh

SHOP = "http://shop.example.com"
CORS = {"allowOrigins": [{"exact": SHOP}], "allowMethods": ["GET", "POST"], "maxAge": "1h",
        "exposeHeaders": ["x-page"], "allowCredentials": True}  # fmt: skip
ALLOWED = {"access-control-allow-origin": SHOP, "access-control-allow-credentials": "true"}


@pytest.fixture
def cluster():
    """A copy for one test."""
    return watched_mesh()


def headers(call):
    """Of the answer."""
    return dict(call.state["response"])


def test_a_browser_learns_that_it_may_read_the_answer(cluster):
    """Only for an origin that is allowed."""
    ruled(cluster, "back", corsPolicy=CORS)
    call = ask(cluster, "http://back/", headers={"origin": SHOP})
    assert headers(call) == {**ALLOWED, "access-control-expose-headers": "x-page"}
    other = ask(cluster, "http://back/", headers={"origin": "http://evil.example.com"})
    assert (other.status, headers(other)) == (200, {})


def test_a_preflight_is_answered_by_the_proxy(cluster):
    """The program is not asked."""
    ruled(cluster, "back", corsPolicy=CORS)
    asked = {"origin": SHOP, "access-control-request-method": "POST"}
    call = ask(cluster, "http://back/", method="OPTIONS", headers=asked)
    assert call.status == 200
    assert "pod" not in [step.hop for step in call.trace]
    assert headers(call) == {
        **ALLOWED, "access-control-allow-methods": "GET,POST", "access-control-max-age": "3600",
        "access-control-expose-headers": "x-page",
    }  # fmt: skip


def test_a_redirect_says_where_to(cluster):
    """And a client that follows goes there."""
    ruled(cluster, "back", route=[], redirect={"authority": "front", "uri": "/new"})
    call = ask(cluster, "http://back/old")
    assert (call.status, headers(call)["location"]) == (301, "http://front/new")
    ruled(cluster, "back", route=[], redirect={"authority": "sick"})
    followed = cluster.request("http://back/", client="pod/client", follow=True)
    assert followed.url == "http://sick/"


def test_a_rule_adds_headers_to_answers(cluster):
    """Of its destination and its own."""
    to = [{"destination": {"host": "back"}, "headers": {"response": {"set": {"x-to": "back"}}}}]
    ruled(cluster, "back", route=to, headers={"response": {"add": {"x-rule": "one"}}})
    assert headers(ask(cluster, "http://back/")) == {"x-to": "back", "x-rule": "one"}
