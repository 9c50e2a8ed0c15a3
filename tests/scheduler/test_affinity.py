"""Affinity terms of pods."""

from kubelearn.scheduler.affinity import NO_TERMS, PREFERRED, REQUIRED, pod_terms
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from kubelearn.scheduler.status import Code
from tests.scheduler.clusters import cluster, make_node, make_pod


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


def test_a_selector_that_means_nothing_is_told() -> None:
    """Its list does not count, the others do."""
    wrong = {"matchExpressions": [{"key": "app", "operator": "In", "values": []}]}
    preferred = {"weight": 1, "podAffinityTerm": term()}
    near = {REQUIRED: [term(labelSelector=wrong)], PREFERRED: [preferred]}
    read = pod_terms(make_pod("p", affinity={"podAffinity": near}))
    assert (read.required, len(read.preferred)) == ((), 1)
    text = "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
    assert read.problem == f"requiredAffinityTerms: {text}"


def test_a_pod_whose_terms_cannot_be_read_is_refused() -> None:
    """By PreFilter; PreScore takes it for an error."""
    wrong = term(labelSelector={"matchLabels": {"app": "{}"}})
    info = pod_info(make_pod("p", affinity={"podAntiAffinity": {REQUIRED: [wrong]}}))
    state, plugin = CycleState(cluster([make_node("n")]).snapshot), InterPodAffinity()
    refusal, error = plugin.pre_filter(state, info, ()), plugin.pre_score(state, info, ())
    assert refusal is not None
    assert error is not None
    assert refusal.message.startswith("parsing pod: requiredAntiAffinityTerms: values[0][app]: ")
    assert (refusal.code, error.code) == (Code.UNRESOLVABLE, Code.ERROR)
