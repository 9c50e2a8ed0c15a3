"""Label selectors: texts, objects, matching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api import selectors
from kubelearn.api.selector_text import SelectorError

NAMES = st.sampled_from(["app", "tier", "example.com/team", "a-b"])
VALUES = st.sampled_from(["", "web", "db", "v1.2"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("par in (even", "unable to parse requirement: found '', expected: ',' or ')'"),
        (
            "bad key=x",
            "unable to parse requirement: found 'key', expected: in, notin, =, ==, !=, gt, lt",
        ),
        ("par=a b", "found 'b', expected: ',' or 'end of string'"),
        ("(", "found '(', expected: !, identifier, or 'end of string'"),
        ("a,)", "found ')', expected: identifier after ','"),
        ("!,a", "unable to parse requirement: found ',', expected: identifier"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (<)", "unable to parse requirement: found '<', expected: ',', ')' or identifier"),
        ("a in (b,<)", "unable to parse requirement: found '<', expected: ',', or identifier"),
        ("a=(", "unable to parse requirement: found '(', expected: identifier"),
    ],
)
def test_broken_texts(text: str, message: str) -> None:
    """The parser's mistakes are told in upstream's words."""
    with pytest.raises(SelectorError) as refusal:
        selectors.parse(text)
    assert message == str(refusal.value)


def test_the_first_mistake_is_told() -> None:
    """A bad value before a broken term comes first."""
    with pytest.raises(SelectorError, match=r"values\[0\]\[a\]: Invalid value: \"-\""):
        selectors.parse("a=-,b c")


@pytest.mark.parametrize(
    ("operator", "values", "part"),
    [
        ("In", (), "values set can't be empty"),
        ("Equals", ("a", "b"), "exact-match compatibility requires one single value"),
        ("Exists", ("a",), "values set must be empty for exists and does not exist"),
        ("LessThan", (), "exactly one value is required"),
        ("GreaterThan", ("x",), "the value must be an integer"),
    ],
)
def test_numbers_of_values(operator: str, values: tuple[str, ...], part: str) -> None:
    """Each operator wants its own number of values."""
    with pytest.raises(SelectorError) as refusal:
        selectors.requirement("key", operator, values)
    assert part in str(refusal.value)


def test_no_selector_selects_nothing() -> None:
    """A missing LabelSelector differs from an empty one."""
    assert not selectors.of(None).matches({"a": "b"})
    assert selectors.of({}).matches({"a": "b"})


def test_unknown_operator_of_an_object() -> None:
    """`matchExpressions` knows four operators."""
    selector = {"matchExpressions": [{"key": "a", "operator": "Equals", "values": ["b"]}]}
    with pytest.raises(SelectorError) as refusal:
        selectors.of(selector)
    assert str(refusal.value) == '"Equals" is not a valid label selector operator'


def test_comparison_needs_a_number_in_the_label() -> None:
    """A label that is no 64-bit number is neither greater nor less."""
    selector = selectors.parse("size>10")
    found = [selector.matches({"size": text}) for text in ("11", "10", "x", "", "9" * 30, "+11")]
    assert found == [True, False, False, False, False, True]


def test_parse_selector_takes_texts_and_objects() -> None:
    """Both spellings of one selector are equal."""
    text = selectors.parse_selector("app=web")
    assert text == selectors.parse_selector({"matchLabels": {"app": "web"}})
    assert text == selectors.of_labels({"app": "web"})


REQUIREMENTS = st.one_of(
    st.builds(lambda key, value: selectors.requirement(key, "Equals", (value,)), NAMES, VALUES),
    st.builds(
        lambda key, values: selectors.requirement(key, "In", values),
        NAMES,
        st.lists(VALUES, min_size=1),
    ),
    st.builds(
        lambda key, values: selectors.requirement(key, "NotIn", values),
        NAMES,
        st.lists(VALUES, min_size=1),
    ),
    st.builds(lambda key: selectors.requirement(key, "DoesNotExist", ()), NAMES),
)


@given(st.lists(REQUIREMENTS), st.dictionaries(NAMES, VALUES))
def test_text_means_the_same(found: list[selectors.Requirement], labels: dict[str, str]) -> None:
    """A selector that is printed and parsed again selects the same objects."""
    selector = selectors.Selector(tuple(found))
    assert selector.matches(labels) == selectors.parse(str(selector)).matches(labels)


@given(st.lists(REQUIREMENTS), st.dictionaries(NAMES, VALUES))
def test_all_requirements_count(found: list[selectors.Requirement], labels: dict[str, str]) -> None:
    """The compiled form agrees with asking one by one."""
    expected = all(requirement.matches(labels) for requirement in found)
    assert expected == selectors.Selector(tuple(found)).matches(labels)
