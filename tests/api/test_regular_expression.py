"""Regular expressions that Go takes or refuses, among them those of Go's own tests."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.istio.string_match import string_match
from kubelearn.api.regular_expression import syntax_error

GOOD = (
    "", "a", "a|b||c", ".*foo.*", "^$", "()*", "a*?", "a{2,}?", "a{,2}", "a{01}", "{", "a{2",
    "(?i)a", "(?i:a)", "(?-s:.)", "(?P<name>a)", "(?<name>a)", "[]a]", "[^]a]", "[a-]", "[-a]",
    r"[\d\-x]", "[[:alpha:]]", "[[:^word:]a]", r"\pN", r"\p{Greek}", r"[\p{L}]", r"\Q(*\E+", r"\Q(",
    r"\x41", r"\x{10FFFF}", r"\012", r"\a\n\.\_\/", r"\bfoo\B\z", "[[:]", "a{1000}", "日本",
    r"/(v1|v2)/users/\d+", "^(.*?;)?(user=jason)(;.*)?$", "(?:a)", "(?)",
)  # fmt: skip
BAD = (
    ("(", "missing closing ): `(`"),
    ("a(b|c", "missing closing ): `a(b|c`"),
    ("a)", "unexpected ): `a)`"),
    ("*.foo", "missing argument to repetition operator: `*`"),
    ("a|+?", "missing argument to repetition operator: `+?`"),
    ("({2}", "missing argument to repetition operator: `{2}`"),
    ("a**", "invalid nested repetition operator: `**`"),
    ("a+??b", "invalid nested repetition operator: `+??`"),
    ("a*{2}?", "invalid nested repetition operator: `*{2}?`"),
    ("a{1001}", "invalid repeat count: `{1001}`"),
    ("a{3,2}", "invalid repeat count: `{3,2}`"),
    ("[a-z", "missing closing ]: `[a-z`"),
    ("x[", "missing closing ]: `[`"),
    ("[z-a]", "invalid character class range: `z-a`"),
    (r"[\x42-\x41]", r"invalid character class range: `\x42-\x41`"),
    ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
    (r"[a-\d]", r"invalid escape sequence: `\d`"),
    (r"a\8", r"invalid escape sequence: `\8`"),
    (r"(a)\1", r"invalid escape sequence: `\1`"),
    (r"\Z", r"invalid escape sequence: `\Z`"),
    (r"\xg1", r"invalid escape sequence: `\xg1`"),
    (r"\x{4g}", r"invalid escape sequence: `\x{4g`"),
    ("a\\", "trailing backslash at end of expression: ``"),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
    ("(?!a)", "invalid or unsupported Perl syntax: `(?!`"),
    ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
    ("(?P=a)", "invalid or unsupported Perl syntax: `(?P`"),
    ("(?<=a)b", "invalid named capture: `(?<=a)b`"),
    ("(?P<n", "invalid named capture: `(?P<n`"),
    ("(?P<x y>a)", "invalid named capture: `(?P<x y>`"),
    (r"\p{Greek", r"invalid character class range: `\p{Greek`"),
)


@pytest.mark.parametrize("pattern", GOOD)
def test_good_expressions_pass(pattern: str) -> None:
    """What Go compiles has no error."""
    assert syntax_error(pattern) is None


@pytest.mark.parametrize(("pattern", "reason"), BAD)
def test_bad_expressions_are_refused(pattern: str, reason: str) -> None:
    """The reason and the part of the expression are Go's."""
    assert syntax_error(pattern) == f"error parsing regexp: {reason}"


def test_what_is_not_looked_into() -> None:
    """Names of Unicode classes, high code points and counts within counts pass."""
    patterns = (r"\p{Nonsense}", r"\x{110000}", "(a{1000}){1000}")
    assert [syntax_error(pattern) for pattern in patterns] == [None, None, None]


@given(st.text())
def test_escaped_texts_pass(text: str) -> None:
    """Any text between the marks of quotation is an expression."""
    assert syntax_error(r"\Q" + text.replace("\\", "") + r"\E") is None


@given(st.text(alphabet="ab()[]{}*+?|\\.^-:,12dx<=!P>"))
def test_reading_always_ends(pattern: str) -> None:
    """Every text is good or has one reason, with the part named last."""
    wrong = syntax_error(pattern)
    assert wrong is None or re.fullmatch(r"error parsing regexp: .+: `.*`", wrong) is not None


def test_the_words_of_istio() -> None:
    """Istio says where, and which syntax it wants."""
    assert list(string_match({"regex": "*"}, "uri")) == [
        (
            '"uri": error parsing regexp: missing argument to repetition operator: `*`; '
            "Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)"
        )
    ]
