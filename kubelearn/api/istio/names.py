"""Checks of single values that the kinds of Istio share: names, ports, times, shares.

Every check is a generator of error texts, none for a good value. `quoted` and
`duration_text` write values as Go's `%q` and `Duration.String` do.

Source: istio `pkg/config/validation/validation.go`, `pkg/config/validation/agent/validation.go`,
`pkg/config/labels/instance.go`, `pkg/config/visibility/visibility.go`, `pkg/jwt`, 1.27.

Unlike the real one: a duration that cannot be read has no error here (the real webhook refuses
it while it decodes the object).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kubelearn.api.istio.multierror import Listed
from kubelearn.sim.clock import HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND
from kubelearn.sim.duration import parse_duration

LONGEST_DOMAIN, LONGEST_LABEL, LONGEST_KEY_PREFIX = 255, 63, 253
_LABEL_TEXT = "[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?"
_NAME_TEXT = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL = re.compile(_LABEL_TEXT)
_WILDCARD_LABEL = re.compile(rf"\*|(?:\*-?)?{_LABEL_TEXT}")
_TAG_KEY = re.compile(rf"({_LABEL_TEXT}(?:\.{_LABEL_TEXT})*/)?({_NAME_TEXT})")
_TAG_VALUE = re.compile(f"(?:{_NAME_TEXT})?")
_HEADER = re.compile("[!#$%&'*+-.^_`|~A-Za-z0-9]+")
_STRICT_HEADER = re.compile("[-_A-Za-z0-9]+")
_INTEGER = re.compile("[+-]?[0-9]+")
_PREFIX_BITS = re.compile("0|[1-9][0-9]{0,2}")
_ZERO = re.compile(r"[+-]?0")
_CLAIMS = "@request.auth.claims"
_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t",
            "\v": r"\v", '"': r"\"", "\\": r"\\"}  # fmt: skip


def quoted(text: str) -> str:
    """A text as Go's %q writes it."""
    return '"' + "".join(_ESCAPES.get(one) or _escaped(one) for one in text) + '"'


def _escaped(one: str) -> str:
    if one.isprintable():
        return one
    number = ord(one)
    if number < 0x20 or number == 0x7F:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def is_label(text: str) -> bool:
    """Whether a text is one label of a domain name (capitals allowed, as in Istio)."""
    return len(text) <= LONGEST_LABEL and _LABEL.fullmatch(text) is not None


def is_wildcard_label(text: str) -> bool:
    """Whether a text is a label, "*", or a label behind "*" or "*-"."""
    return len(text) <= LONGEST_LABEL and _WILDCARD_LABEL.fullmatch(text) is not None


def is_ip(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_jwt_claim(header: str) -> bool:
    """Whether a header's name stands for a claim of a token: `@request.auth.claims.group`."""
    if not header.lower().startswith(_CLAIMS):
        return False
    rest = header[len(_CLAIMS) :]
    dotted = rest.startswith(".") and len(rest) > 1
    return dotted or (rest.startswith("[") and rest.endswith("]") and len(rest) > 2)


def _length(domain: str) -> Iterator[str]:
    if len(domain.encode()) > LONGEST_DOMAIN:
        yield f"domain name {quoted(domain)} too long (max {LONGEST_DOMAIN})"
    elif not domain:
        yield "empty domain name not allowed"


def _is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None and -(2**63) <= int(text) < 2**63


def domain_labels(domain: str) -> Iterator[str]:
    """The labels of a domain name; the last may be empty, but no number."""
    *parts, top = domain.split(".")
    if _is_integer(top):
        reason = f"top level domain {quoted(top)} cannot be all-numeric"
        yield f"domain name {quoted(domain)} invalid ({reason})"
        return
    checked = [*parts, top] if top else parts
    bad = next((part for part in checked if not is_label(part)), None)
    if bad is not None:
        yield f"domain name {quoted(domain)} invalid (label {quoted(bad)} invalid)"


def fqdn(domain: str) -> Iterator[str]:
    """A fully qualified domain name."""
    wrong = list(_length(domain))
    yield from wrong or domain_labels(domain)


def wildcard_domain(domain: str) -> Iterator[str]:
    """A domain name whose first label may be a wildcard."""
    wrong = list(_length(domain))
    if wrong:
        yield from wrong
        return
    first, dot, rest = domain.partition(".")
    if not is_wildcard_label(first):
        yield f"domain name {quoted(domain)} invalid (label {quoted(first)} invalid)"
    elif dot:
        yield from domain_labels(rest)


def ip_address(address: str) -> Iterator[str]:
    """An IPv4 or IPv6 address."""
    if not is_ip(address):
        yield f"{address} is not a valid IP"


def ip_subnet(subnet: str) -> Iterator[str]:
    """An address, or a block of addresses such as 10.1.0.0/16."""
    if subnet.count("/") != 1:
        yield from ip_address(subnet)
    elif not _is_block(*subnet.split("/")):
        yield f"{subnet} is not a valid CIDR block"


def _is_block(address: str, bits: str) -> bool:
    if not is_ip(address) or "%" in address or _PREFIX_BITS.fullmatch(bits) is None:
        return False
    return int(bits) <= ipaddress.ip_address(address).max_prefixlen


def port(number: int) -> Iterator[str]:
    """The number of a port."""
    if not 1 <= number <= 65535:
        yield f"port number {number} must be in the range 1..65535"


def port_selector(selector: Mapping[str, Any] | None) -> Iterator[str]:
    """The port of a destination: `{number: 80}`."""
    if selector is not None:
        yield from port(selector.get("number") or 0)


def port_name(name: str) -> Iterator[str]:
    """The name of a port."""
    if not is_label(name):
        yield f"invalid port name: {name}"


def subset_name(name: str) -> Iterator[str]:
    """The name of a subset of a DestinationRule."""
    if not name:
        yield "subset name cannot be empty"
    elif not is_label(name):
        yield f"subset name is invalid: {name}"


def nanoseconds(text: Any) -> int | None:
    """A duration in nanoseconds, None for what cannot be read."""
    if not isinstance(text, str):
        return None
    if _ZERO.fullmatch(text):
        return 0
    try:
        return parse_duration(text)
    except ValueError:
        return None


def duration(text: Any) -> Iterator[str]:
    """A duration: 1ms at least, in whole milliseconds."""
    time = nanoseconds(text)
    if time is None:
        return
    if time < MILLISECOND:
        yield "duration must be greater than 1ms"
    elif time % MILLISECOND:
        yield "only durations to ms precision are supported"


def duration_range(time: int, least: int, most: int) -> Iterator[str]:
    """A duration in nanoseconds between two others, both allowed."""
    if not least <= time <= most:
        texts = [duration_text(one) for one in (time, least, most)]
        yield f"time {texts[0]} must be >{texts[1]} and <{texts[2]}"


def duration_text(time: int) -> str:
    """Nanoseconds as Go writes a duration: "1h0m0s", "1.5s", "30ms"."""
    if time < 0:
        return "-" + duration_text(-time)
    if 0 < time < SECOND:
        units = ((MILLISECOND, "ms"), (MICROSECOND, "µs"), (1, "ns"))
        size, unit = next(one for one in units if time >= one[0])
        return _decimal(time, size) + unit
    hours, rest = divmod(time, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    text = f"{hours}h" if hours else ""
    text += f"{minutes}m" if hours or minutes else ""
    return f"{text}{_decimal(rest, SECOND)}s"


def _decimal(time: int, unit: int) -> str:
    whole, rest = divmod(time, unit)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0").rstrip(".") if rest else str(whole)


def percent(value: int) -> Iterator[str]:
    """A whole percentage."""
    if not 0 <= value <= 100:
        yield f"percentage {value} is not in range 0..100"


def percentage(share: Mapping[str, Any] | None) -> Iterator[str]:
    """A percentage with decimals: `{value: 0.5}`."""
    value = (share or {}).get("value") or 0
    if value < 0 or value > 100 or 0 < value < 0.0001:
        yield f"percentage {float_text(value)} is neither 0.0, nor in range [0.0001, 100.0]"


def float_text(value: float) -> str:
    """A number as Go's %v writes a float: "100.5", "1e-05", "1e+21"."""
    digits = repr(float(value))
    _, _, exponent = digits.partition("e")
    if exponent and (int(exponent) < -4 or int(exponent) >= 21):
        return digits
    return f"{Decimal(digits):f}".removesuffix(".0")


def http_status(status: int) -> Iterator[str]:
    """The status of an answer (600 passes, whatever the words say)."""
    if not 200 <= status <= 600:
        yield f"HTTP status {status} is not in range 200-599"


def header_name(name: str) -> Iterator[str]:
    """The name of an HTTP header, in the characters that HTTP allows."""
    yield from _header(name, _HEADER)


def strict_header_name(name: str) -> Iterator[str]:
    """The name of a header that a token's claim is copied to: letters, digits, "-", "_"."""
    yield from _header(name, _STRICT_HEADER)


def _header(name: str, allowed: re.Pattern[str]) -> Iterator[str]:
    if not name:
        yield "header name cannot be empty"
    elif allowed.fullmatch(name) is None:
        yield f"header name {name} is not a valid header name"


def labels(pairs: Mapping[str, str] | None) -> Iterator[str]:
    """The labels of a workload or subset, keys and values."""
    for key, value in sorted((pairs or {}).items()):
        yield from _label_key(key)
        if _TAG_VALUE.fullmatch(value) is None:
            yield Listed(f"invalid tag value: {quoted(value)}")


def _label_key(key: str) -> Iterator[str]:
    found = _TAG_KEY.fullmatch(key)
    if found is None:
        yield Listed(f"invalid tag key: {quoted(key)}")
    elif found[1] and len(found[1]) - 1 > LONGEST_KEY_PREFIX:
        yield Listed(f"invalid tag key: {quoted(key)} (DNS prefix is too long)")
    elif len(found[2]) > LONGEST_LABEL:
        yield Listed(f"invalid tag key: {quoted(key)} (name is too long)")


def export_to(
    namespace: str, entries: Sequence[str] | None, *, service: bool = False, selecting: bool = False
) -> Iterator[str]:
    """The `exportTo` of an object in a namespace.

    `service`: of a ServiceEntry, which may be seen by no one ("~"); `selecting`: of a
    DestinationRule with a workload selector, which stays in its namespace.
    """
    entries = entries or ()
    seen: set[str] = set()
    for entry in entries:
        key = namespace if entry == "." else entry
        wrong = list(_repeated(entry, namespace) if key in seen else _visibility(key, service))
        yield from wrong
        if not wrong:
            seen.add(key)
    if selecting and seen:
        yield from _beyond(namespace, seen)
    if "*" in seen and len(entries) > 1:
        yield "cannot have both public (*) and non-public exportTo values for a resource"
    if "~" in seen and len(entries) > 1:
        yield "cannot export service entry to no one (~) and someone"


def _repeated(entry: str, namespace: str) -> Iterator[str]:
    if entry == ".":
        yield f"duplicate entries in exportTo: . and current namespace {namespace}"
    else:
        yield f"duplicate entries in exportTo for entry {entry}"


def _visibility(entry: str, service: bool) -> Iterator[str]:
    if entry == "~" and not service:
        yield "exportTo ~ (none) is not allowed for Istio configuration objects"
    elif entry not in (".", "*", "~") and not is_label(entry):
        yield "only .,*, or a valid DNS 1123 label is allowed as exportTo entry"


def _beyond(namespace: str, seen: set[str]) -> Iterator[str]:
    rule = "destination rule with workload selector cannot have"
    if namespace not in seen:
        yield f"{rule} exportTo beyond current namespace"
    elif len(seen) > 1:
        yield f"{rule} multiple entries in exportTo"
