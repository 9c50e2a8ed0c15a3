"""Predicates of Spring Cloud Gateway, weights, the rate limiter and the client's address."""

import pytest

from kubelearn.spring.gateway.exchange import Exchange
from kubelearn.spring.gateway.forwarded import client_address
from kubelearn.spring.gateway.predicates import holds
from kubelearn.spring.gateway.rate_limiter import take
from kubelearn.spring.gateway.weight import chosen

NOON = Exchange(now="2026-01-01T12:00:00Z")
CASES = [
    ("After", NOON, {"datetime": "2026-01-01T11:00:00+00:00[Europe/London]"}, True),
    ("Before", NOON, {"datetime": "2026-01-01T11:00:00Z"}, False),
    ("Between", NOON, {"datetime1": "2026-01-01T11:00:00Z",
                       "datetime2": "2026-01-01T13:00:00Z"}, True),
    ("Host", Exchange(host="www.shop.org"), {"patterns": ["**.shop.org"]}, True),
    ("Host", Exchange(host="shop.com"), {"patterns": ["**.shop.org"]}, False),
    ("Path", Exchange(path="/red/1"), {"patterns": ["/blue/{x}", "/red/{x}"]}, True),
    ("Query", Exchange(query="green"), {"param": "green"}, True),
    ("Query", Exchange(query="green"), {"param": "green", "regexp": ".*"}, False),
    ("RemoteAddr", Exchange(remote="192.168.1.9"), {"sources": ["192.168.1.1/24"]}, True),
    ("RemoteAddr", Exchange(), {"sources": ["192.168.1.1/24"]}, False),
    ("Version", Exchange(version="1.4"), {"version": "1.2+"}, True),
    ("Version", Exchange(), {"version": "1.2+"}, False),
    ("Header", Exchange(headers=(("A", "x"),)), {"header": "a"}, True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "exchange", "args", "wanted"), CASES)
def test_predicates(name, exchange, args, wanted):
    """Each by its documentation."""
    assert holds(name, exchange, args) is wanted


def test_a_predicate_that_fails_does_not_hold_and_an_unknown_one_is_an_error():
    """No moment is given, so nothing is after it."""
    assert not holds("After", Exchange(), {"datetime": "2026-01-01T11:00:00Z"})
    with pytest.raises(ValueError, match="no predicate is named 'Moon'"):
        holds("Moon", Exchange(), {})


def test_trust_counts_from_the_right():
    """Two lines of the header are not believed at all."""
    assert client_address(["a, b, c"], "peer", 2) == "b"
    assert client_address(["a", "b"], "peer", 2) == "peer"
    with pytest.raises(ValueError, match="greater than 0"):
        client_address(["a"], "peer", 0)


def test_a_bucket_fills_again():
    """One a second, up to its capacity; a refusal takes nothing."""
    first = take(None, 1, 2, 100)
    second = take(first.bucket, 1, 2, 100)
    third = take(second.bucket, 1, 2, 100)
    assert [verdict.allowed for verdict in (first, second, third)] == [True, True, False]
    assert take(third.bucket, 1, 2, 101).allowed


def test_no_number_is_left_without_a_route():
    """Below one, every number has its part."""
    assert {chosen([1, 1], number / 10) for number in range(10)} == {0, 1}
