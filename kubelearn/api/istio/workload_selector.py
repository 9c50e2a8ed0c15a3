"""Labels that choose workloads: the errors of a selector.

Source: istio `pkg/config/validation/validation.go` (validateWorkloadSelector and
ValidateAlphaWorkloadSelector), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.names import quoted


def selector_labels(labels: dict[str, str]) -> Iterator[str]:
    """The errors of the labels of a selector, by key."""
    for key, value in sorted(labels.items()):
        pair = quoted(f"{key}={value}")
        if not key:
            yield f"empty key is not supported in selector: {pair}"
        if "*" in key or "*" in value:
            yield f"wildcard is not supported in selector: {pair}"
