"""The values of an AuthorizationPolicy: accounts, paths, ports, keys of `when`.

Source: istio `pkg/config/security/security.go`, 1.27.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kubelearn.api.istio import multierror
from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import quoted
from kubelearn.api.istio.netip import addresses

MOST_ACCOUNTS, LONGEST_ACCOUNT = 16, 320
ONE, ANY = "{*}", "{**}"
"""Segments of a path that stand for one segment, for any number of them."""
_LITERAL = re.compile(r"[a-zA-Z0-9\-._~%!$&'()+,;:@=]+")
_LARGEST = 2**32 - 1


def no_empty(key: str, values: Iterable[str]) -> Iterator[str]:
    """No value may be empty."""
    if "" in values:
        yield f"empty value not allowed, found in {key}"


def service_accounts(key: str, values: Sequence[str]) -> Iterator[str]:
    """Accounts, with or without a namespace; only the first error counts."""
    if len(values) > MOST_ACCOUNTS:
        yield f"may not have more than {MOST_ACCOUNTS} values"
        return
    for value in values:
        wrong = _account_error(key, value)
        if wrong is not None:
            yield wrong
            return


def _account_error(key: str, value: str) -> str | None:
    wanted = "expected format 'serviceAccount' or 'namespace/serviceAccount'"
    found = f"{quoted(value)} in {key}"
    namespace, slash, account = value.partition("/")
    if not value:
        return f"empty value not allowed, found in {key}"
    if "*" in value:
        return f"wildcard not allowed, found in {key}"
    if "/" in account:
        return f"{wanted}, found {found}"
    if len(value.encode()) > LONGEST_ACCOUNT:
        return f"value cannot exceed {LONGEST_ACCOUNT} characters, found {found}"
    if slash and not namespace:
        return f"{wanted}, found empty namespace {found}"
    return f"{wanted}, found empty serviceAccount {found}" if slash and not account else None


def path_templates(key: str, paths: Iterable[str]) -> Iterator[str]:
    """Paths whose segments may be `{*}` and, once and last of these, `{**}`."""
    for path in paths:
        wrong = _path_error(path)
        if wrong is not None:
            yield f"invalid or unsupported path {path.strip('/')}, found in {key}. {wrong}"
            return


def _path_error(path: str) -> str | None:
    template, any_before = ONE in path or ANY in path, False
    for segment in path.strip("/").split("/"):
        if segment in (ONE, ANY):
            if any_before:
                return "{**} is not the last operator"
            any_before = segment == ANY
        elif "{" in segment or "}" in segment:
            return "Contains '{' or '}' beyond a supported path template"
        elif template and _LITERAL.fullmatch(segment) is None:
            return f"Contains segment {segment} with invalid string literal"
    return None


def ports(values: Iterable[str]) -> Iterator[str]:
    """Numbers of ports; 0 passes."""
    for value in values:
        number, wrong = _unsigned(value)
        if wrong is not None or number > 65535:
            yield Listed(f"bad port ({value}): {wrong or '<nil>'}")


def _unsigned(text: str) -> tuple[int, str | None]:
    """A number of 32 bits as Go reads it, and why it is none."""
    number, failed = 0, f"strconv.ParseUint: parsing {quoted(text)}:"
    for digit in text or "-":
        if digit not in "0123456789":
            return 0, f"{failed} invalid syntax"
        number = number * 10 + int(digit)
        if number > _LARGEST:
            return 0, f"{failed} value out of range"
    return number, None


BRACKETED = ("request.headers", "request.experimental.inline.headers", "request.auth.claims",
             "experimental.envoy.filters.")  # fmt: skip
"""Beginnings of keys that end in a name: `request.headers[user-agent]`."""
FREE = ("source.namespace", "source.principal", "source.trustDomain", "request.auth.principal",
        "request.auth.audiences", "request.auth.presenter", "connection.sni")  # fmt: skip
"""Keys whose values may be any text."""
ADDRESSES = ("source.ip", "remote.ip", "destination.ip")


def attribute(key: str, values: Sequence[str]) -> str | None:
    """What is wrong with a key of `when` and its values, in one text."""
    wrong = list(no_empty(key, values)) or list(_attribute(key, values))
    return multierror.text(wrong) if wrong else None


def _attribute(key: str, values: Sequence[str]) -> Iterator[str]:
    if key.startswith(BRACKETED):
        yield from _bracketed(key)
    elif key in ADDRESSES:
        yield from addresses(values)
    elif key == "destination.port":
        yield from ports(values)
    elif key == "source.serviceAccount":
        yield from service_accounts(key, values)
    elif key == "destination.namespace":
        yield f"attribute {key} is replaced by the metadata.namespace"
    elif key.startswith("destination.labels"):
        yield f"attribute {key} is replaced by the workload selector"
    elif key in ("destination.name", "destination.user"):
        yield f"deprecated attribute {key}: only supported in v1alpha1"
    elif key not in FREE:
        yield f"unknown attribute: {key}"


def _bracketed(key: str) -> Iterator[str]:
    if not (key.endswith("]") and 0 < key.find("[") < len(key) - 2):
        yield f"bad key ({key}): should have format a[b]"
