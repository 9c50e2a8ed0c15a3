"""A pod's affinity to other pods, read once per revision.

Source: `pkg/scheduler/framework/types.go` (AffinityTerm, WeightedAffinityTerm), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.api.selector_text import SelectorError
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
    problem: str = ""
    """What is wrong with selectors of the pod; terms of a list with such a one do not count."""


NO_TERMS = PodTerms((), (), ())


def pod_terms(pod: Object) -> PodTerms:
    """The affinity and anti-affinity terms of a pod; NO_TERMS itself when it has neither part."""
    affinity = pod["spec"].get("affinity") or {}
    near, far = affinity.get("podAffinity"), affinity.get("podAntiAffinity")
    if near is None and far is None:
        return NO_TERMS
    near, far = near or {}, far or {}
    read = _Reader(pod)
    required = read.terms("requiredAffinityTerms", near)
    required_anti = read.terms("requiredAntiAffinityTerms", far)
    preferred = read.weighted("preferredAffinityTerms", near, 1)
    preferred_anti = read.weighted("preferredAntiAffinityTerms", far, -1)
    found = read.problems
    problem = found[0] if len(found) == 1 else f"[{', '.join(found)}]" if found else ""
    return PodTerms(required, required_anti, (*preferred, *preferred_anti), problem)


class _Reader:
    """Reads lists of terms and keeps what is wrong with them, in upstream's words."""

    def __init__(self, pod: Object) -> None:
        self.pod = pod
        self.problems: list[str] = []

    def terms(self, name: str, affinity: Mapping[str, Any]) -> tuple[AffinityTerm, ...]:
        """The required terms."""
        try:
            return tuple(_term(term, self.pod) for term in affinity.get(REQUIRED) or ())
        except SelectorError as error:
            self.problems.append(f"{name}: {error}")
            return ()

    def weighted(
        self, name: str, affinity: Mapping[str, Any], sign: int
    ) -> tuple[WeightedTerm, ...]:
        """The preferred terms."""
        try:
            return tuple(
                WeightedTerm(_term(entry["podAffinityTerm"], self.pod), sign * entry["weight"])
                for entry in affinity.get(PREFERRED) or ()
            )
        except SelectorError as error:
            self.problems.append(f"{name}: {error}")
            return ()


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
