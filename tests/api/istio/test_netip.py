"""Addresses and blocks as Go reads them."""

import pytest

from kubelearn.api.istio.netip import addresses

GOOD = ["1.2.3.4", "10.0.0.0/8", "0.0.0.0/0", "::1", "fe80::/64", "fe80::1%eth0", "1.2.3.4/32"]
BAD = [
    ("1.2.3", "bad IP address (1.2.3)"),
    ("", "bad IP address ()"),
    ("web", "bad IP address (web)"),
]
BAD_BLOCKS = [
    ("1.2.3.4/", 'bad bits after slash: ""'),
    ("1.2.3.4/08", 'bad bits after slash: "08"'),
    ("1.2.3.4/-1", 'bad bits after slash: "-1"'),
    ("1.2.3.4/33", "prefix length out of range"),
    ("::1/129", "prefix length out of range"),
    ("fe80::1%eth0/64", "IPv6 zones cannot be present in a prefix"),
    ("1.2.3/8", 'ParseAddr("1.2.3"): IPv4 address too short'),
    ("1.2.3.4.5/8", 'ParseAddr("1.2.3.4.5"): IPv4 address too long'),
    ("1.2.3.444/8", 'ParseAddr("1.2.3.444"): IPv4 field has value >255'),
    ("1.02.3.4/8", 'ParseAddr("1.02.3.4"): IPv4 field has octet with leading zero'),
    ("1..3.4/8", 'ParseAddr("1..3.4"): IPv4 field must have at least one digit (at ".3.4")'),
    ("1.2.3./8", 'ParseAddr("1.2.3."): IPv4 field must have at least one digit (at ".")'),
    ("1.2.x.4/8", 'ParseAddr("1.2.x.4"): unexpected character (at "x.4")'),
    ("web/8", 'ParseAddr("web"): unable to parse IP'),
    ("%eth0/8", 'ParseAddr("%eth0"): missing IPv6 address'),
]


def test_good_addresses_and_blocks_have_no_error():
    """Of both versions."""
    assert list(addresses(GOOD)) == []


@pytest.mark.parametrize(("value", "expected"), BAD)
def test_bad_addresses_are_named(value, expected):
    """Without a reason."""
    assert list(addresses([value])) == [expected]


@pytest.mark.parametrize(("value", "reason"), BAD_BLOCKS)
def test_bad_blocks_are_named_with_the_reason(value, reason):
    """As `netip.ParsePrefix` gives it."""
    expected = f'bad CIDR range ({value}): netip.ParsePrefix("{value}"): {reason}'
    assert list(addresses([value])) == [expected]


def test_a_block_with_a_bad_ipv6_address_passes():
    """Unlike the real one."""
    assert list(addresses(["fe80:::/64"])) == []
