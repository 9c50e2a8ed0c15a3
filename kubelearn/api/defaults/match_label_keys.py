"""Merging `matchLabelKeys` into label selectors when a pod is created.

The values of the pod's own labels are taken: a Deployment's pods of one revision are spread among
themselves with the key `pod-template-hash`. Done once, on creation, and not by defaulting.

Source: `mutatePodAffinity`, `mutateTopologySpreadConstraints` in
`pkg/registry/core/pod/strategy.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kubelearn.api.defaults.filling import each, inside, present
from kubelearn.api.objects import Object

REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


def merge_match_label_keys(pod: Object) -> Object:
    """The new pod with the label values of `matchLabelKeys` in its selectors."""
    labels = (pod.get("metadata") or {}).get("labels") or {}
    return inside(pod, "spec", lambda spec: _spec(spec, labels)) if labels else pod


def _spec(spec: Object, labels: Mapping[str, str]) -> Object:
    def term(given: Object) -> Object:
        return _merged(given, labels)

    def affinity(given: Object) -> Object:
        given = each(given, REQUIRED, term)
        return each(given, PREFERRED, lambda weighted: present(weighted, "podAffinityTerm", term))

    def affinities(given: Object) -> Object:
        given = present(given, "podAffinity", affinity)
        return present(given, "podAntiAffinity", affinity)

    return each(present(spec, "affinity", affinities), "topologySpreadConstraints", term)


def _merged(term: Object, labels: Mapping[str, str]) -> Object:
    selector = term.get("labelSelector")
    if selector is None:
        return term
    added = [
        *_expressions(term.get("matchLabelKeys") or (), "In", labels),
        *_expressions(term.get("mismatchLabelKeys") or (), "NotIn", labels),
    ]
    if not added:
        return term
    expressions = [*(selector.get("matchExpressions") or ()), *added]
    return {**term, "labelSelector": {**selector, "matchExpressions": expressions}}


def _expressions(keys: Sequence[str], operator: str, labels: Mapping[str, str]) -> list[Object]:
    return [
        {"key": key, "operator": operator, "values": [labels[key]]} for key in keys if key in labels
    ]
