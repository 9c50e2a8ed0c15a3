"""Labels, annotations and label selectors."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.validation.labels import (
    validate_annotations,
    validate_label_selector,
    validate_labels,
)


def test_labels_are_reported_at_the_map() -> None:
    """The path of a wrong key or value is that of the whole map."""
    fields = [error.field for error in validate_labels({"a b": "c d"}, "metadata.labels")]
    assert fields == ["metadata.labels", "metadata.labels"]


def test_annotation_keys_may_have_capitals() -> None:
    """Keys are looked at in lower case, so a prefix may have capitals."""
    assert validate_annotations({"Example.com/X": "y"}, "a") == []


def test_annotations_are_limited_together() -> None:
    """All annotations have at most 256 KiB."""
    (error,) = validate_annotations({"a": "x" * 262144}, "a")
    assert str(error) == "a: Too long: may not be more than 262144 bytes"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (None, []),
        ({}, []),
        ({"matchExpressions": [{"key": "a", "operator": "Exists"}]}, []),
        (
            {"matchExpressions": [{"key": "a", "operator": "In"}]},
            ["s.matchExpressions[0].values"],
        ),
        (
            {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["x"]}]},
            ["s.matchExpressions[0].values"],
        ),
        (
            {"matchExpressions": [{"operator": "Gt", "values": ["a b"]}]},
            [
                "s.matchExpressions[0].operator",
                "s.matchExpressions[0].key",
                "s.matchExpressions[0].key",
                "s.matchExpressions[0].values[0]",
            ],
        ),
        ({"matchLabels": {"a": "b c"}}, ["s.matchLabels"]),
    ],
)
def test_selectors(selector: Any, expected: list[str]) -> None:
    """A selector's faults are found where they are."""
    assert [error.field for error in validate_label_selector(selector, "s")] == expected


def test_wrong_keys_are_told_in_the_order_of_the_alphabet() -> None:
    """Whatever their order in the object."""
    found = [str(error) for error in validate_labels({"b b": "", "a a": ""}, "l")]
    assert [text.partition('"')[2][:3] for text in found] == ["a a", "b b"]
