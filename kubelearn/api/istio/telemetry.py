"""Telemetry: its targets, and providers, tags and overrides of metrics, traces and access logs.

Source: istio `pkg/config/validation/validation.go` (ValidateTelemetry), 1.27.

Unlike the real one: the expression of an access log's filter is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.policy_targets import policy_targets
from kubelearn.api.objects import Object

Fields = Mapping[str, Any]
TAGS = {"literal": ("value", "literal tag value"), "header": ("name", "header tag name"),
        "environment": ("name", "environment tag name")}  # fmt: skip
"""The field that a custom tag of each kind must have, and what it is called."""


def errors(obj: Object) -> Iterator[str]:
    """What is wrong with a Telemetry."""
    spec = obj.get("spec") or {}
    yield from policy_targets(spec)
    for metrics in spec.get("metrics") or ():
        yield from _metrics(metrics or {})
    for tracing in spec.get("tracing") or ():
        yield from _tracing(tracing or {})
    for logging in spec.get("accessLogging") or ():
        yield from _providers(logging or {})


def _providers(block: Fields) -> Iterator[str]:
    if not all((provider or {}).get("name") for provider in block.get("providers") or ()):
        yield "providers.name may not be empty"


def _metrics(metrics: Fields) -> Iterator[str]:
    yield from _providers(metrics)
    for override in metrics.get("overrides") or ():
        for _, tag in sorted(((override or {}).get("tagOverrides") or {}).items()):
            yield from _tag_override(tag)
        if ((override or {}).get("match") or {}).get("customMetric") == "":
            yield "customMetric may not be empty"


def _tag_override(tag: Fields | None) -> Iterator[str]:
    if tag is None:
        yield "tagOverrides may not be null"
        return
    upsert = (tag.get("operation") or "UPSERT") == "UPSERT"
    if upsert and not tag.get("value"):
        yield "tagOverrides.value must be set when operation is UPSERT"
    if not upsert and tag.get("value"):
        yield "tagOverrides.value may only be set when operation is UPSERT"


def _tracing(tracing: Fields) -> Iterator[str]:
    yield from _providers(tracing)
    if not 0 <= (tracing.get("randomSamplingPercentage") or 0) <= 100:
        yield "randomSamplingPercentage must be in range [0.0, 100.0]"
    for name, tag in sorted((tracing.get("customTags") or {}).items()):
        yield from _custom_tag(name, tag)


def _custom_tag(name: str, tag: Fields | None) -> Iterator[str]:
    if not name:
        yield "tag name may not be empty"
    if tag is None:
        yield f"tag '{name}' may not have a nil value"
        return
    for kind, (field, words) in TAGS.items():
        if kind in tag and not (tag[kind] or {}).get(field):
            yield f"{words} may not be empty"
