"""On which nodes a daemon pod runs."""

import pytest

from kubelearn.controllers.daemon_nodes import (
    pinned,
    should_run,
    target_node,
    with_tolerations,
)


def node(name="n", taints=(), **labels):
    """A node."""
    return {"metadata": {"name": name, "labels": labels}, "spec": {"taints": list(taints)}}


def taint(effect, key="k"):
    """A taint without a value."""
    return {"key": key, "effect": effect}


@pytest.mark.parametrize(
    ("spec", "target", "runs", "stays"),
    [
        ({}, node(), True, True),
        ({"nodeName": "other"}, node(), False, False),
        ({"nodeSelector": {"disk": "ssd"}}, node(), False, False),
        ({"nodeSelector": {"disk": "ssd"}}, node(disk="ssd"), True, True),
        ({}, node(taints=[taint("NoSchedule")]), False, True),
        ({}, node(taints=[taint("NoExecute")]), False, False),
        ({}, node(taints=[taint("PreferNoSchedule")]), True, True),
        ({}, node(taints=[taint("NoSchedule", "node.kubernetes.io/unschedulable")]), True, True),
        ({}, node(taints=[taint("NoExecute", "node.kubernetes.io/not-ready")]), True, True),
        ({"tolerations": [{"key": "k", "operator": "Exists"}]},
         node(taints=[taint("NoExecute")]), True, True),
    ],
)  # fmt: skip
def test_eligibility(spec, target, runs, stays):
    """A pod that is there may stay where a new one may not come."""
    template = with_tolerations({"spec": spec})
    found = (should_run(template, target, stay=False), should_run(template, target, stay=True))
    assert found == (runs, stays)


def test_host_network_does_not_wait_for_the_network():
    """It brings it."""
    with_it, without_it = (
        {one["key"] for one in with_tolerations({"spec": spec})["spec"]["tolerations"]}
        for spec in ({"hostNetwork": True}, {})
    )
    assert with_it - without_it == {"node.kubernetes.io/network-unavailable"}


def test_a_pod_is_made_for_one_node():
    """Every term of its own affinity names it."""
    name = "requiredDuringSchedulingIgnoredDuringExecution"
    mine = {"matchExpressions": [{"key": "a", "operator": "Exists"}]}
    given = {"nodeAffinity": {name: {"nodeSelectorTerms": [mine, {}]}}, "podAffinity": {}}
    found = pinned({"affinity": given}, "n")
    terms = found["nodeAffinity"][name]["nodeSelectorTerms"]
    assert [term["matchFields"][0]["values"] for term in terms] == [["n"], ["n"]]
    assert terms[0]["matchExpressions"] == mine["matchExpressions"]
    assert found["podAffinity"] == {}


def test_the_node_of_a_pod():
    """Where it is, else where it is meant for, else nowhere."""
    assert target_node({"spec": {"nodeName": "a", "affinity": pinned({}, "b")}}) == "a"
    assert target_node({"spec": {"affinity": pinned({}, "b")}}) == "b"
    assert target_node({"spec": {}}) == ""
