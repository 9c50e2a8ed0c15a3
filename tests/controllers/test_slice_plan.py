"""Which endpoint goes into which slice."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.controllers.slice_plan import MAX_ENDPOINTS, Group, plan

PORTS = [{"name": "", "port": 80, "protocol": "TCP"}]
OTHER = [{"name": "", "port": 81, "protocol": "TCP"}]


def endpoints(numbers, ready=True):
    """An endpoint for each number."""
    return [
        {"addresses": [f"10.0.{n // 250}.{n % 250}"], "targetRef": {"uid": str(n)},
         "conditions": {"ready": ready}}
        for n in numbers
    ]  # fmt: skip


def one_slice(name, numbers, ports=PORTS):
    """A slice with these endpoints."""
    return {"metadata": {"name": name}, "endpoints": endpoints(numbers), "ports": ports}


def numbers(group):
    """The numbers of the endpoints of a group."""
    return [int(one["targetRef"]["uid"]) for one in group.endpoints]


def updates(found):
    """Name of the slice -> its new numbers."""
    return {one["metadata"]["name"]: numbers(group) for one, group in found.update}


def test_nothing_changes_when_nothing_changed():
    """Also not the order inside."""
    found = plan([one_slice("a", [2, 1])], [Group(PORTS, endpoints([1, 2]))])
    assert found == ([], [], [])


def test_a_changed_endpoint_stays_in_its_slice():
    """And is written anew."""
    found = plan([one_slice("a", [1])], [Group(PORTS, endpoints([1], ready=False))])
    assert updates(found) == {"a": [1]}


def test_new_endpoints_fill_slices_that_change_anyway():
    """The fullest first, although another has more room."""
    slices = [one_slice("a", range(50)), one_slice("b", range(100, 190)), one_slice("c", [200])]
    wanted = [*range(1, 50), *range(101, 190), 200, *range(300, 312)]
    found = updates(plan(slices, [Group(PORTS, endpoints(wanted))]))
    assert found["b"] == [*range(101, 190), *range(300, 311)]
    assert found["a"] == [*range(1, 50), 311]
    assert "c" not in found


def test_the_rest_goes_where_it_just_fits():
    """Into the slice that is the closest to full then."""
    slices = [one_slice("a", [1]), one_slice("b", range(100, 190)), one_slice("c", range(200, 299))]
    wanted = [1, *range(100, 190), *range(200, 299), 400, 401]
    found = plan(slices, [Group(PORTS, endpoints(wanted))])
    assert updates(found) == {"b": [*range(100, 190), 400, 401]}


def test_too_many_make_new_slices():
    """Of a hundred each."""
    found = plan([], [Group(PORTS, endpoints(range(250)))])
    assert [len(group.endpoints) for group in found.create] == [100, 100, 50]


def test_ports_have_slices_of_their_own():
    """A slice that nobody needs takes what would be created."""
    found = plan([one_slice("a", [1])], [Group(OTHER, endpoints([1]))])
    assert updates(found) == {"a": [1]}
    assert found.update[0][1].ports == OTHER
    assert (found.create, found.delete) == ([], [])


def test_one_empty_slice_is_a_placeholder():
    """Made when there is none, kept when there is one, and what is left becomes it."""
    assert plan([], []).create == [Group([], [])]
    empty = {"metadata": {"name": "a"}, "endpoints": [], "ports": []}
    assert plan([empty], []) == ([], [], [])
    found = plan([one_slice("a", [1]), one_slice("b", [2])], [])
    assert updates(found) == {"a": []}
    assert [one["metadata"]["name"] for one in found.delete] == ["b"]


SETS = st.frozensets(st.integers(0, 400), max_size=250)


@given(st.lists(SETS, min_size=1, max_size=5))
def test_slices_always_hold_exactly_what_is_wanted(history):
    """Whatever was there before: nobody twice, nobody missing, none too full."""
    slices, count = {}, 0
    for wanted in history:
        groups = [Group(PORTS, endpoints(sorted(wanted)))] if wanted else []
        found = plan(list(slices.values()), groups)
        for one in found.delete:
            del slices[one["metadata"]["name"]]
        changed = {one["metadata"]["name"]: group for one, group in found.update}
        changed |= {f"new-{count + i}": group for i, group in enumerate(found.create)}
        for name, group in changed.items():
            slices[name] = one_slice(name, numbers(group), group.ports)
        count += len(found.create)
        held = [n for one in slices.values() for n in numbers(Group([], one["endpoints"]))]
        assert sorted(held) == sorted(wanted)
        assert all(len(one["endpoints"]) <= MAX_ENDPOINTS for one in slices.values())
        assert slices
