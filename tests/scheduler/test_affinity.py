"""Affinity terms of pods."""

from kubelearn.scheduler.affinity import NO_TERMS, pod_terms
from tests.scheduler.clusters import make_pod

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def term(**fields: object) -> dict[str, object]:
    """A term for app=x on one host."""
    selector = {"matchLabels": {"app": "x"}}
    return {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname", **fields}


def terms_of(one: dict[str, object]) -> object:
    """The required term of a pod, read."""
    pod = make_pod("p", affinity={"podAffinity": {REQUIRED: [one]}})
    return pod_terms(pod).required[0]


def test_without_namespaces_the_pods_own_counts() -> None:
    """Neither list nor selector."""
    read = terms_of(term())
    assert read.matches("default", {"app": "x"}, {})
    assert not read.matches("other", {"app": "x"}, {})


def test_a_namespace_selector_looks_at_labels() -> None:
    """Beside the list; an empty one means all namespaces."""
    read = terms_of(term(namespaceSelector={"matchLabels": {"team": "a"}}, namespaces=["b"]))
    labels = {"a": {"team": "a"}, "c": {}}
    assert [read.matches(n, {"app": "x"}, labels) for n in "abc"] == [True, True, False]
    assert terms_of(term(namespaceSelector={})).matches("any", {"app": "x"}, {})


def test_a_pod_without_affinity_to_pods_has_no_terms() -> None:
    """Node affinity alone is none."""
    assert pod_terms(make_pod("p", affinity={"nodeAffinity": {}})) == NO_TERMS
