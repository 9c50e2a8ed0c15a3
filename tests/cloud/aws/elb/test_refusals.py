"""Requests that an ALB answers by itself."""

import pytest

from kubelearn.cloud.aws.elb.refusals import refusal
from kubelearn.traffic.balancers import Request
from tests.cloud.aws.edge import annotate, edge, refusals

URL = "http://shop.example.com/"
K = 1024


def request(scheme="http", method="GET", path="/", **headers):
    """What the balancer sees."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(scheme, method, "shop.example.com", path, named)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request(), 0),
        (request("tcp", ""), 400),
        (request(method="TRACE"), 405),
        (request(path="/" + "x" * (16 * K - 14)), 0),
        (request(path="/" + "x" * (16 * K - 13)), 414),
        (request(cookie="x" * (16 * K - 8)), 0),
        (request(cookie="x" * (16 * K - 7)), 400),
        (request(**{f"x{number}": "x" * (13 * K) for number in range(5)}), 400),
        (request(X_Forwarded_For=", ".join(["192.0.2.1"] * 30)), 0),
        (request(X_Forwarded_For=", ".join(["192.0.2.1"] * 31)), 463),
    ],
)
def test_refusals(asked, status):
    """At the limits, and one beyond them."""
    found = refusal(asked)
    assert (found.status if found else 0) == status


def test_the_target_does_not_hear_of_it():
    """Its client does."""
    call = edge().request(URL, method="TRACE")
    assert (call.status, [step.hop for step in call.trace][-2:]) == (405, ["balancer", "client"])


def test_a_target_group_of_another_version():
    """HTTP/1.1 cannot be sent on as HTTP/2."""
    cluster = annotate(edge(), backend_protocol_version="HTTP2")
    assert cluster.request(URL).status == 464


def test_versions_that_are_absent_are_refused():
    """In upstream's words."""
    cluster = annotate(edge(), backend_protocol_version="GRPC")
    assert "backend protocol version must be within [HTTP1, HTTP2]: GRPC" in refusals(cluster)[0]
