"""KYAML; how the real one writes the same is in `test_golden`."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.kubectl.failures import UsageError
from kubelearn.kubectl.kyaml import to_kyaml

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]) | st.just("\n"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_a_reader_of_yaml_gets_the_same_back(value):
    """Whatever the texts are."""
    assert yaml.safe_load(to_kyaml(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ({"a": [{"b": 1}, {"c": None}]}, "{\n  a: [{\n    b: 1,\n  }, {\n    c: null,\n  }],\n}"),
        ({"a": ["x", True]}, '{\n  a: [\n    "x",\n    true,\n  ],\n}'),
        ({"no": "1", "1": "2", "a-": "3"}, '{\n  "1": "2",\n  "a-": "3",\n  "no": "1",\n}'),
        ({"t x": "a\n b\n"}, '{\n  "t x": "\\\n     a\\n\\\n    \\ b\\n\\\n    ",\n}'),
    ],
)
def test_forms(value, text):
    """Braces, a comma behind each entry, mappings of a list on the bracket's line."""
    assert to_kyaml(value) == f"---\n{text}\n"


def test_control_characters_are_refused():
    """As kubectl does: it reads what it has written."""
    with pytest.raises(UsageError, match="control characters are not allowed"):
        to_kyaml({"a": ["\x7f"]})
