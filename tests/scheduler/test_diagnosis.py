"""The text of a pod that fits nowhere."""

from kubelearn.scheduler.diagnosis import NodeStatuses, fit_error
from kubelearn.scheduler.status import Code, unresolvable, unschedulable


def test_pieces_are_sorted_as_texts() -> None:
    """Counts stand in front and sort as letters: 1, 10, 2."""
    statuses = {f"a{i}": unschedulable("Insufficient cpu") for i in range(10)}
    statuses |= {f"b{i}": unschedulable("Insufficient memory") for i in range(2)}
    statuses["c"] = unresolvable("node(s) were unschedulable")
    assert fit_error(13, NodeStatuses(statuses)) == (
        "0/13 nodes are available: 1 node(s) were unschedulable, 10 Insufficient cpu, "
        "2 Insufficient memory."
    )


def test_a_node_counts_under_each_of_its_reasons() -> None:
    """Counts may add up to more than the nodes."""
    both = unschedulable("Insufficient cpu", "Insufficient memory")
    text = "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory."
    assert text == fit_error(1, NodeStatuses({"n": both}))


def test_absent_nodes_share_a_reason() -> None:
    """Nodes that nobody examined count under the absent status."""
    statuses = NodeStatuses({"n": unschedulable("Insufficient cpu")}, unresolvable("not asked"))
    text = "0/4 nodes are available: 1 Insufficient cpu, 3 not asked."
    assert text == fit_error(4, statuses)


def test_a_prefilter_text_stands_alone() -> None:
    """Without pieces for nodes, with the end that PostFilter adds."""
    text = "0/2 nodes are available: pod affinity terms conflict. not found"
    statuses = NodeStatuses(absent=unresolvable("pod affinity terms conflict"))
    assert text == fit_error(2, statuses, "pod affinity terms conflict", "not found")


def test_names_with_looks_at_absent_nodes_too() -> None:
    """The absent status counts for nodes without their own."""
    statuses = NodeStatuses({"a": unresolvable("x")}, unschedulable("y"))
    assert statuses.names_with(Code.UNSCHEDULABLE, ["a", "b"]) == ["b"]
