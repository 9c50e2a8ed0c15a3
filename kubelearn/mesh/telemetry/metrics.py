"""What Telemetry objects change of a proxy's metrics: which are counted, and with which labels.

Source: istio `pilot/pkg/model/telemetry.go` (mergeMetrics), 1.27; istio/proxy
`source/extensions/filters/http/istio_stats/istio_stats.cc` (MetricOverrides).

Unlike the real one: without `defaultProviders.metrics` the provider prometheus counts, as an
installation sets it; metrics of sizes and of gRPC messages are not counted at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.mesh.push import Push
from kubelearn.mesh.telemetry.expressions import Attributes, value
from kubelearn.mesh.telemetry.labels import UNKNOWN, Changes
from kubelearn.mesh.telemetry.query import CLOSED, DURATION, OPENED, REQUESTS

Json = Mapping[str, Any]
ALL = "ALL_METRICS"
NAMES = {
    "REQUEST_COUNT": REQUESTS,
    "REQUEST_DURATION": DURATION,
    "REQUEST_SIZE": "istio_request_bytes",
    "RESPONSE_SIZE": "istio_response_bytes",
    "TCP_OPENED_CONNECTIONS": OPENED,
    "TCP_CLOSED_CONNECTIONS": CLOSED,
    "TCP_SENT_BYTES": "istio_tcp_sent_bytes_total",
    "TCP_RECEIVED_BYTES": "istio_tcp_received_bytes_total",
    "GRPC_REQUEST_MESSAGES": "istio_request_messages_total",
    "GRPC_RESPONSE_MESSAGES": "istio_response_messages_total",
}
"""The metrics by the names that Telemetry objects give them."""
PROMETHEUS = "prometheus"


class Override(NamedTuple):
    """What is changed of one metric."""

    disabled: bool = False
    tags: tuple[tuple[str, str | None], ...] = ()
    """Label and the expression for its value; None = the label is left out."""


Overrides = Mapping[str, Override]
"""By metric; those that are not named are as they always are."""


def overrides(push: Push, specs: Sequence[Json], mode: str) -> Overrides | None:
    """What a proxy counts on one of its sides; None when it counts nothing."""
    entries = [entry for spec in specs for entry in spec.get("metrics") or ()]
    default = (push.mesh.get("defaultProviders") or {}).get("metrics") or [PROMETHEUS]
    in_scope, found = default, dict[str, Overrides]()
    for entry in entries:
        in_scope = _providers(entry) or in_scope
    off: set[str] = set() if entries else set(in_scope) - set(default)
    parent: Sequence[str] = default
    for entry in entries:
        parent = _providers(entry) or parent
        for provider in parent:
            if provider in in_scope:
                found[provider] = _with(found.get(provider, {}), entry, mode)
                _turn(off, provider, entry)
    used = [one for one in in_scope if _counts(push, one) and one not in off]
    return found.get(used[0], {}) if used else None


def _providers(entry: Json) -> list[str]:
    return [one["name"] for one in entry.get("providers") or ()]


def _counts(push: Push, name: str) -> bool:
    """Whether a provider is Prometheus; one of this name is there by itself."""
    listed = (one for one in push.mesh.get("extensionProviders") or () if one.get("name") == name)
    provider = next(listed, None)
    return name == PROMETHEUS if provider is None else PROMETHEUS in provider


def _turn(off: set[str], provider: str, entry: Json) -> None:
    """All metrics off takes a provider out; whatever is said later brings it back."""
    for one in entry.get("overrides") or ():
        if _all_off(one):
            off.add(provider)
        else:
            off.discard(provider)


def _all_off(override: Json) -> bool:
    named = (override.get("match") or {}).get("metric")
    return named == ALL and bool(override.get("disabled"))


def _with(before: Overrides, entry: Json, mode: str) -> Overrides:
    """The overrides of an entry on top of earlier ones."""
    found = dict(before)
    for one in entry.get("overrides") or ():
        match = one.get("match") or {}
        if _all_off(one) or match.get("mode", mode) not in (mode, "CLIENT_AND_SERVER"):
            continue
        for name in named(match):
            old = found.get(name, Override())
            tags = {**dict(old.tags), **changed_tags(one)}
            disabled = bool(one["disabled"]) if "disabled" in one else old.disabled
            found[name] = Override(disabled, tuple(sorted(tags.items())))
    return found


def named(match: Json) -> Iterable[str]:
    """The metrics that a match means; all without one."""
    if match.get("customMetric"):
        raise ValueError("customMetric is not modelled: use metric")
    name = match.get("metric", ALL)
    if name != ALL and name not in NAMES:
        raise ValueError(f"there is no metric {name!r}: use {', '.join((ALL, *NAMES))}")
    return NAMES.values() if name == ALL else (NAMES[name],)


def changed_tags(override: Json) -> dict[str, str | None]:
    """Label → the expression for its value, or None for one that is removed."""
    found: dict[str, str | None] = {}
    for name, change in (override.get("tagOverrides") or {}).items():
        operation = change.get("operation", "UPSERT")
        if operation not in ("UPSERT", "REMOVE"):
            raise ValueError(f"operation {operation!r} of a tag: use UPSERT or REMOVE")
        removed = operation == "REMOVE"
        if removed == bool(change.get("value")):
            wrong = "has a value" if removed else "has no value"
            raise ValueError(f"tagOverrides.{name}: {operation} {wrong}")
        found[name] = None if removed else str(change["value"])
    return found


def changes(found: Overrides, attributes: Attributes) -> Changes:
    """What they make of the labels of one request, by metric."""
    return tuple(
        (metric, None if one.disabled else tuple(
            (name, None if text is None else _said(value(text, attributes)))
            for name, text in one.tags
        ))
        for metric, one in sorted(found.items())
    )  # fmt: skip


def _said(found: Any) -> str:
    if found is None:
        return UNKNOWN
    return str(found).lower() if isinstance(found, bool) else str(found)
