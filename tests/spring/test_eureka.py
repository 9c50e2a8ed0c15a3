"""Eureka's arithmetic."""

from kubelearn.spring.eureka import eviction_limit, lease_end, may_evict, renewal_threshold


def test_self_preservation():
    """Ten clients, threshold 17: with nine alive the tenth is evicted, with eight nobody is."""
    threshold = renewal_threshold(10)
    assert threshold == 17
    assert may_evict(threshold, 18)
    assert not may_evict(threshold, 16)
    assert may_evict(threshold, 16, preserves=False)


def test_a_renewed_lease_lives_twice():
    """Ninety seconds become a hundred and eighty."""
    assert lease_end(90, None, registered=5) == 95
    assert lease_end(90, 30) == 210


def test_one_run_evicts_few():
    """Fifteen percent, rounded up."""
    assert [eviction_limit(count) for count in (1, 10, 100)] == [1, 2, 15]
