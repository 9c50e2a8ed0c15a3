"""Random commands in random order: the invariants hold at each step.

A failure prints the commands as a script that repeats it.
"""

import copy

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from kubelearn.cluster import Cluster
from tests.world.invariants import check, check_settled
from tests.world.worlds import WEB

NODES = st.sampled_from(["worker-1", "worker-2", "worker-3"])
APPS = st.sampled_from(["web", "db", "big"])
SIZES = {"web": "100m", "db": "600m", "big": "1500m"}


def manifest(app, replicas):
    """A Deployment and its Service, as text."""
    text = WEB.replace("web", app).replace("replicas: 3", f"replicas: {replicas}")
    return text.replace("cpu: 100m", f"cpu: {SIZES[app]}")


COMMANDS = st.one_of(
    st.builds(lambda app, n: f"cluster.apply(manifest({app!r}, {n}))", APPS, st.integers(0, 6)),
    st.builds(lambda app, n: f"cluster.scale('deployment/{app}', {n})", APPS, st.integers(0, 8)),
    st.builds(lambda app: f"cluster.delete('deployment/{app}')", APPS),
    st.builds(lambda app: f"cluster.delete('deployment/{app}', propagation='Foreground')", APPS),
    st.builds(lambda n: f"delete_pod(cluster, {n})", st.integers(0, 20)),
    st.builds(lambda n: f"crash_pod(cluster, {n})", st.integers(0, 20)),
    st.builds(lambda node: f"cluster.fail.node({node!r})", NODES),
    st.builds(lambda node: f"cluster.heal.node({node!r})", NODES),
    st.builds(lambda s: f"cluster.run({s})", st.sampled_from([0.05, 1, 7, 40, 130, 400])),
)


def delete_pod(cluster, number):
    """Delete one of the pods in default, if there is any."""
    pods = cluster.api.list("pods", "default")
    if pods:
        cluster.delete(f"pod/{pods[number % len(pods)]['metadata']['name']}")


def crash_pod(cluster, number):
    """Crash one of the running pods in default, if there is any."""
    pods = [p for p in cluster.api.list("pods", "default") if p["status"]["phase"] == "Running"]
    if pods:
        cluster.fail.pod(pods[number % len(pods)]["metadata"]["name"])


def obey(cluster, line):
    """Run one line of the script; what the API refuses is no failure."""
    try:
        exec(line, {**globals(), "cluster": cluster})
    except (APIError, ValueError) as refusal:
        note(f"# refused: {refusal}")


@given(st.lists(COMMANDS, min_size=1, max_size=12), st.integers(0, 3))
@settings(deadline=None)
def test_invariants_hold_whatever_happens(lines, seed):
    """At each step, and after the cluster has been left alone with all nodes up."""
    note(f"cluster = Cluster(nodes=3, zones=3, seed={seed})")
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    for line in lines:
        note(line)
        obey(cluster, line)
        check(cluster)
    for node in ("worker-1", "worker-2", "worker-3"):
        obey(cluster, f"cluster.heal.node({node!r})")
    cluster.run("1200s")
    check_settled(cluster)


@given(st.lists(COMMANDS, max_size=6), st.lists(COMMANDS, min_size=1, max_size=6))
@settings(deadline=None)
def test_worlds_never_influence_each_other(before, after):
    """What happens in a fork leaves the original as it was, and the other way round."""
    cluster = Cluster(nodes=3, zones=3, seed=1)
    for line in before:
        obey(cluster, line)
    twin, third = cluster.fork(), cluster.fork()
    seen = copy.deepcopy([list(r) for r in cluster.api.store.log])
    for line in after:
        obey(twin, line)
    assert [list(r) for r in cluster.api.store.log] == seen
    for line in after:
        obey(cluster, line)
        obey(third, line)
    assert cluster.fingerprint() == twin.fingerprint() == third.fingerprint()


def test_a_written_object_is_never_changed_in_place():
    """The hash of the log is the same when it is taken at each write and at the end."""
    cluster, eager = Cluster(nodes=3, seed=3), Cluster(nodes=3, seed=3)
    for world, every_event in ((cluster, False), (eager, True)):
        world.apply(manifest("web", 4))
        world.fail.node("worker-1")
        if every_event:
            while world.time < 450:
                world.step()
                world.fingerprint()
        world.run(500 - world.time)
    assert cluster.fingerprint() == eager.fingerprint()


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_settles(seed):
    """A zone dies and comes back while a Deployment is scaled."""
    cluster = Cluster(nodes=3, zones=3, seed=seed)
    cluster.apply(manifest("web", 5))
    cluster.run("20s").fail.zone("us-west-2b")
    cluster.run("100s").scale("deployment/web", 9)
    cluster.run("400s").heal.zone("us-west-2b")
    check_settled(cluster.run("1200s"))
