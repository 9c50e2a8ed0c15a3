"""Pods that can run nowhere stay pending, with upstream's words; the cluster runs on."""

from typing import Any

import pytest

from tests.scheduler.clusters import make_pod
from tests.scheduler.conftest import ControlPlane

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREEMPTION = (
    " no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not "
    "helpful for scheduling."
)
SELECTOR = {"labelSelector": {"matchLabels": {"app": "x"}}}


def node_affinity(*expressions: dict[str, Any], fields: list[Any] | None = None) -> dict[str, Any]:
    """A spec with one required term."""
    term: dict[str, Any] = {"matchExpressions": list(expressions)} if expressions else {}
    if fields:
        term["matchFields"] = fields
    return {"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}}


def name_in(name: str) -> dict[str, Any]:
    """A field that only one node has."""
    return {"key": "metadata.name", "operator": "In", "values": [name]}


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a request larger than any node": (
        make_pod("p", "64"),
        "0/2 nodes are available: 2 Insufficient cpu." + PREEMPTION,
    ),
    "a node selector that no node has": (
        make_pod("p", nodeSelector={"disk": "tape"}),
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."
        + PREEMPTION,
    ),
    "an unknown topology key of a hard spread": (
        make_pod(
            "p",
            labels={"app": "x"},
            topologySpreadConstraints=[
                {
                    "maxSkew": 1,
                    "topologyKey": "example.com/rack",
                    "whenUnsatisfiable": "DoNotSchedule",
                    **SELECTOR,
                }
            ],
        ),
        "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints (missing "
        "required label)." + PREEMPTION,
    ),
    "an unknown topology key of pod affinity": (
        make_pod(
            "p",
            labels={"app": "x"},
            affinity={"podAffinity": {REQUIRED: [{"topologyKey": "example.com/rack", **SELECTOR}]}},
        ),
        "0/2 nodes are available: 2 node(s) didn't match pod affinity rules." + PREEMPTION,
    ),
    "an expression that contradicts another": (
        make_pod(
            "p",
            **node_affinity(
                {"key": "disk", "operator": "Exists"},
                {"key": "disk", "operator": "DoesNotExist"},
            ),
        ),
        "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."
        + PREEMPTION,
    ),
    "two names for one node": (
        make_pod("p", **node_affinity(fields=[name_in("n0"), name_in("n1")])),
        "0/2 nodes are available: pod affinity terms conflict. not found",
    ),
    "affinity and anti-affinity to the same pods": (
        make_pod(
            "p",
            affinity={
                "podAffinity": {REQUIRED: [{"topologyKey": "kubernetes.io/hostname", **SELECTOR}]},
                "podAntiAffinity": {
                    REQUIRED: [{"topologyKey": "kubernetes.io/hostname", **SELECTOR}]
                },
            },
        ),
        "0/2 nodes are available: 2 node(s) didn't match pod affinity rules." + PREEMPTION,
    ),
    "an extended resource that no node has": (
        {
            **make_pod("p"),
            "spec": {
                "containers": [
                    {
                        "name": "c",
                        "image": "app",
                        "resources": {
                            "requests": {"example.com/gpu": "1"},
                            "limits": {"example.com/gpu": "1"},
                        },
                    }
                ]
            },
        },
        "0/2 nodes are available: 2 Insufficient example.com/gpu." + PREEMPTION,
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_an_impossible_pod_stays_pending(plane: ControlPlane, title: str) -> None:
    """Event and condition have the same words, and the next pod is placed."""
    pod, message = CASES[title]
    plane.nodes(2).create(pod, make_pod("next"))
    plane.run(1)
    assert [("FailedScheduling", message)] == plane.events("p")
    (condition,) = plane.pod("p")["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "Unschedulable")
    assert message == condition["message"]
    assert plane.node_of("next") is not None


def test_an_empty_cluster_says_what_it_lacks(plane: ControlPlane) -> None:
    """There is nothing to look at."""
    plane.create(make_pod("p"))
    assert plane.run(1).events("p") == [("FailedScheduling", "no nodes available to schedule pods")]
    assert "no nodes available to schedule pods: add a node" in plane.why("p")


def test_a_pod_named_to_other_nodes_is_told_by_whom(plane: ControlPlane) -> None:
    """Nodes that PreFilter left out are advised about too."""
    plane.nodes(2).create(make_pod("p", **node_affinity(fields=[name_in("n9")])))
    plane.run(1)
    assert "the pod's node affinity wants metadata.name In (n9)" in plane.why("p")
