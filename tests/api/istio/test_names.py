"""The checks that the kinds share, with cases of upstream's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kubelearn.api.istio import names
from kubelearn.sim.clock import HOUR, MILLISECOND, SECOND

Check = Callable[[Any], Iterator[str]]

GOOD: tuple[tuple[Check, Any], ...] = (
    (names.fqdn, "foo.bar.svc.cluster.local"),
    (names.fqdn, "istio.io."),
    (names.fqdn, "Reviews"),
    (names.wildcard_domain, "*"),
    (names.wildcard_domain, "*.bar.com"),
    (names.wildcard_domain, "*-foo.bar"),
    (names.wildcard_domain, "*foo.bar"),
    (names.ip_subnet, "10.1.2.3/16"),
    (names.ip_subnet, "2001:1::1/64"),
    (names.ip_subnet, "1.2.3.4"),
    (names.port, 1),
    (names.port, 65535),
    (names.subset_name, "v1"),
    (names.duration, "1ms"),
    (names.duration, "1h30m"),
    (names.duration, "no duration"),
    (names.percent, 100),
    (names.percentage, {"value": 0.0001}),
    (names.percentage, {}),
    (names.http_status, 200),
    (names.http_status, 600),
    (names.header_name, "x.b3_trace~id"),
    (names.strict_header_name, "x-B3_traceid"),
    (names.labels, {"app": "a", "example.com/version": ""}),
)
BAD: tuple[tuple[Check, Any, str], ...] = (
    (names.fqdn, "", "empty domain name not allowed"),
    (names.fqdn, "a" * 256, f'domain name "{"a" * 256}" too long (max 255)'),
    (names.fqdn, "a..b", 'domain name "a..b" invalid (label "" invalid)'),
    (names.fqdn, "a_b.com", 'domain name "a_b.com" invalid (label "a_b" invalid)'),
    (names.fqdn, 'a"b', 'domain name "a\\"b" invalid (label "a\\"b" invalid)'),
    (names.fqdn, "foo.80",
     'domain name "foo.80" invalid (top level domain "80" cannot be all-numeric)'),
    (names.fqdn, "*.com", 'domain name "*.com" invalid (label "*" invalid)'),
    (names.wildcard_domain, "foo.*.com", 'domain name "*.com" invalid (label "*" invalid)'),
    (names.wildcard_domain, "f*.com", 'domain name "f*.com" invalid (label "f*" invalid)'),
    (names.ip_subnet, "1.2.3.4/33", "1.2.3.4/33 is not a valid CIDR block"),
    (names.ip_subnet, "1.2.3.4/255.255.0.0", "1.2.3.4/255.255.0.0 is not a valid CIDR block"),
    (names.ip_subnet, "1.2.3", "1.2.3 is not a valid IP"),
    (names.port, 0, "port number 0 must be in the range 1..65535"),
    (names.port_selector, {}, "port number 0 must be in the range 1..65535"),
    (names.port_name, "a_b", "invalid port name: a_b"),
    (names.subset_name, "v 1", "subset name is invalid: v 1"),
    (names.subset_name, "", "subset name cannot be empty"),
    (names.duration, "0s", "duration must be greater than 1ms"),
    (names.duration, "0", "duration must be greater than 1ms"),
    (names.duration, "-1s", "duration must be greater than 1ms"),
    (names.duration, "1500us", "only durations to ms precision are supported"),
    (names.percent, 101, "percentage 101 is not in range 0..100"),
    (names.percentage, {"value": 101},
     "percentage 101 is neither 0.0, nor in range [0.0001, 100.0]"),
    (names.percentage, {"value": 0.00001},
     "percentage 1e-05 is neither 0.0, nor in range [0.0001, 100.0]"),
    (names.http_status, 199, "HTTP status 199 is not in range 200-599"),
    (names.header_name, "", "header name cannot be empty"),
    (names.header_name, ":path", "header name :path is not a valid header name"),
    (names.strict_header_name, "a.b", "header name a.b is not a valid header name"),
    (names.labels, {"@": "a"}, 'invalid tag key: "@"'),
    (names.labels, {"a" * 64: "a"}, f'invalid tag key: "{"a" * 64}" (name is too long)'),
    (names.labels, {"a": "@"}, 'invalid tag value: "@"'),
)  # fmt: skip


@pytest.mark.parametrize(("check", "value"), GOOD)
def test_good_values_have_no_errors(check: Check, value: Any) -> None:
    """What upstream accepts passes."""
    assert list(check(value)) == []


@pytest.mark.parametrize(("check", "value", "error"), BAD)
def test_bad_values_are_named(check: Check, value: Any, error: str) -> None:
    """What upstream refuses is refused with the same words."""
    assert list(check(value)) == [error]


def test_what_is_no_duration_has_no_error_here() -> None:
    """Only times that can be read are measured."""
    assert [list(names.duration(text)) for text in ("soon", 5, None)] == [[], [], []]


@pytest.mark.parametrize(
    ("time", "text"),
    [(0, "0s"), (1, "1ns"), (1500, "1.5µs"), (30 * MILLISECOND, "30ms"), (HOUR, "1h0m0s"),
     (90 * SECOND, "1m30s"), (-SECOND, "-1s"), (SECOND + 1, "1.000000001s")],
)  # fmt: skip
def test_durations_are_written_as_in_go(time: int, text: str) -> None:
    """Zero minutes stand in the text of hours."""
    assert names.duration_text(time) == text


def test_a_duration_outside_its_range() -> None:
    """Both limits are allowed, though the words say otherwise."""
    within = (MILLISECOND, HOUR)
    assert list(names.duration_range(HOUR, *within)) == []
    assert list(names.duration_range(2 * HOUR, *within)) == ["time 2h0m0s must be >1ms and <1h0m0s"]


@pytest.mark.parametrize(
    ("value", "text"), [(100.5, "100.5"), (-1, "-1"), (1e21, "1e+21"), (1e20, "1" + "0" * 20)]
)
def test_floats_are_written_as_in_go(value: float, text: str) -> None:
    """The shortest digits, with an exponent from 21 on."""
    assert names.float_text(value) == text


@pytest.mark.parametrize(
    ("header", "expected"),
    [("@request.auth.claims.group", True), ("@request.auth.claims[a][b]", True),
     ("@Request.Auth.Claims.x", True), ("@request.auth.claims", False), ("group", False)],
)  # fmt: skip
def test_headers_that_stand_for_claims(header: str, expected: bool) -> None:
    """A claim's name follows after a dot or in brackets."""
    assert names.is_jwt_claim(header) == expected


@pytest.mark.parametrize(
    ("entries", "options", "expected"),
    [
        (["."], {}, []),
        (["*"], {}, []),
        (["other", "."], {}, []),
        (["~"], {"service": True}, []),
        (["here", "."], {},
         ["duplicate entries in exportTo: . and current namespace here"]),
        (["a", "a"], {}, ["duplicate entries in exportTo for entry a"]),
        (["~"], {}, ["exportTo ~ (none) is not allowed for Istio configuration objects"]),
        (["a.b"], {}, ["only .,*, or a valid DNS 1123 label is allowed as exportTo entry"]),
        (["*", "a"], {},
         ["cannot have both public (*) and non-public exportTo values for a resource"]),
        (["~", "a"], {"service": True}, ["cannot export service entry to no one (~) and someone"]),
        (["a"], {"selecting": True},
         ["destination rule with workload selector cannot have exportTo beyond current namespace"]),
        ([".", "a"], {"selecting": True},
         ["destination rule with workload selector cannot have multiple entries in exportTo"]),
    ],
)  # fmt: skip
def test_export_to(entries: list[str], options: dict[str, bool], expected: list[str]) -> None:
    """The own namespace counts as one entry, however it is written."""
    assert list(names.export_to("here", entries, **options)) == expected
