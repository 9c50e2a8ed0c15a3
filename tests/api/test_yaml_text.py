"""YAML as Kubernetes reads it."""

from typing import Any

import pytest

from kubelearn.api.yaml_text import MOST_VALUES, YAMLError, documents, first_document


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("y", True),
        ("on", True),
        ("NO", False),
        ("'y'", "y"),
        ("~", None),
        ("", None),
        ("2001-01-01", "2001-01-01"),
        ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        ("010", 8),
        ("0x1F", 31),
        ("0b11", 3),
        ("0o17", 15),
        ("1_000", 1000),
        ("089", 89),
        ("1e3", 1000),
        ("1.50", 1.5),
        ("-.5", -0.5),
        ("1:30", "1:30"),
        ("12e", "12e"),
        ("_1", "_1"),
        ("18446744073709551615", 2**64 - 1),
        ("99999999999999999999", 10**20),
        ("!!str 12", "12"),
        ("!other 12", "12"),
        ("!!binary aGk=", "hi"),
        (".", "."),
    ],
)
def test_words(word: str, value: Any) -> None:
    """Plain words mean what sigs.k8s.io/yaml makes of them."""
    found = first_document(f"a: {word}\n").value["a"]
    assert (value, type(value)) == (found, type(found))


def test_keys_become_texts() -> None:
    """JSON has no other keys."""
    assert first_document("1: a\non: b\nx: c\n").value == {"1": "a", "true": "b", "x": "c"}


def test_merge_keys() -> None:
    """What stands in the mapping itself wins over what `<<` brings, in any order."""
    text = "base: &b {p: 1, q: 1}\nmore: &m {p: 2, r: 2}\nall:\n  q: 3\n  <<: [*b, *m]\n"
    assert first_document(text).value["all"] == {"p": 1, "q": 3, "r": 2}


def test_documents_have_lines() -> None:
    """Comments and separators are not counted as content."""
    found = [(one.value, one.line) for one in documents("# c\na: 1\n---\n\nb: 2\n---\n")]
    assert found == [({"a": 1}, 2), ({"b": 2}, 5), (None, 7)]


def test_repeated_keys_are_reported_and_the_last_wins() -> None:
    """The line that upstream names is that of the value."""
    document = first_document("a:\n  key: 1\n  key:\n    x: 2\n")
    assert document.value == {"a": {"key": {"x": 2}}}
    repeat = document.repeats[0]
    assert (repeat.line, repeat.first) == (3, 2)
    assert repeat.upstream == 'line 4: key "key" already set in map'


@pytest.mark.parametrize(
    ("text", "line", "upstream"),
    [
        ("a: b\nc:\n - x\n y: z\n", 4, "yaml: line 3: did not find expected '-' indicator"),
        ("a: b\n\tc: d\n", 2, "yaml: line 2: found a tab character that violates indentation"),
        ("a:\n\tb: 1\n", 2, "yaml: line 2: found character that cannot start any token"),
        ("a: *x\n", 1, "yaml: unknown anchor 'x' referenced"),
        ("a: &x [*x]\n", 1, "yaml: anchor 'x' value contains itself"),
        ("a: .inf\n", 1, "json: unsupported value: +Inf"),
        ("a: \x01\n", 1, "yaml: control characters are not allowed"),
        ("<<: 5\n", 1, "yaml: line 1: map merge requires map or sequence of maps as the value"),
    ],
)
def test_mistakes(text: str, line: int, upstream: str) -> None:
    """Each has the line a person looks for, and upstream's text with upstream's line."""
    with pytest.raises(YAMLError) as refusal:
        first_document(text)
    assert (line, upstream) == (refusal.value.line, refusal.value.upstream)


def test_anchors_cannot_explode() -> None:
    """A few lines that mean billions of values are refused before they are made."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 12):
        items = ", ".join([f"*a{number - 1}"] * 10)
        lines.append(f"a{number}: &a{number} [{items}]")
    with pytest.raises(YAMLError) as refusal:
        first_document("\n".join(lines))
    assert refusal.value.upstream == "yaml: document contains excessive aliasing"


def test_the_number_of_values_is_bounded() -> None:
    """Nonsense of many megabytes ends early."""
    with pytest.raises(YAMLError, match=f"more than {MOST_VALUES:,} values"):
        first_document("- a\n" * (MOST_VALUES + 1))


def test_nesting_is_bounded() -> None:
    """Deep nesting is an error and no crash."""
    with pytest.raises(YAMLError, match="nested deeper than 250 levels"):
        first_document("[" * 400 + "]" * 400)
