"""Indexes of the store: filed, refiled, shared by forks until one changes."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.indexes import INDEXES, Indexes


def pod(name, node="", owner="", address=""):
    """A pod as far as indexes look at it."""
    references = [{"uid": owner, "controller": True}] if owner else []
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "a", "ownerReferences": references},
        "spec": {"nodeName": node},
        "status": {"podIP": address},
    }


def test_a_single_key_and_many_read_the_same():
    """One pod on a node, then two."""
    indexes = Indexes()
    indexes.update("pods", ("a", "x"), None, pod("x", node="n"))
    assert list(indexes.ordered("pods", "node", "n")) == [("a", "x")]
    indexes.update("pods", ("a", "y"), None, pod("y", node="n"))
    assert sorted(indexes.ordered("pods", "node", "n")) == [("a", "x"), ("a", "y")]


def test_nothing_filed_is_nothing():
    """An unknown value has no keys."""
    assert list(Indexes().ordered("pods", "node", "n")) == []


PODS = st.builds(
    pod,
    st.sampled_from("xyz"),
    st.sampled_from(["", "n1", "n2"]),
    st.sampled_from(["", "o1"]),
    st.sampled_from(["", "1.1.1.1", "2.2.2.2"]),
)
WRITES = st.lists(st.tuples(st.sampled_from("xyz"), st.none() | PODS), max_size=15)


def play(indexes, table, writes):
    """Write to a table and its indexes; None deletes."""
    for name, new in writes:
        key = ("a", name)
        old = table.get(key)
        if old is not None or new is not None:
            indexes.update("pods", key, old, new)
        table.pop(key, None)
        if new is not None:
            table[key] = new


def content(indexes):
    """All that is filed, for comparison."""
    return {
        (index, value): sorted(indexes.ordered("pods", index, value))
        for index in INDEXES
        for value in indexes.values("pods", index)
    }


@given(WRITES, WRITES, WRITES)
def test_indexes_are_those_of_the_table_in_every_fork(first, left, right):
    """Whatever is written on either side of a fork."""
    indexes, table = Indexes(), {}
    play(indexes, table, first)
    twin, copy = indexes.fork(), dict(table)
    play(indexes, table, left)
    play(twin, copy, right)
    assert content(indexes) == content(Indexes.of({"pods": table}))
    assert content(twin) == content(Indexes.of({"pods": copy}))
