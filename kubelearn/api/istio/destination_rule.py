"""What Istio refuses in a DestinationRule.

Source: istio `pkg/config/validation/validation.go` (ValidateDestinationRule), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.names import (
    export_to,
    labels,
    subset_name,
    wildcard_domain,
)
from kubelearn.api.istio.traffic_policy import traffic_policy
from kubelearn.api.istio.workload_selector import selector_labels
from kubelearn.api.objects import Object


def errors(obj: Object) -> Iterator[str]:
    """The errors of the object in Istio's order and words."""
    spec, namespace = obj.get("spec") or {}, obj["metadata"].get("namespace") or ""
    selector = spec.get("workloadSelector")
    yield from wildcard_domain(spec.get("host") or "")
    yield from traffic_policy(spec.get("trafficPolicy"))
    yield from _subsets(spec.get("subsets") or [])
    yield from export_to(namespace, spec.get("exportTo"), selecting=selector is not None)
    yield from selector_labels((selector or {}).get("matchLabels") or {})


def _subsets(subsets: list[Object | None]) -> Iterator[str]:
    seen: set[str] = set()
    for subset in subsets:
        if subset is None:
            yield "subset may not be null"
            continue
        name = subset.get("name") or ""
        if name in seen:
            yield f"duplicate subset names: {name}"
        seen.add(name)
        yield from subset_name(name)
        yield from labels(subset.get("labels"))
        yield from traffic_policy(subset.get("trafficPolicy"))
