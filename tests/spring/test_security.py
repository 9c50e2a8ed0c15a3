"""Tokens and roles at a gateway, as Spring Security judges them."""

import pytest

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.api.times import EPOCH
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import read
from kubelearn.spring.gateway.exchange import Exchange
from kubelearn.spring.security import Security, security_of

SECRET = "a secret of at least thirty-two bytes"
SHOP = Issuer("shop", "HS256", SECRET)
NOW = int(EPOCH.timestamp())
RULES = """
gateway.security:
  secret: a secret of at least thirty-two bytes
  roles-claim: roles
  rules:
  - {path: /open/**, access: permitAll}
  - {path: /admin/**, access: hasRole('ADMIN')}
  - {path: /staff/**, access: "hasAnyRole('ADMIN', 'CLERK')"}
  - {path: /own/**, access: authenticated}
  - {path: /shut/**, access: denyAll}
"""


def security(text: str = RULES) -> Security:
    """The security that an application.yaml makes."""
    found = security_of(read({"/app/config/application.yaml": text}, {}))
    assert found is not None
    return found


def check(path: str, token: str | None, now: int = NOW, text: str = RULES):
    """What becomes of a request with a token."""
    headers = () if token is None else (("authorization", f"Bearer {token}"),)
    return security(text).check(Exchange(path=path, headers=headers), now)


ADMIN, CLERK = SHOP.token("eva", roles=["ADMIN"]), SHOP.token("bob", roles=["CLERK"])
ADMITTED = [
    ("/open/1", None, 0), ("/admin/1", None, 401), ("/own/1", None, 401), ("/shut/1", None, 401),
    ("/else", None, 401), ("/open/1", CLERK, 0), ("/admin/1", ADMIN, 0), ("/admin/1", CLERK, 403),
    ("/staff/1", CLERK, 0), ("/own/1", CLERK, 0), ("/shut/1", ADMIN, 403), ("/else", ADMIN, 403),
]  # fmt: skip


@pytest.mark.parametrize(("path", "token", "status"), ADMITTED)
def test_who_may_ask(path, token, status):
    """The first rule that fits decides; nobody is told 401, somebody without the role 403."""
    assert check(path, token).status == status


def test_without_a_token():
    """The challenge says only that a token is wanted."""
    assert check("/own/1", None).authenticate == "Bearer"


def test_without_the_role():
    """RFC 6750's word, and Spring's sentence."""
    said = check("/admin/1", CLERK).authenticate
    assert said.startswith('Bearer error="insufficient_scope", error_description="The request ')


HEADER = Issuer("x", "HS256", SECRET).token("eva").partition(".")[0]
NONE = "eyJhbGciOiJub25lIn0.e30."
DECODING = "An error occurred while attempting to decode the Jwt: "
OTHER = Issuer("shop", "HS256", "another secret that is long enough")
BAD = [
    (OTHER.token("eva"), "Failed to validate the token"),
    (SHOP.token("eva", exp=-61), "Jwt expired at 2025-12-31T23:58:59Z"),
    (SHOP.token("eva", nbf=61), "Jwt used before 2026-01-01T00:01:01Z"),
    (NONE, "Unsupported algorithm of none"),
    ("x", f"{DECODING}Invalid JWT serialization: Missing dot delimiter(s)"),
    ("e30.e30.x", "Invalid token"),
    (".b.c", f"{DECODING}Invalid unsecured/JWS/JWE header: Invalid JSON object"),
    ("a.b.c", f"{DECODING}Invalid unsecured/JWS/JWE header: Invalid JSON object"),
    (f"{HEADER}.e30", f"{DECODING}Unexpected number of Base64URL parts, must be three"),
    ("with blanks", "Bearer token is malformed"),
]


@pytest.mark.parametrize(("token", "word"), BAD)
def test_bad_tokens(token, word):
    """401 even where everybody may ask, with the reason in the challenge."""
    found = check("/open/1", token)
    assert found.status == 401
    assert found.authenticate.startswith(
        f'Bearer error="invalid_token", error_description="{word}"'
    )


def test_clocks_may_differ_by_a_minute():
    """Sixty seconds each way."""
    assert check("/own/1", SHOP.token("eva", exp=-60)).status == 0
    assert check("/own/1", SHOP.token("eva", nbf=60)).status == 0


def test_another_algorithm_is_refused():
    """The header's word is not believed: the secret checks HS256 only."""
    assert check("/own/1", Issuer("shop", "ES256").token("eva")).status == 401


def test_scopes_count_where_no_claim_is_named():
    """`scope` is a text with blanks, and its authorities begin with SCOPE_."""
    rule = "  - {path: /admin/**, access: \"hasAuthority('SCOPE_write')\"}\n"
    text = RULES.replace("  roles-claim: roles\n", "").partition("  - ")[0] + rule
    assert check("/admin/1", SHOP.token("eva", scope="read write"), text=text).status == 0
    assert check("/admin/1", SHOP.token("eva", roles=["ADMIN"]), text=text).status == 403


def test_a_short_secret():
    """HS256 needs 256 bits."""
    with pytest.raises(StartFailure, match="at least 256 bits"):
        security(RULES.replace("a secret of at least thirty-two bytes", "short"))


@pytest.mark.parametrize("access", ["hasRole", "permitAll('X')", "isAdmin('X')", "'hasRole(A'"])
def test_a_rule_that_says_nothing(access):
    """It is told what can be written."""
    with pytest.raises(StartFailure) as failure:
        security(RULES.replace("permitAll", access))
    assert any("hasRole(...)" in line for line in failure.value.lines)


def test_no_security_at_all():
    """Without the property nobody is asked for a token."""
    assert security_of(read({}, {})) is None
