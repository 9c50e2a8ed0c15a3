"""Random stories of scheduling: nothing breaks, nothing is promised twice, nobody is forgotten.

A failure prints the commands as a script that repeats it.
"""

import copy
import zlib
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from kubelearn.cluster import Cluster
from kubelearn.scheduler import PLUGINS
from tests.world.invariants import check

NODES = st.sampled_from([f"worker-{number}" for number in range(1, 6)])
TAINTS = st.sampled_from(["t=1:NoSchedule", "t=1:NoExecute", "t=1:PreferNoSchedule"])
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
TOPOLOGIES = st.sampled_from(["kubernetes.io/hostname", "topology.kubernetes.io/zone", "disk"])
CLASSES = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: a}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: a}}}
"""
CONFIGURATIONS = (
    None,
    {"percentageOfNodesToScore": 5, "podInitialBackoffSeconds": 3},
    {"profiles": [{"plugins": {"score": {"disabled": [{"name": "*"}]}}}]},
)


class Picky:
    """Refuses some nodes, and breaks for some pods."""

    def filter(self, pod: Any, node: Any) -> str | None:
        """One node in seven."""
        return None if zlib.crc32(f"{pod.name}{node.name}".encode()) % 7 else "picky"

    def score(self, pod: Any, node: Any) -> int:
        """ZeroDivisionError for one pod in five."""
        return 100 // (zlib.crc32(pod.name.encode()) % 5)


def selects(topology: str, app: str) -> dict[str, Any]:
    """A term about the pods of an app."""
    return {"topologyKey": topology, "labelSelector": {"matchLabels": {"app": app}}}


WISHES = st.one_of(
    st.just({}),
    st.just({"priorityClassName": "high"}),
    st.just({"schedulingGates": [{"name": "example.com/gate"}]}),
    st.just({"tolerations": [{"operator": "Exists"}]}),
    st.just({"nodeSelector": {"disk": "ssd"}}),
    st.builds(
        lambda topology: {"affinity": {"podAntiAffinity": {REQUIRED: [selects(topology, "a")]}}},
        TOPOLOGIES,
    ),
    st.builds(
        lambda topology, action: {
            "topologySpreadConstraints": [
                {**selects(topology, "b"), "maxSkew": 1, "whenUnsatisfiable": action}
            ]
        },
        TOPOLOGIES,
        st.sampled_from(["DoNotSchedule", "ScheduleAnyway"]),
    ),
)
PODS = st.builds(
    lambda name, app, cpu, port, wish: f"put(cluster, {name}, {app!r}, {cpu!r}, {port}, {wish})",
    st.integers(0, 30),
    st.sampled_from("ab"),
    st.sampled_from(["50m", "1", "2500m", "9"]),
    st.sampled_from([0, 0, 0, 8080]),
    WISHES,
)
COMMANDS = st.one_of(
    PODS,
    PODS,
    PODS,
    st.builds(lambda n: f"cluster.delete('pod/p{n}')", st.integers(0, 30)),
    st.builds(lambda n: f"open_gate(cluster, {n})", st.integers(0, 30)),
    st.builds(lambda n, t: f"cluster.kubectl('taint node {n} {t}')", NODES, TAINTS),
    st.builds(lambda n, t: f"cluster.kubectl('taint node {n} {t}-')", NODES, TAINTS),
    st.builds(lambda n: f"cluster.kubectl('label node {n} disk=ssd')", NODES),
    st.builds(lambda n: f"cluster.cordon('{n}')", NODES),
    st.builds(lambda n: f"cluster.uncordon('{n}')", NODES),
    st.builds(lambda n: f"cluster.add_node('{n}', zone='a')", NODES),
    st.builds(lambda n: f"cluster.fail.node('{n}')", NODES),
    st.builds(lambda s: f"cluster.run({s})", st.sampled_from([0.005, 1, 12, 130])),
)


def put(cluster: Cluster, number: int, app: str, cpu: str, port: int, wish: dict[str, Any]) -> None:
    """Apply a pod."""
    container: dict[str, Any] = {"name": "c", "image": "nginx"}
    container["resources"] = {"requests": {"cpu": cpu}}
    if port:
        container["ports"] = [{"containerPort": 80, "hostPort": port}]
    metadata = {"name": f"p{number}", "labels": {"app": app}}
    spec = {"containers": [container], "terminationGracePeriodSeconds": 1, **copy.deepcopy(wish)}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


def open_gate(cluster: Cluster, number: int) -> None:
    """Let a pod go that was held back."""
    cluster.patch(f"pod/p{number}", {"spec": {"schedulingGates": None}})


def obey(cluster: Cluster, line: str) -> None:
    """Run one line of the script; what the API refuses is no failure."""
    try:
        exec(line, {**globals(), "cluster": cluster})
    except (APIError, ValueError) as refusal:
        note(f"# refused: {refusal}")


def no_host_port_is_given_twice(cluster: Cluster) -> None:
    """On one node."""
    taken = [
        (pod["spec"]["nodeName"], port["hostPort"])
        for pod in cluster.api.list("pods", "default")
        if pod["spec"].get("nodeName") and pod["status"]["phase"] not in ("Succeeded", "Failed")
        for container in pod["spec"]["containers"]
        for port in container.get("ports", ())
    ]
    assert len(taken) == len(set(taken))


def who_waits_is_known_and_told(cluster: Cluster) -> None:
    """Each pod without a node is in the queue, and its condition says why."""
    queue = cluster.parts["scheduler"].queue
    for pod in cluster.api.list("pods", "default"):
        if pod["spec"].get("nodeName") or "deletionTimestamp" in pod["metadata"]:
            continue
        name = pod["metadata"]["name"]
        assert queue.find(("default", name)) is not None
        (told,) = (one for one in pod["status"]["conditions"] if one["type"] == "PodScheduled")
        assert told["status"] == "False"
        assert told["message"]
        assert str(cluster.why(f"pod/{name}"))
    assert not cluster.parts["scheduler"].cache.assumed


def play(lines: list[str], number: int, picky: bool) -> None:
    """One story; half-way a twin goes on from the same moment, and the cluster is rewound to it."""
    plugins = {**PLUGINS, "Picky": Picky} if picky else None
    configuration = CONFIGURATIONS[number]
    cluster = Cluster(nodes=3, seed=5, scheduler=configuration, scheduler_plugins=plugins)
    cluster.apply(CLASSES)
    twin = None
    for place, line in enumerate(lines):
        note(line)
        obey(cluster, line)
        check(cluster)
        no_host_port_is_given_twice(cluster)
        if twin is not None:
            obey(twin, line)
        elif place >= len(lines) // 2:
            moment, twin = cluster.time, cluster.fork()
            cluster.run("20s")
            cluster.rewind(moment)
    for one in (cluster, twin or cluster):
        one.run("30s")
    who_waits_is_known_and_told(cluster)
    assert cluster.fingerprint() == (twin or cluster).fingerprint()
    for view in ("scores", "queue", "placement"):
        assert str(cluster.show(view))


STORIES = st.tuples(
    st.lists(COMMANDS, min_size=5, max_size=40),
    st.sampled_from(range(len(CONFIGURATIONS))),
    st.booleans(),
)


@settings(max_examples=12, deadline=None)
@given(STORIES)
def test_any_story_holds(story: tuple[list[str], int, bool]) -> None:
    """Short ones."""
    play(*story)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_many_stories_hold(story: tuple[list[str], int, bool]) -> None:
    """More of them."""
    play(*story)
