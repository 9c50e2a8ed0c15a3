"""Rules of the conversion between versions of custom resources (Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import items
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    not_supported,
    required,
)

STRATEGIES = ("None", "Webhook")
REVIEW_VERSIONS = ("v1", "v1beta1")


def conversion_errors(conversion: Object, path: str) -> list[FieldError]:
    """A webhook is given exactly when the strategy asks for one."""
    strategy, webhook = conversion.get("strategy", ""), conversion.get("webhook")
    if not strategy:
        return [required(child(path, "strategy"))]
    errors = (
        []
        if strategy in STRATEGIES
        else [not_supported(child(path, "strategy"), strategy, STRATEGIES)]
    )
    place, config = child(path, "webhookClientConfig"), (webhook or {}).get("clientConfig")
    if strategy != "Webhook":
        detail = "should not be set when strategy is not set to Webhook"
        return errors + ([] if config is None else [forbidden(place, detail)])
    if config is None:
        errors.append(required(place, "required when strategy is set to Webhook"))
    elif (config.get("url") is None) == (config.get("service") is None):
        errors.append(required(place, "exactly one of url or service is required"))
    return errors + _review_versions(webhook or {}, child(path, "conversionReviewVersions"))


def _review_versions(webhook: Object, path: str) -> list[FieldError]:
    versions = items(webhook, "conversionReviewVersions")
    if not versions:
        return [required(path)]
    if any(version in REVIEW_VERSIONS for version in versions):
        return []
    return [invalid(path, versions, f"must include at least one of {', '.join(REVIEW_VERSIONS)}")]
