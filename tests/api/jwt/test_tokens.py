"""Reading tokens, and their times."""

import pytest

from kubelearn.api.base64url import encoded_json
from kubelearn.api.jwt.issuer import Issuer
from kubelearn.api.jwt.tokens import BAD_FORMAT, BadToken, read, time_problem

HEADER = {"alg": "RS256"}


def a_token(header=HEADER, claims=None, signature="AAAA"):
    """A text with these parts."""
    return f"{encoded_json(header)}.{encoded_json({} if claims is None else claims)}.{signature}"


def problem(text):
    """What is wrong with it."""
    with pytest.raises(BadToken) as caught:
        read(text)
    return str(caught.value)


def test_its_form():
    """Three sections, none of them empty."""
    for text in ("", "a", "a.b", "a.b.c.d", "a..c", "a.b."):
        assert problem(text) == BAD_FORMAT


@pytest.mark.parametrize(("text", "wanted"), [
    ("+.e30.AAAA", "Jwt header is an invalid Base64url encoded"),
    ("W10.e30.AAAA", "Jwt header is an invalid JSON"),
    (a_token({}), "Jwt header [alg] field is required and must be a string"),
    (a_token({"alg": "none"}), "Jwt header [alg] is not supported"),
    (a_token({"alg": "RS256", "kid": 1}), "Jwt header [kid] field is not a string"),
    (a_token().replace(".e30.", ".+."), "Jwt payload is an invalid Base64url encoded"),
    (a_token(claims=[]), "Jwt payload is an invalid JSON"),
    (a_token(claims={"iss": 1}), "Jwt payload [iss] field is not a string"),
    (a_token(claims={"exp": "1"}), "Jwt payload [exp] field is not an integer"),
    (a_token(claims={"nbf": -1}), "Jwt payload [nbf] field is not a positive 64 bit integer"),
    (a_token(claims={"aud": [1]}), "Jwt payload [aud] field is not a string or string list"),
    (a_token(signature="+"), "Jwt signature is an invalid Base64url encoded"),
])  # fmt: skip
def test_what_is_wrong_in_envoys_words(text, wanted):
    """The first thing that is."""
    assert wanted == problem(text)


def test_a_minute_of_skew():
    """In both directions."""
    assert [time_problem({"exp": 1000}, now) for now in (1060, 1061)] == ["", "Jwt is expired"]
    found = [time_problem({"nbf": 1000}, now) for now in (939, 940)]
    assert found == ["Jwt not yet valid", ""]
    assert time_problem({}, 1 << 40) == ""


def test_what_an_issuer_makes_can_be_read():
    """Times count from the cluster's time zero."""
    found = read(Issuer("i").token("ada", exp="1h", nbf=2, role="x"))
    assert found.claims == {"iss": "i", "sub": "ada", "exp": 1767229200, "nbf": 1767225602,
            "role": "x"}  # fmt: skip
