"""YAML as Go writes it."""

import pytest
import yaml

from kubelearn.api.yaml_output import to_yaml


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": "x"}, "a: x\nb: 1\n"),
        ({"a": "1"}, 'a: "1"\n'),
        ({"a": "true"}, 'a: "true"\n'),
        ({"a": "2026-01-01T00:00:00Z"}, 'a: "2026-01-01T00:00:00Z"\n'),
        ({"a": "x\ny\n"}, "a: |\n  x\n  y\n"),
        ({"a": [{"b": 1}], "c": {}, "d": None}, "a:\n- b: 1\nc: {}\nd: null\n"),
    ],
)
def test_forms(value, text):
    """Keys in order; quotes round what would read as something else."""
    assert to_yaml(value) == text


def test_long_texts_stay_on_one_line():
    """However long; they read back as they were."""
    value = {"a": "word " * 100 + "end"}
    assert len(to_yaml(value).splitlines()) == 1
    assert yaml.safe_load(to_yaml(value)) == value
