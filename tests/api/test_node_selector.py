"""Terms of node selectors."""

import pytest

from kubelearn.api.node_selector import NodeLabels, node_term


def holds(operator: str, value: str, label: str) -> bool:
    """Whether a node whose label `gen` has this value satisfies an expression."""
    expression = {"key": "gen", "operator": operator, "values": [value]}
    return node_term({"matchExpressions": [expression]}).matches(NodeLabels("n", {"gen": label}))


@pytest.mark.parametrize(
    ("operator", "value", "label", "expected"),
    [
        ("Gt", "2", "3", True),
        ("Gt", "2", "2", False),
        ("Lt", "2", "-1", True),
        ("Gt", "2", "v3", False),
        ("Gt", "2", "3.5", False),
        ("Gt", "2", "9223372036854775807", True),
        ("Gt", "2", "9223372036854775808", False),
        ("Gt", "-9223372036854775809", "3", False),
    ],
)
def test_numbers_are_whole_and_have_64_bits(
    operator: str, value: str, label: str, expected: bool
) -> None:
    """Anything else compares with nothing."""
    assert holds(operator, value, label) is expected


def test_labels_alone() -> None:
    """Fields are left out, but a field that means nothing spoils its term."""
    named = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}
    both = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n", "m"]}]}
    assert node_term(named).matches_labels({})
    assert not node_term(both).matches_labels({})
