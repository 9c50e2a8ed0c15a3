"""JSON patches."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.errors import BadRequest, Invalid
from kubelearn.api.patch.json_patch import json_patch, same

DOCUMENT: dict[str, Any] = {"a": {"b": 1, "x/y": 2}, "list": [1, 2, 3], "n": None}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "add", "path": "/a/c", "value": 5}, {"a": {"b": 1, "x/y": 2, "c": 5}}),
        ({"op": "add", "path": "/list/1", "value": 9}, {"list": [1, 9, 2, 3]}),
        ({"op": "add", "path": "/list/-", "value": 9}, {"list": [1, 2, 3, 9]}),
        ({"op": "replace", "path": "/list/-1", "value": 9}, {"list": [1, 2, 9]}),
        ({"op": "replace", "path": "/a/x~1y", "value": 3}, {"a": {"b": 1, "x/y": 3}}),
        ({"op": "remove", "path": "/list/0"}, {"list": [2, 3]}),
        (
            {"op": "move", "from": "/a/b", "path": "/list/0"},
            {"a": {"x/y": 2}, "list": [1, 1, 2, 3]},
        ),
        ({"op": "copy", "from": "/list", "path": "/a/b"}, {"a": {"b": [1, 2, 3], "x/y": 2}}),
        ({"op": "test", "path": "/a/b", "value": 1}, {}),
        ({"op": "test", "path": "/nope", "value": None}, {}),
    ],
)
def test_operations(operation: dict[str, Any], expected: dict[str, Any]) -> None:
    """What each operation does; the old document stays as it is."""
    before = deepcopy(DOCUMENT)
    assert {**DOCUMENT, **expected} == json_patch(DOCUMENT, [operation])
    assert before == DOCUMENT


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nope"},
        {"op": "remove", "path": "/list/9"},
        {"op": "replace", "path": "/nope", "value": 1},
        {"op": "add", "path": "/nope/x", "value": 1},
        {"op": "add", "path": "/list/x", "value": 1},
        {"op": "add", "path": "/a/b"},
        {"op": "add", "path": "a", "value": 1},
        {"op": "test", "path": "/a/b", "value": True},
        {"op": "move", "from": "/nope", "path": "/a"},
        {"op": "bogus", "path": "/a"},
        {"op": ["add"], "path": "/a", "value": 1},
        {"op": "copy", "from": 5, "path": "/a"},
        {"path": "/a"},
        {"op": "remove", "path": ""},
    ],
)
def test_impossible(operation: dict[str, Any]) -> None:
    """The server says no more than that."""
    with pytest.raises(Invalid) as refusal:
        json_patch(DOCUMENT, [operation])
    assert str(refusal.value) == "the server rejected our request due to an error in our request"


def test_a_patch_is_a_list() -> None:
    """An object is something else."""
    with pytest.raises(BadRequest, match="cannot unmarshal object into Go value"):
        json_patch(DOCUMENT, {"op": "add"})


def test_untouched_parts_are_shared() -> None:
    """Only the path to the change is copied."""
    new = json_patch(DOCUMENT, [{"op": "replace", "path": "/a/b", "value": 7}])
    assert new["list"] is DOCUMENT["list"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("ab"), inner),
)


@given(JSON, JSON)
def test_a_copied_value_equals_itself(one: Any, other: Any) -> None:
    """Equality is that of JSON: true is not 1."""
    assert same(one, deepcopy(one))
    assert same(one, other) == (repr(_sorted(one)) == repr(_sorted(other)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
