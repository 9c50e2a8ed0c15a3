"""Base64 for URLs: there and back, and nothing else is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.base64url import decoded, encoded, encoded_json, encoded_number


@given(st.binary(max_size=50))
def test_there_and_back(data):
    """Without padding, in letters that an address may have."""
    text = encoded(data)
    assert decoded(text) == data
    assert set(text).isdisjoint("+/=")


@pytest.mark.parametrize("text", ["a", "YQ==", "a+b/", "YR", "ä", " YQ"])
def test_what_stands_for_no_bytes(text):
    """Padding, other letters, a letter too many, bits behind the last byte."""
    with pytest.raises(ValueError, match=r"base64 for URLs|bits behind"):
        decoded(text)


def test_json_and_numbers():
    """As the parts of a token and of a key are written."""
    assert encoded_json({"a": 1}) == encoded(b'{"a":1}')
    assert encoded_number(65537, 3) == "AQAB"
