"""What an ALB makes of X-Forwarded-For."""

import pytest

from tests.cloud.aws.edge import annotate, edge, refusals

MODE = "routing.http.xff_header_processing.mode"
GIVEN = {"x-forwarded-for": "192.0.2.9"}


def heard(mode, headers):
    """The header that a pod gets; None where there is none."""
    said = {"load_balancer_attributes": f"{MODE}={mode}"} if mode else {}
    cluster = annotate(edge(), **said)
    call = cluster.request("http://shop.example.com/", client="internet/203.0.113.5",
                           headers=headers)  # fmt: skip
    assert (call.status, call.headers["X-Forwarded-Port"]) == (200, "80")
    named = {name.lower(): value for name, value in call.headers.items()}
    return named.get("x-forwarded-for")


@pytest.mark.parametrize(
    ("mode", "headers", "expected"),
    [
        ("", {}, "203.0.113.5"),
        ("", GIVEN, "192.0.2.9, 203.0.113.5"),
        ("append", GIVEN, "192.0.2.9, 203.0.113.5"),
        ("preserve", GIVEN, "192.0.2.9"),
        ("preserve", {}, None),
        ("remove", GIVEN, None),
    ],
)
def test_the_chain_of_senders(mode, headers, expected):
    """It is appended to, kept as it came, or removed."""
    assert heard(mode, headers) == expected


def test_other_modes_are_refused():
    """There are three."""
    cluster = annotate(edge(), load_balancer_attributes=f"{MODE}=drop")
    assert f"{MODE}=drop: it must be one of append, preserve, remove" in refusals(cluster)[-1]
