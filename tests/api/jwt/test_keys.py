"""Signatures under the keys of a JWKS."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.base64url import encoded, encoded_json
from kubelearn.api.jwt.issuer import ALGORITHMS, Issuer
from kubelearn.api.jwt.keys import FAILED, NO_MATCH, NO_VALID_KEYS, signature_problem, valid_keys
from kubelearn.api.jwt.tokens import BadToken, read

ISSUERS = {name: Issuer("https://auth.example.com", name) for name in ALGORITHMS}
TOKENS = {name: one.token("ada", role="user") for name, one in ISSUERS.items()}
LETTERS = "ABCXYZabcxyz0129-_."


def problem(token, jwks):
    """What is wrong with a token under keys."""
    found = read(token)
    return signature_problem(found.header, found.body, found.signature, jwks)


def passes(token, jwks):
    """Whether a text is a token that the keys have signed."""
    try:
        return problem(token, jwks) == ""
    except BadToken:
        return False


@pytest.mark.parametrize("name", ALGORITHMS)
def test_its_own_keys_and_others(name):
    """A key of another name is passed over; the same without a name fails."""
    own, other = ISSUERS[name], Issuer("other", name)
    assert problem(TOKENS[name], own.jwks) == ""
    assert problem(TOKENS[name], other.jwks) == NO_MATCH
    nameless = {key: value for key, value in json.loads(other.jwks)["keys"][0].items()
                if key != "kid"}  # fmt: skip
    assert problem(TOKENS[name], json.dumps({"keys": [nameless]})) == FAILED


@pytest.mark.parametrize("name", ALGORITHMS)
@given(data=st.data())
def test_a_changed_token_never_passes(name, data):
    """Whichever letter is another one; of the very last one not all bits count."""
    token = TOKENS[name]
    place = data.draw(st.integers(0, len(token) - 2))
    letter = data.draw(st.sampled_from([one for one in LETTERS if one != token[place]]))
    assert not passes(token[:place] + letter + token[place + 1 :], ISSUERS[name].jwks)


@given(st.dictionaries(st.sampled_from(["iss", "sub", "role", "aud"]), st.text(max_size=5)))
def test_other_claims_under_the_same_signature_fail(claims):
    """Who cannot sign cannot choose what a token says."""
    head, _, signature = TOKENS["RS256"].split(".")
    assert not passes(f"{head}.{encoded_json(claims)}.{signature}", ISSUERS["RS256"].jwks)


def test_the_public_key_is_no_secret_to_sign_with():
    """A token that names HS256 is not checked with an RSA key's text."""
    jwks = ISSUERS["RS256"].jwks
    body = f"{encoded_json({'alg': 'HS256'})}.{encoded_json({'iss': 'x'})}"
    forged = hmac.new(jwks.encode(), body.encode(), hashlib.sha256).digest()
    assert problem(f"{body}.{encoded(forged)}", jwks) == NO_MATCH


def test_a_shared_secret():
    """HS256 with a key of kind oct."""
    jwks = json.dumps({"keys": [{"kty": "oct", "k": encoded(b"secret")}]})
    body = f"{encoded_json({'alg': 'HS256'})}.{encoded_json({'iss': 'x'})}"
    signature = hmac.new(b"secret", body.encode(), hashlib.sha256).digest()
    assert problem(f"{body}.{encoded(signature)}", jwks) == ""
    assert problem(f"{body}.{encoded(signature[::-1])}", jwks) == FAILED


def test_what_is_no_jwks():
    """Keys of kinds that are not known do not count."""
    for jwks in ("", "[]", "{}", '{"keys": 1}', '{"keys": [{"kty": "OKP", "x": "AA"}, 1]}'):
        assert valid_keys(jwks) == []
        assert problem(TOKENS["RS256"], jwks) == NO_VALID_KEYS


def test_algorithms_that_are_absent_never_pass():
    """PS256 is Envoy's; here it fails."""
    key = {name: value for name, value in json.loads(ISSUERS["RS256"].jwks)["keys"][0].items()
           if name != "alg"}  # fmt: skip
    token = f"{encoded_json({'alg': 'PS256'})}.{encoded_json({'iss': 'x'})}.AAAA"
    assert problem(token, json.dumps({"keys": [key]})) == FAILED


def test_keys_that_nobody_has():
    """As under the key that istiod gives out when it cannot get the issuer's own."""
    assert problem(TOKENS["RS256"], None) == NO_MATCH
