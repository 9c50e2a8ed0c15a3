"""Which endpoints a node uses."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.network.endpoints import Backend, Endpoint, Policy, categorize

FLAGS = st.booleans()
HINTS = st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple)


def endpoint(number, node="n", **flags):
    """An endpoint on a node, ready unless it is said."""
    return Endpoint(Backend(f"10.0.0.{number}", 80, node, ("", "")), **flags)


def numbers(endpoints):
    """The last numbers of the addresses."""
    return [int(each.backend.address.rpartition(".")[2]) for each in endpoints]


@st.composite
def some_endpoints(draw):
    """Up to six endpoints on two nodes."""
    return [
        endpoint(number, draw(st.sampled_from("nm")), ready=draw(FLAGS), serving=draw(FLAGS),
                 terminating=draw(FLAGS), node_hints=draw(HINTS), zone_hints=draw(HINTS))
        for number in range(draw(st.integers(0, 6)))
    ]  # fmt: skip


def test_ready_ones_are_used():
    """Others only when there is none."""
    going = endpoint(2, ready=False, terminating=True)
    assert numbers(categorize([endpoint(1), going], Policy(), "n", "").cluster) == [1]
    assert numbers(categorize([going], Policy(), "n", "").cluster) == [2]


def test_policy_local_uses_the_nodes_own():
    """None here although there are some elsewhere: the packets are dropped."""
    choice = categorize([endpoint(1, "m")], Policy(internal_local=True), "n", "")
    assert (choice.local, choice.any_endpoints) == ((), True)


def test_zone_hints_count_when_all_have_them():
    """And one names the zone."""
    here, there = endpoint(1, zone_hints=("a",)), endpoint(2, zone_hints=("b",))
    assert numbers(categorize([here, there], Policy(), "n", "a").cluster) == [1]
    assert numbers(categorize([here, there], Policy(), "n", "c").cluster) == [1, 2]
    assert numbers(categorize([here, endpoint(3)], Policy(), "n", "a").cluster) == [1, 3]


def test_node_hints_come_before_zone_hints():
    """Unless they are switched off."""
    here = endpoint(1, node_hints=("n",), zone_hints=("a",))
    zone = endpoint(2, node_hints=("m",), zone_hints=("a",))
    assert numbers(categorize([here, zone], Policy(), "n", "a").cluster) == [1]
    choice = categorize([here, zone], Policy(), "n", "a", node_hints=False)
    assert numbers(choice.cluster) == [1, 2]


@given(some_endpoints(), st.sampled_from(["a", "b", ""]))
def test_a_usable_endpoint_is_always_found(endpoints, zone):
    """Hints never leave a node without endpoints that another one has."""
    choice = categorize(endpoints, Policy(), "n", zone)
    assert choice.any_endpoints == bool(choice.cluster)
    assert all(each.ready or each.lingers for each in choice.cluster)
