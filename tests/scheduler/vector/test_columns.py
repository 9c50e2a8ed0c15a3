"""When columns are made, kept, brought in line and thrown away."""

import pickle
import subprocess
import sys
from typing import Any

import pytest

from kubelearn.scheduler.algorithm import Evaluation, begin, evaluate
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.vector.columns import Columns
from kubelearn.scheduler.vector.evaluation import VectorEvaluation
from tests.scheduler.clusters import cluster, make_node, make_pod

FRAMEWORK = Framework(PLUGINS, Profile())


def large() -> Cache:
    """120 nodes."""
    return cluster(make_node(f"n{number}") for number in range(120))


def looked_at(cache: Cache) -> Columns:
    """The columns after one pod was evaluated."""
    evaluate(FRAMEWORK, cache.update_snapshot(), pod_info(make_pod("p")), 0)
    assert cache.snapshot.columns is not None
    return cache.snapshot.columns


def renewed(cache: Cache, name: str, **status: Any) -> dict[str, Any]:
    """A newer revision of a node."""
    row = cache.snapshot.node(name)
    assert row is not None
    return {**row.obj, "status": {**row.obj["status"], **status}}


def test_heartbeats_change_nothing() -> None:
    """Conditions are not read by any plugin."""
    cache = large()
    columns = looked_at(cache)
    cache.put_node(renewed(cache, "n7", conditions=[{"type": "Ready", "status": "True"}]))
    assert (columns, []) == (cache.snapshot.columns, columns.log)


def test_a_node_with_less_room_is_looked_at_again() -> None:
    """One place is noted, nothing is made anew."""
    cache = large()
    columns = looked_at(cache)
    cache.put_node(renewed(cache, "n7", allocatable={"cpu": "1"}))
    assert ([7], [7], columns) == (columns.log, columns.node_log, cache.snapshot.columns)


def test_equal_loads_are_one_object() -> None:
    """So that what is said of one node is known of all like it; a placement makes it another."""
    cache = large()
    columns = looked_at(cache)
    assert columns.load(7) is columns.load(8)
    cache.assume(pod_info(make_pod("q")).on(columns.names[7]))
    assert columns.load(7) is not columns.load(8)


def test_placements_are_noted() -> None:
    """The place of each node that a pod came to or left."""
    cache = large()
    columns = looked_at(cache)
    row = pod_info(make_pod("q", nodeName="n3"))
    cache.put_pod(row)
    cache.remove_pod(row.key)
    assert (columns.log, columns.node_log) == ([3, 3], [])


def test_a_confirmation_changes_no_column() -> None:
    """The API says what was assumed."""
    cache = large()
    row = pod_info(make_pod("q")).on("n3")
    cache.assume(row)
    columns = looked_at(cache)
    cache.confirm(pod_info(make_pod("q", nodeName="n3")))
    assert columns.log == []


def test_other_labels_and_other_nodes_need_new_columns() -> None:
    """Domains and places are others then."""
    cache = large()
    looked_at(cache)
    cache.put_node(make_node("n1", {"zone": "a"}))
    assert cache.snapshot.columns is None
    looked_at(cache)
    cache.remove_node("n1")
    assert cache.snapshot.columns is None


def test_copies_have_no_columns() -> None:
    """A fork and a saved world make their own."""
    cache = large()
    looked_at(cache)
    saved = pickle.loads(pickle.dumps(cache.snapshot))
    assert (cache.fork().snapshot.columns, saved.columns) == (None, None)
    assert saved.by_name == cache.snapshot.by_name


def test_a_decision_is_saved_written_out() -> None:
    """It can be read where there is no numpy."""
    pod = pod_info(make_pod("p"))
    found = evaluate(FRAMEWORK, large().snapshot, pod, 0)
    outcome = {"time": 1, "cycle": 2, "attempt": 1, "node": "n0"}
    later = found.deferred(FRAMEWORK, pod, outcome)
    assert (later.time, later.nodes, later.node, later.feasible) == (1, 120, "n0", 100)
    assert later.written() == pickle.loads(pickle.dumps(later))


class Refuser:
    """A learner's plugin, in plain Python only."""

    name = "Refuser"

    def filter(self, state: Any, pod: Any, node: Any) -> None:
        """Pass every node."""


def test_a_plugin_without_vector_form_takes_the_plain_form() -> None:
    """All of the pod's cycle is plain then."""
    profile = Profile().weighted(Refuser=1)
    framework = Framework(PLUGINS | {"Refuser": Refuser}, profile)
    found = begin(framework, large().snapshot, pod_info(make_pod("p")), 0)
    assert Evaluation is type(found)


@pytest.mark.parametrize(
    "spec",
    [
        {"resourceClaims": [{"name": "gpu"}]},
        {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]},
    ],
)
def test_claims_take_the_plain_form(spec: dict[str, Any]) -> None:
    """Their plugins have no vector form."""
    pod = pod_info(make_pod("p", **spec))
    assert Evaluation is type(begin(FRAMEWORK, large().snapshot, pod, 0))


def test_terms_that_cannot_be_read_take_the_plain_form() -> None:
    """It says what is wrong with them."""
    broken = {"matchExpressions": [{"key": "app", "operator": "Near", "values": ["a"]}]}
    term = {"topologyKey": "zone", "labelSelector": broken}
    affinity = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    pod = pod_info(make_pod("p", affinity=affinity))
    assert Evaluation is type(begin(FRAMEWORK, large().snapshot, pod, 0))


def test_harmless_volumes_do_not() -> None:
    """Every pod has the volume with the token of its service account."""
    pod = pod_info(make_pod("p", volumes=[{"name": "token", "projected": {}}]))
    assert VectorEvaluation is type(begin(FRAMEWORK, large().snapshot, pod, 0))


def test_nominations_take_the_plain_form() -> None:
    """They need the double look at a node."""
    cache = large()
    cache.nominate(pod_info(make_pod("q")), "n1")
    found = begin(FRAMEWORK, cache.snapshot, pod_info(make_pod("p")), 0)
    assert Evaluation is type(found)


def printed(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_numpy_is_not_imported_before_a_cluster_is_large() -> None:
    """Small clusters do without it."""
    code = "import sys, kubelearn.scheduler, kubelearn.world.world; print('numpy' in sys.modules)"
    assert printed(code) == "False"


def test_without_numpy_large_clusters_take_the_plain_form() -> None:
    """As in a browser that has not loaded it."""
    code = """
import sys, importlib.util
found = importlib.util.find_spec
sys.modules["numpy"] = None
importlib.util.find_spec = lambda name, *more: None if name == "numpy" else found(name, *more)
from kubelearn.scheduler.algorithm import begin
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod
snapshot = cluster(make_node(f"n{n}") for n in range(120)).snapshot
print(type(begin(Framework(PLUGINS, Profile()), snapshot, pod_info(make_pod("p")), 0)).__name__)
"""
    assert printed(code) == "Evaluation"
