"""Running the plugins of a profile."""

from typing import Any

import pytest

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import PreFilterResult
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.status import Code, Status, unschedulable
from tests.scheduler.clusters import cluster, make_node, make_pod

POD = pod_info(make_pod("p"))


def framework(**plugins: type) -> Framework:
    """The default profile with more plugins."""
    table = PLUGINS | plugins
    return Framework(table, Profile().extended(table))


def state(nodes: int = 2) -> CycleState:
    """A cycle over some empty nodes."""
    return CycleState(cluster([make_node(f"n{i}") for i in range(nodes)]).snapshot)


class Only:
    """Leaves one node."""

    name = "Only"

    def pre_filter(self, state: CycleState, pod: Any, nodes: Any) -> PreFilterResult:
        """Only n1."""
        return PreFilterResult(frozenset({"n1"}))


class Other:
    """Leaves another node."""

    name = "Other"

    def pre_filter(self, state: CycleState, pod: Any, nodes: Any) -> PreFilterResult:
        """Only n0."""
        return PreFilterResult(frozenset({"n0"}))


class Broken:
    """Divides by zero."""

    name = "Broken"

    def filter(self, state: CycleState, pod: Any, node: Any) -> None:
        """Never comes back."""
        raise ZeroDivisionError(f"{1}/0")


class Silly:
    """Answers what no plugin may answer."""

    name = "Silly"

    def filter(self, state: CycleState, pod: Any, node: Any) -> bool:
        """A yes is not an answer."""
        return True

    def score(self, state: CycleState, pod: Any, node: Any) -> int:
        """Out of range."""
        return 101


def test_a_prefilter_result_narrows_the_nodes() -> None:
    """The names are left, and who narrowed."""
    left, refusal, narrowed = framework(Only=Only).pre_filter(state(), POD)
    assert (frozenset({"n1"}), None, ["Only"]) == (left, refusal, narrowed)


def test_an_empty_intersection_refuses_the_pod() -> None:
    """Both plugins are named, in order."""
    _, refusal, _ = framework(Only=Only, Other=Other).pre_filter(state(), POD)
    assert refusal is not None
    assert refusal.message == "node(s) didn't satisfy plugin(s) [Only Other] simultaneously"


def test_a_plugin_that_raises_is_named_with_its_node() -> None:
    """The text says plugin, node and cause."""
    made, cycle = framework(Broken=Broken), state()
    made.pre_filter(cycle, POD)
    with pytest.raises(PluginError, match=r'"Broken" filter plugin: on node "n0": ZeroDivision'):
        made.filter(cycle, POD, cycle.snapshot.rows[0])


def test_nonsense_from_a_filter_is_refused() -> None:
    """The text says what was answered and what is allowed."""
    made, cycle = framework(Silly=Silly), state()
    made.pre_filter(cycle, POD)
    with pytest.raises(PluginError, match="it answered True: return None to pass"):
        made.filter(cycle, POD, cycle.snapshot.rows[0])


def test_a_score_out_of_range_is_refused() -> None:
    """Upstream's text."""
    cycle = state()
    with pytest.raises(PluginError, match="returns an invalid score 101, it should in the range"):
        framework(Silly=Silly).score(cycle, POD, cycle.snapshot.rows)


def test_the_first_refusal_counts() -> None:
    """Later filters are not asked; the refusal names its plugin."""

    class Never:
        name = "Never"

        def filter(self, state: CycleState, pod: Any, node: Any) -> Status:
            return unschedulable("never")

    made, cycle = framework(Never=Never, Broken=Broken), state()
    made.pre_filter(cycle, POD)
    status = made.filter(cycle, POD, cycle.snapshot.rows[0])
    assert status is not None
    assert (status.plugin, status.message) == ("Never", "never")


def test_nominated_pods_count_as_if_there() -> None:
    """A pod of equal priority has its room kept; one of higher priority does not care."""
    cache = cluster([make_node("n")])
    cache.nominate(pod_info(make_pod("first", "3")), "n")
    made, cycle = framework(), CycleState(cache.snapshot)
    late = pod_info(make_pod("late", "2"))
    made.pre_filter(cycle, late)
    status = made.filter_with_nominated(cycle, late, cache.snapshot.rows[0])
    assert status is not None
    assert status.message == "Insufficient cpu"
    better = late._replace(priority=1)
    assert made.filter_with_nominated(cycle, better, cache.snapshot.rows[0]) is None


def test_arguments_are_spelled_as_in_the_configuration() -> None:
    """Camel case becomes the constructor's own spelling."""
    args = {"InterPodAffinity": {"hardPodAffinityWeight": 7}}
    made = Framework(PLUGINS, Profile(args=args))
    assert made.plugins["InterPodAffinity"].hard_pod_affinity_weight == 7


def test_an_unknown_plugin_is_named() -> None:
    """The error lists what there is."""
    with pytest.raises(ValueError, match="'Nope', which is not in the plugin table"):
        Framework(PLUGINS, Profile().weighted(Nope=1))


def test_one_queue_sort_is_needed() -> None:
    """Without any the order of the queue would be undefined."""
    with pytest.raises(ValueError, match="exactly one plugin with queue_sort"):
        Framework(PLUGINS, Profile().without("PrioritySort"))


def test_what_is_no_exception_breaks_a_plugin_too() -> None:
    """Only the learner's own interruption goes through."""

    class Leaving:
        def __init__(self, kind: type[BaseException] = SystemExit) -> None:
            self.kind = kind

        def filter(self, state: CycleState, pod: Any, node: Any) -> None:
            raise self.kind

        def score(self, state: CycleState, pod: Any, node: Any) -> int:
            raise self.kind

    class Interrupted(Leaving):
        def __init__(self) -> None:
            super().__init__(KeyboardInterrupt)

    cycle = state()
    for plugin, expected in ((Leaving, PluginError), (Interrupted, KeyboardInterrupt)):
        made = framework(X=plugin)
        made.pre_filter(cycle, POD)
        with pytest.raises(expected):
            made.filter(cycle, POD, cycle.snapshot.rows[0])
        with pytest.raises(expected):
            made.score(cycle, POD, cycle.snapshot.rows)


def test_a_raw_score_is_a_whole_number_too() -> None:
    """Even if the plugin brings it into range afterwards."""

    class Halves:
        def score(self, pod: Any, node: Any) -> float:
            return 0.5

        def normalize_score(self, state: Any, pod: Any, scores: Any) -> Any:
            return dict.fromkeys(scores, 1)

    cycle = state()
    with pytest.raises(PluginError, match="returns an invalid score 0\\.5, it should"):
        framework(Halves=Halves).score(cycle, POD, cycle.snapshot.rows)


def test_a_broken_preenqueue_holds_its_pod_back() -> None:
    """With the error as the reason: nothing else can be said while the pod is not tried."""

    class Gate:
        def pre_enqueue(self, pod: Any) -> Any:
            return 7 if pod.name == "p" else None

    made = framework(Gate=Gate)
    status = made.pre_enqueue(POD)
    assert status is not None
    assert (status.plugin, status.code) == ("Gate", Code.ERROR)
    assert status.message.startswith('running PreEnqueue plugin "Gate": it answered 7: return None')
    assert made.pre_enqueue(pod_info(make_pod("q"))) is None
