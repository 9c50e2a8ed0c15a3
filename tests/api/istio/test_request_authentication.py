"""What the webhook says of RequestAuthentications."""

import pytest

from kubelearn.api.istio.multierror import text
from kubelearn.api.istio.request_authentication import errors

WHOLE = {
    "issuer": "example.com",
    "audiences": ["web"],
    "jwksUri": "https://example.com/.well-known/jwks.json",
    "forwardOriginalToken": True,
    "fromCookies": ["foo"],
    "fromParams": ["bar"],
    "fromHeaders": [{"name": "foo", "prefix": "baz"}],
    "outputClaimToHeaders": [{"claim": "abc", "header": "x-abc"}],
    "timeout": "5s",
    "outputPayloadToHeader": "header",
}
NO_PAIR = "outputClaimToHeaders header and claim value must be non-empty string"
RULES = [
    (WHOLE, []),
    ({"issuer": "a"}, []),
    ({"jwksUri": "http://a:8080/keys?x=:y"}, []),
    ({}, ["issuer or jwksUri must be non-empty string"]),
    ({"audiences": ["a", ""]},
     ["audience must be non-empty string", "issuer or jwksUri must be non-empty string"]),
    ({"issuer": "a", "fromHeaders": [{"prefix": "b"}]},
     ["location header name must be non-empty string"]),
    ({"issuer": "a", "fromParams": [""]}, ["location query must be non-empty string"]),
    ({"issuer": "a", "fromCookies": [""]}, ["cookie name must be non-empty string"]),
    ({"issuer": "a", "outputClaimToHeaders": [{"claim": "b"}, {"header": "c"}]}, [NO_PAIR] * 2),
    ({"issuer": "a", "outputClaimToHeaders": [{"claim": "b", "header": ":authority"}]},
     ["header name :authority is not a valid header name"]),
    ({"issuer": "a", "timeout": "0s"}, ["duration must be greater than 1ms"]),
]  # fmt: skip
URIS = [
    ("example.com/keys", 'URI scheme "" is not supported'),
    ("FTP://example.com", 'URI scheme "ftp" is not supported'),
    ("file:/keys", 'URI scheme "file" is not supported'),
    ("://example.com#x", 'parse "://example.com": missing protocol scheme'),
    ("10.0.0.1:80/keys",
     'parse "10.0.0.1:80/keys": first path segment in URL cannot contain colon'),
    ("http://a:b/keys", 'parse "http://a:b/keys": invalid port ":b" after host'),
]  # fmt: skip


def said(rule):
    """The errors of an object with one rule."""
    return list(errors({"metadata": {"name": "one"}, "spec": {"jwtRules": [rule]}}))


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_a_rule_needs_an_issuer_or_keys_and_no_empty_texts(rule, expected):
    """All errors of a rule are told."""
    assert said(rule) == expected


@pytest.mark.parametrize(("uri", "expected"), URIS)
def test_keys_come_by_http(uri, expected):
    """From a URL that can be read."""
    assert said({"jwksUri": uri}) == [expected]


def test_the_only_error_of_a_rule_is_listed_all_the_same():
    """Unlike that of the targets."""
    assert text(said({})).startswith("1 error occurred:")
    both = {"selector": {}, "targetRef": {"name": "a"}}
    assert text(list(errors({"spec": both}))).startswith("only one of")


@pytest.mark.parametrize(
    "rule", [{"issuer": "a", "jwks": "none"}, {"jwksUri": "http://a b:c@d/%zz"}]
)
def test_keys_and_some_addresses_are_not_read(rule):
    """Unlike the real one."""
    assert said(rule) == []
