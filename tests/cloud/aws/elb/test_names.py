"""DNS names and addresses of balancers."""

import pytest

from kubelearn.cloud.aws.elb.names import dns_name, region_of, zone_addresses


@pytest.mark.parametrize(
    ("kind", "scheme", "begin", "end"),
    [
        ("network", "internal", "web-", ".elb.eu-west-1.amazonaws.com"),
        ("application", "internet-facing", "web-", ".eu-west-1.elb.amazonaws.com"),
        ("application", "internal", "internal-web-", ".eu-west-1.elb.amazonaws.com"),
    ],
)
def test_shapes(kind, scheme, begin, end):
    """Elb stands before the region for NLBs, behind it for ALBs."""
    name = dns_name("web", kind, scheme, "eu-west-1")
    assert (name.startswith(begin), name.endswith(end)) == (True, True)


def test_addresses_are_free_ones():
    """Internal balancers speak from where they are asked."""
    [first] = zone_addresses(["us-west-2a"], "internal", frozenset())
    [second] = zone_addresses(["us-west-2a"], "internal", frozenset({first.address}))
    assert first.address == first.inner != second.address


def test_region():
    """A zone without its letter."""
    assert region_of("us-west-2a") == "us-west-2"
