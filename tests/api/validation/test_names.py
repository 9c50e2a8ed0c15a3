"""The forms of names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.api.validation import names


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (names.dns1123_label, "web-1"),
        (names.dns1123_label, "1"),
        (names.dns1123_subdomain, "a.b-c.d"),
        (names.dns1123_subdomain_with_underscore, "_tcp.a_b"),
        (names.dns1035_label, "a1"),
        (names.wildcard_subdomain, "*.example.com"),
        (names.label_key, "Example_1"),
        (names.label_key, "example.com/x.y"),
        (names.label_value, ""),
        (names.label_value, "a_b.C"),
        (names.c_identifier, "_x9"),
        (names.env_name, "1 odd:name"),
        (names.config_key, "_a-b.c"),
        (names.http_header_name, "X-Y"),
        (names.percent, "101%"),
        (names.port_name, "http-2"),
    ],
)
def test_right_names(rule: Callable[[str], list[str]], value: str) -> None:
    """Right names have no explanation."""
    assert rule(value) == []


@pytest.mark.parametrize(
    ("rule", "value", "starts"),
    [
        (names.dns1123_label, "a.b", ["must not contain dots"]),
        (names.dns1123_label, "A", ["a lowercase RFC 1123 label must consist"]),
        (names.dns1123_label, "a" * 64, ["must be no more than 63 characters"]),
        (names.dns1123_subdomain, "a..b", ["a lowercase RFC 1123 subdomain must consist"]),
        (names.dns1035_label, "1a", ["a DNS-1035 label must consist"]),
        (names.label_key, "a/b/c", ["a valid label key must consist"]),
        (names.label_key, "/a", ["prefix part must be non-empty"]),
        (names.label_key, "a/", ["name part must be non-empty", "name part must consist"]),
        (names.label_key, "A.b/c", ["prefix part a lowercase RFC 1123 subdomain"]),
        (names.label_value, "é" * 32, ["must be no more than 63 bytes", "a valid label must"]),
        (names.env_name, "", ["environment variable name must be non-empty"]),
        (names.env_name, "a=b", ["a valid environment variable name must consist only of"]),
        (names.config_key, "..", ["must not be '..'"]),
        (names.config_key, "..a", ["must not start with '..'"]),
        (names.percent, "x", ["a valid percent string must"]),
        (names.port_name, "12", ["must contain at least one letter (a-z)"]),
        (names.port_name, "-a--b", ["must not contain consecutive", "must not begin or end"]),
        (names.port_name, "", ["must contain only alpha-numeric", "must contain at least one"]),
    ],
)
def test_wrong_names(rule: Callable[[str], list[str]], value: str, starts: list[str]) -> None:
    """Wrong names are explained, every fault by itself, in upstream's order."""
    found = rule(value)
    assert len(found) == len(starts)
    assert all(text.startswith(start) for text, start in zip(found, starts, strict=True))


def test_explanations_end_with_examples_and_the_expression() -> None:
    """The examples keep upstream's odd spacing."""
    assert names.percent("x") == [
        (
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        )
    ]
    assert names.regex_error("t", "[a]") == "t (regex used for validation is '[a]')"


def test_generate_name_may_end_in_a_dash() -> None:
    """A prefix is a name once something follows it."""
    assert names.name_is_dns_subdomain("web-", generate=True) == []
    assert names.name_is_dns_subdomain("web-") != []


def test_path_segments() -> None:
    """Names of RBAC objects only have to fit into a URL."""
    assert names.path_segment_name("system:a b") == []
    assert names.path_segment_name("a/b%") == ["may not contain '/'", "may not contain '%'"]
    assert names.path_segment_name("..") == ["may not be '..'"]


@given(st.text(max_size=80))
def test_labels_are_subdomains(value: str) -> None:
    """Every DNS label is also a subdomain, and a label value."""
    if not names.dns1123_label(value):
        assert names.dns1123_subdomain(value) == names.label_value(value) == []
