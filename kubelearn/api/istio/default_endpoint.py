"""Where a sidecar sends what comes in: the errors of defaultEndpoint.

Source: istio `pkg/config/validation/validation.go` (ValidateSidecar), 1.27; Go's
`net.SplitHostPort` and `strconv.Atoi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kubelearn.api.istio.names import port, quoted
from kubelearn.api.istio.protocols import UNIX, unix_address

HOSTS = ("", "127.0.0.1", "0.0.0.0", "::1", "::")  # noqa: S104  (nothing is bound here)
INTEGER = re.compile(r"[+-]?[0-9]+")


def default_endpoint(endpoint: str) -> Iterator[str]:
    """The errors of an endpoint: 127.0.0.1:8080, [::1]:8080, :8080 or unix:///file."""
    if endpoint.startswith(UNIX):
        yield from unix_address(endpoint.removeprefix(UNIX))
    elif endpoint:
        yield from _address(endpoint)


def _address(endpoint: str) -> Iterator[str]:
    wrong = _unsplittable(endpoint)
    host, number = ("", "") if wrong else _split(endpoint)
    if wrong:
        yield f"address {endpoint}: {wrong} in address"
    if host not in HOSTS:
        yield (
            "sidecar: defaultEndpoint must be of form "
            "127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset"
        )
    reason = _no_number(number)
    if reason:
        parsing = f"strconv.Atoi: parsing {quoted(number)}: {reason}"
        yield f"sidecar: defaultEndpoint port ({number}) is not a number: {parsing}"
    else:
        yield from port(int(number))


def _split(endpoint: str) -> tuple[str, str]:
    host, _, number = endpoint.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), number


def _unsplittable(endpoint: str) -> str | None:
    """What is wrong with an address of host and port, as Go says it."""
    host, colon, number = endpoint.rpartition(":")
    if not colon:
        return "missing port"
    if endpoint.startswith("["):
        return _unsplittable_in_brackets(endpoint, host, number)
    if ":" in host:
        return "too many colons"
    return _brackets(endpoint, endpoint)


def _unsplittable_in_brackets(endpoint: str, host: str, number: str) -> str | None:
    end = endpoint.find("]")
    if end < 0:
        return "missing ']'"
    if end + 1 != len(host):
        return "too many colons" if endpoint[end + 1 : end + 2] == ":" else "missing port"
    return _brackets(endpoint[1:], number)


def _brackets(opening: str, closing: str) -> str | None:
    if "[" in opening:
        return "unexpected '['"
    return "unexpected ']'" if "]" in closing else None


def _no_number(text: str) -> str | None:
    if INTEGER.fullmatch(text) is None:
        return "invalid syntax"
    return None if -(2**63) <= int(text) < 2**63 else "value out of range"
