"""Defaults of custom objects, and what their schema drops."""

import pytest

from kubelearn.api.defaults import default, prune

SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "default": {},
            "properties": {
                "size": {"type": "integer", "default": 1},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "map": {"type": "object", "additionalProperties": {"type": "string"}},
                "gone": {"type": "string"},
                "none": {"type": "string", "nullable": True},
                "parts": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"count": {"type": "integer", "default": 1}},
                    },
                },
            },
        }
    },
}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, {"size": 1}),
        ({"size": 3}, {"size": 3}),
        ({"size": None, "gone": None, "none": None}, {"size": 1, "none": None}),
        ({"parts": [{}, {"count": 2}]}, {"parts": [{"count": 1}, {"count": 2}], "size": 1}),
    ],
)
def test_defaults_come_from_the_schema(spec, expected):
    """Nulls become defaults, or are dropped unless they may be."""
    assert expected == default("widgets.g.io", {"spec": spec}, SCHEMA)["spec"]


def test_a_default_of_a_struct_is_filled_in_turn():
    """An absent spec is there afterwards."""
    once = default("widgets.g.io", {"metadata": {"name": "w"}}, SCHEMA)
    assert once["spec"] == {"size": 1}
    assert once is default("widgets.g.io", once, SCHEMA)


def test_unknown_fields_are_dropped_and_named():
    """But for free parts, maps and metadata."""
    spec = {"zz": 1, "free": {"x": 1}, "map": {"k": "v"}, "parts": [{"yy": 1}]}
    obj = {"apiVersion": "g.io/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": spec}
    kept, dropped = prune(obj, SCHEMA)
    assert dropped == ["spec.parts[0].yy", "spec.zz"]
    assert {**obj, "spec": {"free": {"x": 1}, "map": {"k": "v"}, "parts": [{}]}} == kept


def test_what_is_known_is_not_copied():
    """Pruning returns the same object when nothing is dropped."""
    obj = {"spec": {"size": 1, "parts": [{"count": 1}]}}
    assert obj is prune(obj, SCHEMA)[0]
