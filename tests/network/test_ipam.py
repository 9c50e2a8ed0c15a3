"""Addresses of pods: each from its node's range, one pod each, free ones again."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.network.ipam import Ipam, is_pod_address
from tests.network.small import server


def ipam(cidr="10.244.1.0/24"):
    """The addresses of one node "n"."""
    api = server()
    api.store.put("nodes", ("", "n"), {"metadata": {"name": "n"}, "spec": {"podCIDR": cidr}})
    return Ipam(SimpleNamespace(api=api))


def test_the_first_pod_gets_the_second_address():
    """The first is the bridge's own."""
    assert ipam().allocate("n", "a") == "10.244.1.2"


def test_a_pod_that_asks_again_keeps_its_address():
    """It is known by its UID."""
    made = ipam()
    assert made.allocate("n", "a") == made.allocate("n", "a")


def test_a_released_address_is_not_given_at_once():
    """The next one after the last given comes first."""
    made = ipam()
    made.release("n", "a" if made.allocate("n", "a") else "")
    assert made.allocate("n", "b") == "10.244.1.3"


def test_a_full_range_is_refused():
    """A /29 has 8 addresses, 5 of them for pods."""
    made = ipam("10.244.1.0/29")
    given_out = [made.allocate("n", str(number)) for number in range(5)]
    assert len(set(given_out)) == 5
    assert made.allocate("n", "one more") == ""
    assert made.range_set("n") == "10.244.1.1-10.244.1.6"


def test_the_release_of_nothing_is_allowed():
    """A pod without an address."""
    made = ipam()
    made.release("n", "a")
    assert made.allocate("n", "a") == "10.244.1.2"


@given(st.lists(st.integers(0, 9), max_size=40))
def test_no_two_pods_have_one_address(steps):
    """Whoever comes and goes in a range of 13 addresses."""
    made, owners = ipam("10.244.1.0/28"), {}
    for pod in steps:
        if pod in owners:
            made.release("n", str(pod))
            del owners[pod]
        else:
            owners[pod] = made.allocate("n", str(pod))
    assert len(set(owners.values())) == len(owners)


@pytest.mark.parametrize(
    ("number", "cidr"),
    [(0, "10.244.0.0/24"), (256, "10.245.0.0/24"), (3071, "10.255.255.0/24"),
     (3072, "10.1.0.0/24")],
)  # fmt: skip
def test_ranges_of_nodes(number, cidr):
    """The 3,073rd node finds no room in 10.244 to 10.255."""
    assert ipam().add_node(number) == cidr


def test_no_two_nodes_have_one_range():
    """Nor one with the addresses of Services, 10.96.0.0/16."""
    ranges = [ipam().add_node(number) for number in range(8000)]
    assert len(set(ranges)) == 8000
    assert not any(text.startswith("10.96.") for text in ranges)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("10.244.1.2", True), ("10.1.0.9", True), ("10.96.0.10", False), ("10.111.9.9", False),
     ("172.18.0.4", False), ("203.0.113.1", False), ("", False)],
)  # fmt: skip
def test_addresses_of_pods(address, expected):
    """Not those of Services, of nodes, or of anybody outside."""
    assert is_pod_address(address) is expected
