"""Requests that an application load balancer answers by itself, whatever its rules say.

Source: Elastic Load Balancing user guide, "Troubleshoot your Application Load Balancers", "The
load balancer generates an HTTP error"; quotas for Application Load Balancers.

Unlike the real one: bodies are not counted; clients speak gRPC by their scheme, and others HTTP/2
wherever a listener for HTTPS offers it, as browsers and curl do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kubelearn.cloud.aws.alb_rules import PROTOCOL_VERSIONS
from kubelearn.cloud.aws.elb.model import GRPC, Listener
from kubelearn.traffic.balancers import Request

KILOBYTE = 1024
LINE, HEADER, HEADERS = 16 * KILOBYTE, 16 * KILOBYTE, 64 * KILOBYTE
"""Bytes of the request line, of one header, and of all headers."""
FORWARDERS = 30
"""Addresses in X-Forwarded-For."""


class Refusal(NamedTuple):
    """A cause, and the status that it gets."""

    status: int
    applies: Callable[[Request], bool]
    says: str


def _is_no_http(request: Request) -> bool:
    return request.scheme == "tcp"


def _is_long(request: Request) -> bool:
    return len(f"{request.method} {request.path} HTTP/1.1") > LINE


def _has_large_headers(request: Request) -> bool:
    sizes = [len(f"{name}: {value}") for name, value in request.headers.items()]
    return max(sizes, default=0) > HEADER or sum(sizes) > HEADERS


def _has_been_forwarded_often(request: Request) -> bool:
    given = {name.lower(): value for name, value in request.headers.items()}
    return len(given.get("x-forwarded-for", "").split(",")) > FORWARDERS


REFUSALS = (
    Refusal(400, _is_no_http, "what comes is no HTTP request"),
    Refusal(405, lambda request: request.method == "TRACE", "the method TRACE is not supported"),
    Refusal(414, _is_long, "the URL is too large"),
    Refusal(400, _has_large_headers, "a header is larger than 16K, or all are larger than 64K"),
    Refusal(463, _has_been_forwarded_often, "X-Forwarded-For has more than 30 addresses"),
)
"""In the order in which they are looked at."""


def refusal(request: Request) -> Refusal | None:
    """Why a request gets an answer of the balancer; None when its rules decide."""
    return next((one for one in REFUSALS if one.applies(request)), None)


def spoken_by(request: Request, listener: Listener) -> str:
    """What a client speaks at a listener."""
    if request.rpc:
        return "gRPC"
    return "HTTP/2" if listener.is_secure and listener.http2 else "HTTP/1.1"


def versions_fit(request: Request, listener: Listener, version: str) -> bool:
    """Whether a target group that speaks a protocol version can take a request; if not, 464."""
    spoken = spoken_by(request, listener)
    if (spoken, version) == ("HTTP/2", GRPC) and request.method != "POST":
        return False
    return PROTOCOL_VERSIONS[spoken, version]
