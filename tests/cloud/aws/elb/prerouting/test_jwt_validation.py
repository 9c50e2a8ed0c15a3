"""Tokens that an ALB checks."""

import json

import pytest

import kubelearn as kl
from tests.cloud.aws.edge import refusals
from tests.cloud.aws.elb.prerouting.secure import AUTH, URL, secure, told

JWKS = "https://auth.example.com/jwks.json"


def config(*claims, **more):
    """The annotation."""
    listed = [dict(zip(("name", "format", "values"), one, strict=True)) for one in claims]
    given = {"issuer": AUTH.name, "jwksEndpoint": JWKS, "additionalClaims": listed, **more}
    return json.dumps(given)


CLAIMS = (
    ("role", "single-string", ["admin"]),
    ("groups", "string-array", ["staff"]),
    ("scope", "space-separated-values", ["write"]),
)
GOOD = {"role": "admin", "groups": ["staff", "x"], "scope": "read write"}


@pytest.fixture(scope="module")
def base():
    """The balancer checks tokens with three more claims."""
    return secure(jwt_validation=config(*CLAIMS))


def ask(cluster, token):
    """A request with a token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return cluster.fork().request(URL, headers=headers)


def test_a_good_token_passes(base):
    """And is passed on."""
    token = AUTH.token("ada", **GOOD)
    call = ask(base, token)
    assert (call.status, call.headers["Authorization"]) == (200, f"Bearer {token}")
    assert "a valid token of ada; default/web:80" in told(call)


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("", "no token in the header"),
        ("abc", "Jwt is not in the form"),
        (AUTH.token("ada", exp=None, **GOOD), "it has no claim exp"),
        (AUTH.token("ada", exp="4m", **GOOD), "it has expired"),
        (AUTH.token("ada", nbf="2h", exp="3h", **GOOD), "its nbf is in the future"),
        (AUTH.token("ada", iat=4_000_000_000, **GOOD), "its iat is in the future"),
        (kl.Issuer("https://other.example.com").token("ada", **GOOD), "kid or alg"),
        (kl.Issuer(AUTH.name, "ES256").token("ada", **GOOD), "signed by ES256, and only RS256"),
        (kl.Issuer(AUTH.name, "HS256", "secret").token("ada", **GOOD), "signed by HS256"),
        (AUTH.token("ada", **{**GOOD, "role": "guest"}), "claim role is not admin"),
        (AUTH.token("ada", **{**GOOD, "groups": "staff"}), "claim groups is not staff"),
        (AUTH.token("ada", **{**GOOD, "scope": "read"}), "claim scope is not write"),
    ],
)
def test_others_are_refused(base, token, text):
    """With 401, before the target."""
    call = ask(base, token)
    assert (call.status, text in told(call)) == (401, True)
    assert not any(step.hop == "pod" for step in call.trace)


def test_plain_http_is_not_checked(base):
    """The action is one of HTTPS listeners."""
    assert base.fork().request("http://shop.example.com/").status == 200


def test_why_tells_it(base):
    """With the rule."""
    assert "jwt-validation, then forward to default/web:80" in str(base.why("ingress/shop"))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("{", "failed to parse json annotation, jwt-validation"),
        (config(issuer=""), "issuer is missing"),
        (config(("exp", "single-string", ["1"])), "exp is no claim to be added"),
        (config(("role", "number", ["1"])), "format=number: it must be one of single-string"),
        (config(("role", "string-array", ["a", "b"])), "role has 2 values, and one is modelled"),
    ],
)
def test_what_is_refused(said, text):
    """In an event of the Ingress."""
    assert text in refusals(secure(jwt_validation=said))[-1]
