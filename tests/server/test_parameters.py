"""Numbers and booleans in the query."""

import pytest

from kubelearn.api.errors import BadRequest
from kubelearn.server.parameters import flag, whole


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("-5", -5), ("+7", 7), (str(2**63 - 1), 2**63 - 1)]
)
def test_whole_numbers(text: str, number: int) -> None:
    """With a sign, as Go reads them; None when there is none."""
    assert whole({"limit": text}, "limit") == number
    assert whole({}, "limit") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [("x", "invalid syntax"), ("", "invalid syntax"), ("1.5", "invalid syntax"),
     ("²", "invalid syntax"), (str(2**63), "value out of range")],
)  # fmt: skip
def test_what_is_no_whole_number(text: str, problem: str) -> None:
    """The words are those of Go."""
    with pytest.raises(BadRequest) as refusal:
        whole({"limit": text}, "limit")
    assert str(refusal.value) == f'strconv.ParseInt: parsing "{text}": {problem}'


@pytest.mark.parametrize(
    ("text", "wanted"), [("true", True), ("", True), ("x", True), ("False", False), ("0", False)]
)
def test_booleans(text: str, *, wanted: bool) -> None:
    """Only two texts mean false."""
    assert flag({"watch": text}, "watch") is wanted
    assert not flag({}, "watch")
