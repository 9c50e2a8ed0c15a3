"""How a gateway has judged a token, as data, HTML and text."""

import pytest

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.frames import token
from kubelearn.frames.html import token_html
from kubelearn.frames.text import token_text
from kubelearn.spring.security import DECODING
from tests.spring.shop import ROUTES, SECRET, ask, shop

RULES = """
gateway.security:
  secret: ${JWT_SECRET}
  roles-claim: roles
  rules:
  - {path: /orders/open, access: permitAll}
  - {path: /orders/**, access: hasRole('ADMIN')}
  - {path: /**, access: authenticated}
"""
LOGIN = Issuer("login", "HS256", SECRET)


def shown(given: str | None = None, path: str = "/orders/7"):
    """The frame of a request with a token."""
    cluster = shop(ROUTES + RULES)
    headers = {} if given is None else {"Authorization": f"Bearer {given}"}
    return token(cluster, ask(cluster, path, headers=headers))


HEADER = "Invalid unsecured/JWS/JWE header: Invalid JSON object"
CASES = [
    (None, 401, ["no", "hasRole('ADMIN')"], [False, False]),
    (LOGIN.token("eva", roles=["A"]), 403,
     ["yes", "its signature and its times are good", "ROLE_A", "hasRole('ADMIN')"],
     [True, True, True, False]),
    (LOGIN.token("ada", roles=["ADMIN"]), 0,
     ["yes", "its signature and its times are good", "ROLE_ADMIN", "hasRole('ADMIN')"],
     [True, True, True, True]),
    ("x.y.z", 401, ["yes", f"{DECODING}{HEADER}"], [True, False]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "status", "found", "good"), CASES)
def test_the_questions_of_the_gateway(given, status, found, good):
    """As far as it has come, and the status that follows."""
    frame = shown(given)
    assert status == frame["status"]
    assert found == [row["found"] for row in frame["checks"]]
    assert good == [row["good"] for row in frame["checks"]]


def test_the_first_rule_that_fits():
    """Others fit too and come too late."""
    frame = shown(LOGIN.token("eva"))
    assert [(row["fits"], row["decides"]) for row in frame["rules"]] == [
        (False, False), (True, True), (True, False)]  # fmt: skip


def test_everybody_can_read_a_token():
    """Also one that somebody else has signed, or that is garbage."""
    parts = shown(Issuer("login", "HS256", f"not {SECRET}").token("eva", roles=["ADMIN"]))["parts"]
    assert [row["name"] for row in parts] == ["header", "claims", "signature"]
    assert '"roles": ["ADMIN"]' in parts[1]["says"]
    assert [row["says"] for row in shown("x.y.z")["parts"]][:2] == ["no JSON", "no JSON"]


def test_a_header_that_is_no_token():
    """There is something, and it has no parts."""
    frame = shown("with blanks")
    assert (frame["parts"], frame["checks"][1]["found"]) == ([], "Bearer token is malformed")


def test_words():
    """HTML and text say the same."""
    frame = shown(LOGIN.token("eva", roles=["<A>"]))
    html, text = token_html(frame), token_text(frame)
    assert html.count("<tr>") + html.count('<tr class="kl-chosen">') == 13
    assert "ROLE_&lt;A&gt;" in html
    assert "rule /orders/**: hasRole('ADMIN') (decides)" in text
    assert "403 WWW-Authenticate: Bearer error=" in text


def test_nothing_to_show():
    """Without a request, without a gateway, without rules, and after a restart."""
    cluster = shop(ROUTES + RULES)
    assert "No request to show" in token_text(token(cluster))
    direct = cluster.request("http://orders/", client="pod/client")
    assert token_text(token(cluster, direct)).startswith("No Spring Cloud Gateway")
    assert token_html(token(shop(), ask(shop()))).count("<table") == 0
    call = ask(cluster)
    cluster.rollout("restart", "deployment/gateway")
    cluster.run("60s")
    assert not token(cluster, call)["checks"]


def test_show():
    """The view by its name."""
    cluster = shop(ROUTES + RULES)
    assert "Is there a token? no" in repr(cluster.show("token", ask(cluster)))
