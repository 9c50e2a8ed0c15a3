"""The vector forms find what the plain forms find, whatever happens to the cluster."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.scheduler.algorithm import Evaluation, evaluate, find_feasible, rank
from kubelearn.scheduler.cache import Cache
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.decisions import record
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo, pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.vector.evaluation import VectorEvaluation, find
from tests.scheduler.clusters import cluster, make_node, make_pod
from tests.scheduler.vector.random_clusters import (
    APPS,
    REQUIRED,
    ZONE,
    change_node,
    random_cluster,
    random_node,
    random_pod,
    service,
)

FRAMEWORK = Framework(PLUGINS, Profile())
MOST = {"scoringStrategy": {"type": "MostAllocated"}}
PACKING = Framework(PLUGINS, Profile(args={"NodeResourcesFit": MOST}))


def plain(framework: Framework, cache: Cache, pod: PodInfo, start: int) -> Evaluation:
    """What the plain form finds."""
    snapshot = cache.update_snapshot()
    found = Evaluation(len(snapshot.rows), CycleState(snapshot))
    find_feasible(framework, found, pod, start)
    if found.count:
        rank(framework, found, pod)
    return found


def shown(framework: Framework, found: Evaluation, pod: PodInfo) -> dict[str, Any]:
    """Everything that is seen of an evaluation."""
    node = found.best[0].name if found.best else ""
    outcome = {"time": 5, "cycle": 1, "attempt": 1, "node": node}
    later = found.deferred(framework, pod, outcome) if node else None
    decision = record(found, framework, pod, **outcome) if later is None else later.written()
    return {
        "feasible": [row.name for row in found.feasible],
        "statuses": list(found.statuses.statuses.items()),
        "raw": found.raw,
        "scores": found.scores,
        "order": list(found.scores),
        "totals": found.totals,
        "best": [row.name for row in found.best],
        "scanned": found.scanned,
        "counts": (found.count, found.ties, found.evaluated, found.nodes),
        "picked": found.pick(found.ties - 1) if node else None,
        "refused": (found.message, found.rejected_by, found.state.skip_filter) if not node else (),
        "decision": decision,
    }


def compared(framework: Framework, cache: Cache, pod: PodInfo, start: int) -> Evaluation:
    """The plain evaluation, after checking that the vector form says the same."""
    expected = plain(framework, cache, pod, start)
    actual = find(framework, cache.update_snapshot(), pod, start)
    assert actual is not None
    if actual.count > 1:
        actual.prioritize(framework, pod)
    assert shown(framework, expected, pod) == shown(framework, actual, pod)
    return expected


class Play:
    """A cluster in which things happen."""

    def __init__(self, seed: int, nodes: int, pods: int, framework: Framework) -> None:
        self.random = Random(seed)
        self.framework = framework
        self.cache = random_cluster(nodes, pods, self.random)
        self.kinds = [random_pod("kind", self.random) for _ in range(4)]
        self.start = 0
        self.serial = 0

    def step(self) -> None:
        """One thing happens; most often a pod is placed."""
        what = self.random.choices(
            [self.place, self.remove, self.confirm, self.node, self.other], [10, 2, 3, 1, 1]
        )[0]
        what()

    def pod(self) -> dict[str, Any]:
        """A pod of one of few kinds, or of its own."""
        self.serial += 1
        name = f"p{self.serial}"
        if self.random.random() < 0.3:
            return random_pod(name, self.random)
        kind = self.random.choice(self.kinds)
        return {**kind, "metadata": {**kind["metadata"], "name": name}}

    def place(self) -> None:
        """A pod is tried and, if it fits, assumed on one of the best nodes."""
        row = pod_info(self.pod())
        found = compared(self.framework, self.cache, row, self.start)
        self.start = (self.start + found.scanned) % found.nodes
        if found.best:
            self.cache.assume(row.on(self.random.choice(found.best).name))

    def some_pod(self) -> PodInfo | None:
        """Any pod that has a node."""
        return self.random.choice(list(self.cache.pods.values())) if self.cache.pods else None

    def remove(self) -> None:
        """A pod goes."""
        row = self.some_pod()
        if row is not None:
            self.cache.remove_pod(row.key)

    def confirm(self) -> None:
        """The API confirms a pod, with more labels or on its way out."""
        row = self.some_pod()
        if row is not None:
            labels = {**row.labels, "app": self.random.choice([row.labels["app"], *APPS])}
            ending = {"deletionTimestamp": "x"} if self.random.random() < 0.3 else {}
            metadata = {**row.obj["metadata"], "labels": labels, **ending}
            spec = {**row.obj["spec"], "nodeName": row.node}
            self.cache.confirm(pod_info({**row.obj, "metadata": metadata, "spec": spec}))

    def node(self) -> None:
        """A node changes, comes or goes."""
        row = self.random.choice(self.cache.update_snapshot().rows)
        turn = self.random.random()
        if turn < 0.1 and len(self.cache.snapshot.rows) > 2:
            self.cache.remove_node(row.name)
        elif turn < 0.2:
            self.cache.put_node(random_node(self.random.randrange(200), self.random))
        else:
            node = {**row.obj, "status": dict(row.obj["status"])}
            change_node(node, self.random)
            self.cache.put_node(node)

    def other(self) -> None:
        """A Service comes, or another one goes."""
        app = self.random.choice(APPS)
        made = service(app) if self.random.random() < 0.7 else None
        self.cache.put_object("services", ("default", f"s-{app}"), made)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 30), st.integers(0, 60))
def test_small_clusters(seed: int, nodes: int, pods: int) -> None:
    """All nodes are looked at."""
    play = Play(seed, nodes, pods, FRAMEWORK)
    for _ in range(25):
        play.step()


@pytest.mark.parametrize("framework", [FRAMEWORK, PACKING])
@pytest.mark.parametrize("seed", range(3))
def test_sampled_clusters(seed: int, framework: Framework) -> None:
    """The scan begins where the last one ended, and ends when enough nodes are found."""
    play = Play(seed, 180, 200, framework)
    for _ in range(40):
        play.step()


def placed(cache: Cache, pods: int, **spec: Any) -> list[str]:
    """The zones of pods that go one by one where both forms want them; "" for nowhere."""
    zones = []
    for _ in range(pods):
        name = f"p{len(cache.pods)}"
        pod = make_pod(name, labels={"app": "a"}, **spec)
        found = compared(FRAMEWORK, cache, pod_info(pod), 0)
        zones.append(found.best[0].labels[ZONE] if found.best else "")
        if found.best:
            cache.assume(pod_info(pod).on(found.best[0].name))
    return sorted(zones)


def zoned(**specs: dict[str, Any]) -> Cache:
    """Two nodes in each zone, with the spec of the zone."""
    return cluster(
        make_node(f"{zone}{number}", {ZONE: zone}, **spec)
        for zone, spec in specs.items()
        for number in range(2)
    )


EVENLY = {
    "maxSkew": 1,
    "topologyKey": ZONE,
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"app": "a"}},
}


def test_zones_that_do_not_count_do_not_hold_the_others_back() -> None:
    """The pod may not go to zone z, so z is not the emptiest."""
    expression = {"key": ZONE, "operator": "In", "values": ["x", "y"]}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    affinity = {"nodeAffinity": {REQUIRED: terms}}
    cache = zoned(x={}, y={}, z={})
    zones = placed(cache, 4, affinity=affinity, topologySpreadConstraints=[EVENLY])
    assert zones == ["x", "x", "y", "y"]


def test_zones_count_again_when_their_taints_go() -> None:
    """With `nodeTaintsPolicy: Honor`."""
    taint = {"key": "t", "effect": "NoSchedule"}
    cache = zoned(x={}, y={"taints": [taint]})
    spread = [{**EVENLY, "nodeTaintsPolicy": "Honor"}]
    assert placed(cache, 3, topologySpreadConstraints=spread) == ["x", "x", "x"]
    for name in ("y0", "y1"):
        cache.put_node(make_node(name, {ZONE: "y"}))
    assert placed(cache, 3, topologySpreadConstraints=spread) == ["y", "y", "y"]


def test_an_image_may_grow() -> None:
    """Its node has the same images as before then, but other scores."""
    cache = zoned(x={}, y={})
    node, scores = cache.snapshot.rows[0].obj, []
    for size in (1_000_000, 3_000_000_000):
        images = [{"names": ["app:latest"], "sizeBytes": size}]
        cache.put_node({**node, "status": {**node["status"], "images": images}})
        found = compared(FRAMEWORK, cache, pod_info(make_pod("p")), 0)
        scores.append(max(found.scores["ImageLocality"].values()))
    assert (scores[0], scores[1] > 0) == (0, True)


def test_every_kind_of_pod_is_compared() -> None:
    """Of the random pods that fit somewhere, nearly all have a vector form."""
    play = Play(7, 130, 50, FRAMEWORK)
    rows = [pod_info(play.pod()) for _ in range(60)]
    fits = [row for row in rows if plain(FRAMEWORK, play.cache, row, 0).best]
    quick = [row for row in fits if find(FRAMEWORK, play.cache.snapshot, row, 0)]
    assert (len(fits) > 30, len(fits)) == (True, len(quick))


def test_large_clusters_take_the_vector_form() -> None:
    """`evaluate` chooses by the number of nodes."""
    pod = pod_info(make_pod("p"))
    kinds = [
        type(evaluate(FRAMEWORK, random_cluster(nodes, 0, Random(1)).snapshot, pod, 0))
        for nodes in (99, 150)
    ]
    assert [Evaluation, VectorEvaluation] == kinds
