"""nftables mode: the listing of one Service."""

from tests.network.exposed import change
from tests.network.proxy_modes.test_ipvs import switched


def test_listing():
    """Maps lead to chains, a random number to an endpoint."""
    text = switched("nftables").rules("service/web", "worker-1")
    assert "tcp . 30080 : goto external-" in text
    assert "numgen random mod 2 vmap { 0 : goto endpoint-" in text
    assert text.count("dnat to ") == 2
    assert text.count("{") == text.count("}")


def test_listing_with_policy_local():
    """A node without pods has a chain of local endpoints that is empty."""
    cluster = change(switched("nftables"), externalTrafficPolicy="Local")
    assert cluster.rules("service/web", "worker-1").count("numgen random mod 1") == 1
    assert "numgen random mod 1" not in cluster.rules("service/web", "worker-3")
