"""Locality failover and distribution."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.mesh.istio.locality import Endpoint, distributed, falls_under, priorities

PLACES = st.tuples(*(st.sampled_from(["1", "2"]) for _ in range(3))).map(
    lambda one: Endpoint(f"r{one[0]}/z{one[1]}/s{one[2]}")
)


@given(st.lists(PLACES, min_size=1, max_size=8), PLACES)
def test_priorities_have_no_gaps(endpoints, own):
    """Envoy refuses gaps; the nearest there are come first."""
    found = priorities(endpoints, {"failover": [{"from": "r1", "to": "r2"}]}, own.locality)
    assert sorted(set(found)) == list(range(max(found) + 1))
    nearest = [rank for rank, one in zip(found, endpoints, strict=True) if one == own]
    assert set(nearest) <= {0}


def test_labels_and_regions_together():
    """The label counts first, then the place."""
    endpoints = [
        Endpoint("r2//", {"v": "1"}), Endpoint("r1//", {"v": "2"}), Endpoint("r1//", {"v": "1"}),
    ]  # fmt: skip
    setting = {"failoverPriority": ["v"], "failover": [{"from": "r1", "to": "r2"}]}
    assert priorities(endpoints, setting, "r1//", {"v": "1"}) == [1, 2, 0]


def test_a_fixed_value_does_not_ask_the_proxy():
    """`v=2`, whatever the proxy's own label is."""
    endpoints = [Endpoint(labels={"v": "1"}), Endpoint(labels={"v": "2"})]
    assert priorities(endpoints, {"failoverPriority": ["v=2"]}, "", {"v": "1"}) == [1, 0]


def test_shares_are_said_by_place():
    """What no rule names gets nothing; `*` is any."""
    endpoints = [Endpoint("r1/z1/"), Endpoint("r1/z2/"), Endpoint("r2//")]
    assert distributed(endpoints, {"r1/*": 70}) == [35, 35, 0]
    assert falls_under("r1/z1/s1", "*")
    assert not falls_under("r1/z1", "r1/z2")
