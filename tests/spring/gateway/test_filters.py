"""Every row of the tables of filters, and what the better known ones do."""

import pytest

from kubelearn.spring.gateway.exchange import Exchange, values
from kubelearn.spring.gateway.request_filters import REQUEST_FILTERS
from kubelearn.spring.gateway.response_filters import RESPONSE_FILTERS

ARGS = {
    "name": "X-A", "value": "v", "headers": [["X-B", "w"]], "from": "X-A", "to": "X-C",
    "prefix": "/p", "status": 302, "url": "/there", "maxSize": 10_000, "regexp": "a",
    "replacement": "b", "template": "/t", "host": "h", "parts": 1,
}  # fmt: skip
"""Arguments that suit every filter."""
EXCHANGE = Exchange(path="/a/b", query="X-A=1&c=2", host="shop", headers=(("X-A", "1"),))


@pytest.mark.parametrize("name", REQUEST_FILTERS)
def test_request_filters_leave_the_exchange_that_they_got(name):
    """They make a new one, and leave the answer's headers but for a redirect."""
    before = EXCHANGE.change()
    after = REQUEST_FILTERS[name](EXCHANGE, ARGS)
    assert before == EXCHANGE
    assert after.response == () or name == "RedirectTo"


@pytest.mark.parametrize("name", RESPONSE_FILTERS)
def test_response_filters_leave_the_request_alone(name):
    """Only the answer changes."""
    exchange = EXCHANGE.change(response=(("X-A", "a"), ("X-A", "b")))
    after = RESPONSE_FILTERS[name](exchange, ARGS)
    assert after.change(response=(), status=None) == EXCHANGE


def test_headers_without_regard_to_case():
    """Set replaces all values, add appends one."""
    exchange = Exchange(headers=(("x-a", "1"), ("X-A", "2"), ("Y", "3")))
    found = REQUEST_FILTERS["SetRequestHeader"](exchange, {"name": "X-A", "value": "9"})
    assert values(found.headers, "x-A") == ["9"]
    assert values(found.headers, "y") == ["3"]
    found = REQUEST_FILTERS["AddRequestHeader"](exchange, {"name": "X-A", "value": "9"})
    assert values(found.headers, "X-A") == ["1", "2", "9"]


def test_a_template_without_its_variable_is_an_error():
    """Rather than a path with braces in it."""
    with pytest.raises(ValueError, match="Map has no value for 'id'"):
        REQUEST_FILTERS["SetPath"](EXCHANGE, {"template": "/{id}"})


def test_too_large():
    """413 for the body, 431 for a header."""
    assert REQUEST_FILTERS["RequestSize"](Exchange(size=11), {"maxSize": "10B"}).status == 413
    large = Exchange(headers=(("a", "x" * 1024),))
    assert REQUEST_FILTERS["RequestHeaderSize"](large, {"maxSize": "1KB"}).status == 431


def test_path_rewriting():
    """As the documentation has it."""
    exchange = Exchange(path="/red/blue")
    args = {"regexp": "/red/?(?<segment>.*)", "replacement": "/$\\{segment}"}
    assert REQUEST_FILTERS["RewritePath"](exchange, args).path == "/blue"


def test_what_a_template_adds_is_percent_encoded():
    """A variable may hold anything that its segment was decoded to."""
    exchange = Exchange(path="/a", variables={"b": "x y"})
    assert REQUEST_FILTERS["SetPath"](exchange, {"template": "/a/{b}"}).path == "/a/x%20y"
    assert REQUEST_FILTERS["PrefixPath"](exchange, {"prefix": "/{b}"}).path == "/x%20y/a"
