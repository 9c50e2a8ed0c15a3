"""JSON as Go reads it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.json_text import JSONError, Literal, Repeated, parse, problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unexpected end of JSON input"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ("not json", "invalid character 'o' in literal null (expecting 'u')"),
        ("{bad", "invalid character 'b' looking for beginning of object key string"),
        ("5 6", "invalid character '6' after top-level value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 2}', "invalid character '2' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ('"a\\x"', "invalid character 'x' in string escape code"),
        ('"\\u12g"', "invalid character 'g' in \\u hexadecimal character escape"),
        ('"a\nb"', "invalid character '\\n' in string literal"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1ex", "invalid character 'x' in exponent of numeric literal"),
        ("{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
        ("[" * 30_000, "exceeded max depth"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    """Each is told in Go's words."""
    with pytest.raises(JSONError) as refusal:
        parse(text)
    assert message == str(refusal.value)


def test_repeated_keys_are_kept() -> None:
    """Read as a dict, the last one wins."""
    found = parse('{"a": 1, "a": 2}')
    assert isinstance(found, Repeated)
    assert (found, found.pairs) == ({"a": 2}, [("a", 1), ("a", 2)])


def test_numbers_keep_their_text() -> None:
    """A message shows a number as it was written."""
    found = parse("1.50")
    assert isinstance(found, Literal)
    assert (found, found.text) == (1.5, "1.50")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_right_texts_have_no_problem(value: object) -> None:
    """The scanner agrees with Python's writer."""
    text = json.dumps(value)
    assert problem(text) == ""
    assert value == parse(text)
