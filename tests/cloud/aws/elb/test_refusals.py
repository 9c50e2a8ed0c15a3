"""Requests that an ALB answers by itself."""

import pytest

from kubelearn.cloud.aws.elb.model import Listener
from kubelearn.cloud.aws.elb.refusals import refusal, versions_fit
from kubelearn.traffic.balancers import Request
from tests.cloud.aws.edge import edge

URL = "http://shop.example.com/"
K = 1024


def request(scheme="http", method="GET", path="/", rpc=False, **headers):
    """What the balancer sees."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(scheme, method, "shop.example.com", path, named, rpc)


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


@pytest.mark.parametrize(
    ("rpc", "method", "http2", "fitting"),
    [
        (False, "GET", True, "HTTP1 HTTP2"),
        (False, "POST", True, "HTTP1 HTTP2 GRPC"),
        (False, "POST", False, "HTTP1"),
        (True, "POST", True, "HTTP2 GRPC"),
    ],
)
def test_versions_of_target_groups(rpc, method, http2, fitting):
    """A client speaks gRPC, or HTTP/2 where the listener offers it."""
    listener, asked = Listener(443, "HTTPS", http2=http2), request("https", method, rpc=rpc)
    found = [one for one in ("HTTP1", "HTTP2", "GRPC") if versions_fit(asked, listener, one)]
    assert found == fitting.split()
