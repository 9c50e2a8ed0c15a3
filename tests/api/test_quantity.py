"""Quantities: parsing, canonical texts, arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api import quantity
from kubelearn.api.quantity import Quantity, QuantityError, parse


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0.5", "500m"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1000m", "1"),
        ("1e3", "1e3"),
        ("100.035Ki", "102435840m"),
        ("-2048Ki", "-2Mi"),
        ("12E", "12E"),
        ("0Ki", "0"),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    """The API server writes amounts back in one form."""
    assert canonical == quantity.canonical(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", quantity.WRONG_FORM),
        ("1 core", quantity.WRONG_FORM),
        ("1Gib", quantity.WRONG_FORM),
        ("64mi", quantity.WRONG_SUFFIX),
        ("3e", quantity.WRONG_SUFFIX),
        ("1e99999", quantity.WRONG_NUMBER),
    ],
)
def test_refused(text: str, message: str) -> None:
    """What is no amount is refused in upstream's words."""
    with pytest.raises(QuantityError) as refusal:
        parse(text)
    assert message == str(refusal.value)


def test_rounds_up_to_units() -> None:
    """Whoever asks for a little gets a whole unit."""
    assert [quantity.milli("1u"), quantity.value("1m"), quantity.value("1Ki")] == [1, 1, 1024]


def test_numbers_are_quantities_too() -> None:
    """YAML gives `cpu: 2` as a number."""
    assert [quantity.milli(2), quantity.value(3)] == [2000, 3]


def test_a_binary_amount_ends_at_the_largest_integer() -> None:
    """9Ei is one more than 2^63-1."""
    assert quantity.decimal(parse("9Ei")) == "9223372036854775807"


def test_finer_than_a_billionth_is_rounded_away_from_zero() -> None:
    """A tiny request is still a request."""
    assert [parse("1e-300").nano, parse("-1e-300").nano] == [1, -1]


def test_zero_takes_the_family_of_the_other() -> None:
    """A sum that starts at nothing prints like its parts."""
    assert str(quantity.add(Quantity(0), parse("1Gi"))) == "1Gi"
    assert str(quantity.subtract(Quantity(0), parse("1Gi"))) == "-1Gi"


@given(st.integers(-(10**24), 10**24), st.sampled_from([quantity.DECIMAL_SI, "DecimalExponent"]))
def test_text_keeps_the_exact_amount(nano: int, family: str) -> None:
    """Printing and parsing again loses nothing."""
    assert nano == parse(quantity.text_of(Quantity(nano, family))).nano


@given(st.integers(0, 2**62))
def test_binary_text_keeps_whole_units(units: int) -> None:
    """Bytes survive being printed."""
    assert units == quantity.value(quantity.of_value(units))


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_compare_orders_as_numbers(one: int, other: int) -> None:
    """The texts' families do not matter."""
    left, right = quantity.of_milli(one), quantity.of_value(other)
    assert (one > other * 1000) - (one < other * 1000) == quantity.compare(left, right)


def test_far_amounts_keep_the_largest_suffix() -> None:
    """And exponents beyond 1000 are not read."""
    assert quantity.canonical("5000E") == "5000E"
    with pytest.raises(QuantityError, match="numeric part"):
        parse("1e1001")
