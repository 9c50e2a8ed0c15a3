"""Any order of faults and commands: what was asked for comes about, and no budget is broken."""

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from kubelearn.cluster import Cluster
from tests.world.budgets import broken
from tests.world.invariants import check, check_settled
from tests.world.worlds import WEB

NODES = st.sampled_from(["worker-1", "worker-2", "worker-3", "worker-4"])
WORKLOADS = st.sampled_from(["deployment/web", "statefulset/db"])
IMAGES = st.sampled_from(["nginx:1.28", "nginx:1.29", "nginx:1.30-typo"])
APPS = """
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "nginx:1.29"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: db}}}
"""
COMMANDS = st.one_of(
    st.builds(lambda n: f"cluster.scale('deployment/web', {n})", st.integers(2, 5)),
    st.builds(lambda w: f"cluster.rollout('restart', '{w}')", WORKLOADS),
    st.builds(lambda w: f"cluster.rollout('undo', '{w}')", WORKLOADS),
    st.builds(lambda i: f"new_image(cluster, '{i}')", IMAGES),
    st.builds(lambda n: f"drain(cluster, '{n}')", NODES),
    st.builds(lambda n: f"cluster.uncordon('{n}')", NODES),
    st.builds(lambda n: f"cluster.fail.node('{n}')", NODES),
    st.builds(lambda n: f"cluster.heal.node('{n}')", NODES),
    st.builds(lambda n: f"pick(cluster, {n}, 'delete')", st.integers(0, 20)),
    st.builds(lambda n: f"pick(cluster, {n}, 'evict')", st.integers(0, 20)),
    st.builds(lambda n: f"pick(cluster, {n}, 'crash')", st.integers(0, 20)),
    st.builds(lambda s: f"cluster.run({s})", st.sampled_from([2, 30, 120, 400])),
)


def new_image(cluster, image):
    """A release, perhaps one that cannot be pulled."""
    container = {"name": "web", "image": image}
    patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
    cluster.patch("deployment/web", patch)


def drain(cluster, node):
    """Drain a node as people do, in a second terminal."""
    cluster.drain(node, ignore_daemonsets=True, force=True, wait="3s")


def pick(cluster, number, verb):
    """Delete, evict or crash one of the pods in default, if there is any."""
    pods = [p for p in cluster.api.list("pods", "default") if p["status"]["phase"] == "Running"]
    if pods:
        name = pods[number % len(pods)]["metadata"]["name"]
        verbs = {"delete": cluster.delete, "evict": cluster.evict}
        verbs[verb](f"pod/{name}") if verb in verbs else cluster.fail.pod(name)


def obey(cluster, line):
    """Run one line of the script; what is refused is no failure."""
    note(line)
    try:
        exec(line, {**globals(), "cluster": cluster})
    except (APIError, ValueError) as refusal:
        note(f"# refused: {refusal}")
    cluster.run("1s")


def calm_down(cluster):
    """All faults end, all nodes take pods, the release works; then time passes."""
    for number in range(1, 5):
        obey(cluster, f"cluster.heal.node('worker-{number}')")
        obey(cluster, f"cluster.uncordon('worker-{number}')")
    obey(cluster, "new_image(cluster, 'nginx:1.29')")
    cluster.run("1500s")


def reached(cluster):
    """Whether both workloads are as they were asked for."""
    web, db = cluster.object("deployment/web"), cluster.object("statefulset/db")
    states = []
    for one, ready in ((web, "availableReplicas"), (db, "readyReplicas")):
        wanted, status = one["spec"]["replicas"], one["status"]
        names = ("replicas", "updatedReplicas", ready)
        states.append([status.get(name, 0) for name in names] == [wanted] * 3)
    return states


def storm(lines, seed):
    """A cluster after a script, with calm weather at its end."""
    cluster = Cluster(nodes=4, zones=2, seed=seed)
    cluster.apply(WEB + APPS)
    cluster.run("60s")
    for line in lines:
        obey(cluster, line)
        check(cluster)
    calm_down(cluster)
    return cluster


@given(st.lists(COMMANDS, min_size=1, max_size=10), st.integers(0, 3))
@settings(deadline=None)
def test_what_was_asked_for_comes_about(lines, seed):
    """When the faults have ended; and voluntary actions have kept to the budgets."""
    cluster = storm(lines, seed)
    assert reached(cluster) == [True, True]
    check_settled(cluster)
    assert (broken(cluster, "web", 2), broken(cluster, "db", 2)) == ([], [])


@given(st.lists(COMMANDS, min_size=1, max_size=6), st.integers(0, 3))
@settings(deadline=None, max_examples=10)
def test_a_storm_can_be_played_again(lines, seed):
    """Back to a moment, and on to the same history."""
    cluster = Cluster(nodes=4, zones=2, seed=seed)
    cluster.apply(WEB + APPS)
    for line in lines:
        obey(cluster, line)
    cluster.run("100s")
    before = cluster.fingerprint()
    cluster.rewind(cluster.time - 99).run(99)
    assert cluster.fingerprint() == before


@pytest.mark.parametrize("seed", range(2))
def test_every_node_is_drained_in_turn(seed):
    """The maintenance of a whole cluster, one node after the other, breaks no budget."""
    cluster = Cluster(nodes=4, zones=2, seed=seed)
    cluster.apply(WEB + APPS)
    cluster.run("60s")
    for number in range(1, 5):
        text = cluster.drain(f"worker-{number}", ignore_daemonsets=True)
        assert text.endswith(f"node/worker-{number} drained")
        cluster.uncordon(f"worker-{number}")
    assert (broken(cluster, "web", 2), broken(cluster, "db", 2)) == ([], [])
    assert reached(cluster.run("60s")) == [True, True]


def test_a_broken_budget_would_be_seen():
    """The check tells of evictions beyond a budget that is stricter than the real one."""
    cluster = Cluster(nodes=4, zones=2)
    cluster.apply(WEB + APPS)
    cluster.run("60s")
    cluster.drain("worker-1", ignore_daemonsets=True)
    assert broken(cluster, "web", 3) != []
