"""A pod's affinity to other pods, read once per revision.

Source: `pkg/scheduler/framework/types.go` (AffinityTerm, WeightedAffinityTerm), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.selectors import Selector, of

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

Namespaces = Mapping[str, Mapping[str, str]]
"""Namespace name -> its labels."""


class AffinityTerm(NamedTuple):
    """Which pods a term speaks of, and the label that says how near is near."""

    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector | None
    topology_key: str

    def matches(self, namespace: str, labels: Mapping[str, str], namespaces: Namespaces) -> bool:
        """Whether a pod with these labels, in this namespace, is one that the term speaks of."""
        if namespace not in self.namespaces:
            selector = self.namespace_selector
            if selector is None or not selector.matches(namespaces.get(namespace, {})):
                return False
        return self.selector.matches(labels)


class WeightedTerm(NamedTuple):
    """A preferred term; the weight is negative for anti-affinity."""

    term: AffinityTerm
    weight: int


class PodTerms(NamedTuple):
    """All terms of a pod."""

    required: tuple[AffinityTerm, ...]
    required_anti: tuple[AffinityTerm, ...]
    preferred: tuple[WeightedTerm, ...]
    """Affinity first, then anti-affinity with negative weights."""


NO_TERMS = PodTerms((), (), ())


def pod_terms(pod: Object) -> PodTerms:
    """The affinity and anti-affinity terms of a pod; NO_TERMS itself when it has neither part."""
    affinity = pod["spec"].get("affinity") or {}
    near, far = affinity.get("podAffinity"), affinity.get("podAntiAffinity")
    if near is None and far is None:
        return NO_TERMS
    near, far = near or {}, far or {}
    return PodTerms(
        tuple(_term(term, pod) for term in near.get(REQUIRED) or ()),
        tuple(_term(term, pod) for term in far.get(REQUIRED) or ()),
        (*_weighted(near, pod, 1), *_weighted(far, pod, -1)),
    )


def _weighted(affinity: Mapping[str, Any], pod: Object, sign: int) -> list[WeightedTerm]:
    return [
        WeightedTerm(_term(entry["podAffinityTerm"], pod), sign * entry["weight"])
        for entry in affinity.get(PREFERRED) or ()
    ]


def _term(term: Mapping[str, Any], pod: Object) -> AffinityTerm:
    listed, chosen = term.get("namespaces") or (), term.get("namespaceSelector")
    if not listed and chosen is None:
        listed = (pod["metadata"].get("namespace", ""),)
    return AffinityTerm(
        of(term.get("labelSelector")),
        frozenset(listed),
        None if chosen is None else of(chosen),
        term.get("topologyKey", ""),
    )
