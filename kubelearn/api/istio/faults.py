"""Checks of a rule's `fault`: delays and aborts.

Source: istio `pkg/config/validation/validation.go` (validateHTTPFaultInjection) and
`pkg/util/grpc/codes.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import duration, http_status, percentage, quoted

GRPC_STATUSES = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip


def fault(injected: Mapping[str, Any] | None) -> Iterator[str]:
    """What is done to requests on purpose."""
    if injected is None:
        return
    abort, delay = injected.get("abort"), injected.get("delay")
    if abort is None and delay is None:
        yield Listed("HTTP fault injection must have an abort and/or a delay")
    if abort is not None:
        yield from _abort(abort)
    if delay is not None:
        yield from _delay(delay)


def _abort(abort: Mapping[str, Any]) -> Iterator[str]:
    yield from percentage(abort.get("percentage"))
    if abort.get("grpcStatus") is not None:
        yield from _grpc_status(abort["grpcStatus"])
    elif abort.get("http2Error") is not None:
        yield "HTTP/2 abort fault injection not supported yet"
    elif abort.get("httpStatus") is not None:
        yield from http_status(abort["httpStatus"])


def _grpc_status(status: str) -> Iterator[str]:
    if status not in GRPC_STATUSES:
        yield (
            f"gRPC status {quoted(status)} is not supported. See "
            "https://github.com/grpc/grpc/blob/master/doc/statuscodes.md "
            "for a list of supported codes, for example 'NOT_FOUND'"
        )


def _delay(delay: Mapping[str, Any]) -> Iterator[str]:
    yield from percentage(delay.get("percentage"))
    if delay.get("fixedDelay") is not None:
        yield from duration(delay["fixedDelay"])
    elif delay.get("exponentialDelay") is not None:
        yield from duration(delay["exponentialDelay"])
        yield Listed("exponentialDelay not supported yet")
